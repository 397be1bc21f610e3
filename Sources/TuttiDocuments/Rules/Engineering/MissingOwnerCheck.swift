import TuttiCore

/// Duties of people that fall to nobody.
struct MissingOwnerCheck: Check {
    let rule = Rule(
        "missing-owner", "Obligation without an owner", .medium, .engineering, kinds: DocumentKind.plans,
        reason: "What \"should be reviewed\" by no one in particular is reviewed by no one.",
        bad: "The rollout should be approved before Monday.",
        good: "Priya (payments) approves the rollout before Monday.")
    let needsWorkAtHand = true

    private static let rolesOfProcess: Set<SectionRole> = [
        .rollout, .rollback, .operations, .steps, .escalation, .verification, .trigger, .owners,
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        (someone(context) + passive(context) + nobody(context) + some(context)).sorted(by: Finding.inOrder)
    }

    /// "Nobody has picked it up yet": said in any section, also among risks.
    private func nobody(_ context: ReviewContext) -> [Finding] {
        context.statements(of: .nobody).filter { !context.roles(of: $0).contains(.openQuestions) }.map {
            make($0, "\"\(context.word(of: .nobody, in: $0))\": there is work, and nobody to do it", context)
        }
    }

    private static let vague: Set<String> = ["some", "several", "many", "few", "certain", "various", "most"]
    private static let deeds: Set<String> = [
        "rewritten", "replaced", "migrated", "moved", "cleaned", "removed", "refactored", "updated", "fixed",
        "documented", "improved", "tested", "automated", "consolidated", "upgraded", "renamed", "reworked", "reviewed",
    ]

    /// "Some adapters should be rewritten": neither which nor who.
    private func some(_ context: ReviewContext) -> [Finding] {
        context.statements(of: .obligation).compactMap { sentence in
            let words = context.document.words
            let first = words[sentence.words.lowerBound]
            guard context.kind != .rfc, Self.vague.contains(first.key), context.holds(sentence, ["be"]),
                context.holds(sentence, Self.deeds), !sentence.topics.has(.actor), !namesSomebody(sentence, context)
            else { return nil }
            return make(
                sentence, "\"\(context.quote(sentence))\" says neither which, nor who does it, nor why", context)
        }
    }

    private func someone(_ context: ReviewContext) -> [Finding] {
        context.statements(of: .someone).compactMap { sentence in
            guard !context.isAside(sentence), let mark = context.marks(in: sentence, of: .someone).first,
                sentence.topics.has(.obligation)
            else { return nil }
            let words = context.text(mark.words)
            return make(sentence, "\"\(words)\" names nobody", context)
        }
    }

    private func passive(_ context: ReviewContext) -> [Finding] {
        context.statements(of: .humanProcess).compactMap { sentence in
            let roles = context.roles(of: sentence)
            guard !context.isAside(sentence), !sentence.topics.has(.actor), !sentence.topics.has(.someone),
                context.kind == .runbook || !roles.isDisjoint(with: Self.rolesOfProcess),
                !namesSomebody(sentence, context),
                let mark = context.marks(in: sentence, of: .humanProcess).first
            else { return nil }
            return make(sentence, "\"\(context.text(mark.words))\" does not say by whom", context)
        }
    }

    /// "by Priya", "by DBA", "@dana", "Owner: …": somebody is named though not from our list.
    private func namesSomebody(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        for position in sentence.words.dropLast() {
            if words[position].before == ASCII.at || words[position].key == "owner" { return true }
            guard words[position].key == "by" else { continue }
            let next = words[position + 1]
            if next.kind == .word && !next.key.hasSuffix("ing") { return true }
        }
        return false
    }

    private func make(_ sentence: Sentence, _ message: String, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, at: sentence, message: message, suggestion: "Name a person, a role or a job that does it, and when.",
            questions: ["Who does this, and by when or how often: \"\(context.quote(sentence))\"?"])
    }
}
