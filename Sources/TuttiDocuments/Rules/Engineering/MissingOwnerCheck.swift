import TuttiCore

/// Duties of people that fall to nobody.
struct MissingOwnerCheck: Check {
    let rule = Rule(
        "missing-owner", "Obligation without an owner", .medium, .engineering, kinds: DocumentKind.specific,
        reason: "What \"should be reviewed\" by no one in particular is reviewed by no one.",
        bad: "The rollout should be approved before Monday.",
        good: "Priya (payments) approves the rollout before Monday.")

    private static let rolesOfProcess: Set<SectionRole> = [
        .rollout, .rollback, .operations, .steps, .escalation, .verification, .trigger, .owners,
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        (someone(context) + passive(context)).sorted(by: Finding.inOrder)
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
