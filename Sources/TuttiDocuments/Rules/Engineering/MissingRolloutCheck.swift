import TuttiCore

/// A change for people who already use something, and no plan how it reaches them.
struct MissingRolloutCheck: Check {
    let rule = Rule(
        "missing-rollout", "No rollout plan", .medium, .engineering, kinds: DocumentKind.proposals,
        reason: "Without stages everybody meets the first mistake at the same time.",
        bad: "The new checkout goes live in May.",
        good: "5 % of buyers from 3 May, 50 % after a week with less than 0.1 % failed payments, then all.")

    func findings(in context: ReviewContext) -> [Finding] {
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

    private func isReleased(_ context: ReviewContext) -> Bool {
        switch context.kind {
        case .prd: true
        case .rfc: RunningSystem.isChanged(in: context)
        // A description of what already runs needs no rollout; one that changes data does.
        case .architecture: context.says(.dataChange) && !context.has(.operations)
        case .runbook, .generic: false
        }
    }
}
