import TuttiCore

/// A change for people who already use something, and no plan how it reaches them.
struct MissingRolloutCheck: Check {
    let rule = Rule(
        "missing-rollout", "No rollout plan", .medium, .engineering, kinds: DocumentKind.proposals + [.generic],
        reason: "Without stages everybody meets the first mistake at the same time.",
        bad: "The new checkout goes live in May.",
        good: "5 % of buyers from 3 May, 50 % after a week with less than 0.1 % failed payments, then all.")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        let gates = opinions(context) + leftOpen(context) + LaunchForAll.findings(rule, context)
        guard gates.isEmpty else { return gates }
        let names = oldNames(context)
        guard names.isEmpty else { return names }
        guard !context.has(.rollout), !context.says(.rollout), isReleased(context) else { return [] }
        let subject = context.subject
        return [
            context.missing(
                rule, subject: "rollout", message: "It is not said in which steps this reaches its users",
                suggestion: "Name the stages, who is in each, and which number decides about the next.",
                questions: [
                    "Who gets \(subject) first, and in which stages do the others follow?",
                    "Which number is watched between two stages, and at which value does the rollout stop?",
                ],
                section: "Rollout")
        ]
    }

    // MARK: - A plan that decides nothing

    private static let opinion: [[String]] = [
        ["looks", "good"], ["look", "good"], ["looks", "fine"], ["look", "fine"], ["goes", "well"], ["go", "well"],
        ["looks", "ok"], ["look", "ok"], ["is", "stable"], ["are", "stable"], ["works", "well"], ["feels", "right"],
        ["no", "problems"], ["no", "complaints"], ["nobody", "complains"], ["are", "happy"], ["is", "happy"],
        ["feel", "confident"], ["are", "confident"], ["works", "fine"], ["pretty", "much", "the", "same"],
    ]

    /// "Then the other countries if things look good": the next stage depends on a taste.
    private func opinions(_ context: ReviewContext) -> [Finding] {
        let words = context.document.words
        return context.document.sentences.filter { sentence in
            context.isStatement(sentence) && !context.hasNumber(sentence)
                && context.roles(of: sentence).contains(.rollout)
        }.compactMap { sentence in
            for position in sentence.words {
                for phrase in Self.opinion where words[position].key == phrase[0] {
                    let end = position + phrase.count
                    guard end <= sentence.words.upperBound,
                        phrase.indices.allSatisfy({ words[position + $0].key == phrase[$0] })
                    else { continue }
                    return context.finding(
                        rule, at: sentence, severity: .high,
                        message:
                            "\"\(context.text(position..<end))\" decides about the next stage, "
                            + "and nobody can measure it",
                        suggestion:
                            "Name the number that is watched, the value that lets it go on, and the one that stops it.",
                        questions: ["Which number, at which value, decides this: \"\(context.quote(sentence))\"?"])
                }
            }
            return nil
        }
    }

    /// The plan itself is an open question of the proposal.
    private func leftOpen(_ context: ReviewContext) -> [Finding] {
        guard context.kind == .rfc, !context.has(.rollout) else { return [] }
        let plan: Set<String> = ["timeline", "rollout", "roll-out", "phase-in", "schedule", "migration"]
        return context.document.sentences.filter { sentence in
            let block = context.block(of: sentence)
            return sentence.isQuestion && block.isProse && !block.isHidden && block.question == nil
                && context.roles(of: sentence).contains(.openQuestions) && context.holds(sentence, plan)
        }.prefix(1).map { sentence in
            context.finding(
                rule, at: sentence, message: "How this reaches its users is still an open question",
                suggestion: "Propose at least an order of steps with the condition for each, and who decides.",
                questions: ["Which steps are proposed, what must hold before each, and who decides?"])
        }
    }

    // MARK: - Names that exist already

    private static let easing: Set<String> = [
        "deprecate", "deprecated", "deprecation", "alias", "aliases", "transition", "edition", "migration", "migrate",
        "gradually", "backward", "backwards", "backwards-compatible", "codemod", "deprecating",
    ]

    /// A proposal that settles names for what exists, and says nothing about the old ones.
    private func oldNames(_ context: ReviewContext) -> [Finding] {
        guard context.kind == .rfc, !RunningSystem.isChanged(in: context), !context.has(.rollout),
            !context.hasAny(.compatibility)
        else { return [] }
        let statements = context.document.sentences.filter(context.isStatement)
        let renames = statements.filter { context.holds($0, ["renamed", "renaming", "rename", "renames"]) }
        guard renames.count >= 2, !statements.contains(where: { context.holds($0, Self.easing) }),
            let first = renames.first
        else { return [] }
        return [
            context.finding(
                rule, at: first, subject: "old names",
                message: "Names that people use today are changed, but nothing says how the old ones go",
                suggestion: "List the renames, how long the old names stay, and who does it by when.",
                questions: ["Which existing names change, how long do both work, and by which release is it done?"])
        ]
    }

    private func isReleased(_ context: ReviewContext) -> Bool {
        switch context.kind {
        case .prd: true
        case .rfc: RunningSystem.isChanged(in: context)
        // A description of what already runs needs no rollout; one that changes data does.
        case .architecture: context.says(.dataChange) && !context.has(.operations)
        case .runbook, .readme, .generic: false
        }
    }
}
