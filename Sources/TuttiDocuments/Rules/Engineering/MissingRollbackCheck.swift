import TuttiCore

/// Changes to something that runs, without the way back.
struct MissingRollbackCheck: Check {
    let rule = Rule(
        "missing-rollback", "No way back", .medium, .engineering,
        kinds: DocumentKind.allCases,
        reason: "When a release goes wrong at night, the way back has to be known already.",
        bad: "The migration runs on Monday for all tenants.",
        good:
            "The migration runs on Monday; `photos_v1` stays for 14 days and the flag `new-index` switches back to it.")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        OneWaySteps(rule).findings(in: context) + whole(context)
    }

    private func whole(_ context: ReviewContext) -> [Finding] {
        guard !context.has(.rollback), !context.says(.rollback), changesSomething(context) else { return [] }
        let changes = context.statements(of: .dataChange).filter { !context.isAside($0) }
        let data = changes.first { $0.topics.has(.obligation) || $0.words.count > 6 } ?? changes.first
        let subject = context.subject
        let what = data.map { "\"\(context.text(context.marks(in: $0, of: .dataChange)[0].words))\" (line \($0.line))" }
        return [
            context.missing(
                rule, severity: data == nil || context.kind == .prd ? .medium : .high, subject: "rollback",
                message: what.map { "It says \($0), but not how to go back when that goes wrong" }
                    ?? "It is not said how to go back when the change goes wrong",
                suggestion:
                    "Name the switch or the steps back, what happens to data written meanwhile, and who decides.",
                questions: [
                    "Which switch or steps bring back the state before \(subject), and how long do they take?",
                    "What happens to data that was written meanwhile?",
                    "Which signal makes whom decide to go back?",
                ],
                section: "Rollback")
        ]
    }

    private func changesSomething(_ context: ReviewContext) -> Bool {
        switch context.kind {
        case .prd: context.has(.rollout) || context.says(.dataChange) || context.says(.rollout)
        case .rfc: RunningSystem.isChanged(in: context)
        // A description of what runs needs a way back only where it changes data.
        case .architecture: context.statements(of: .dataChange).contains { !context.isAside($0) }
        // Steps that cannot be undone are told by their own rule.
        case .runbook:
            (context.has(.steps) || context.says(.dataChange))
                && !context.commandsMention(["restore", "rollback", "revert", "undo", "unfence"])
                && IrreversibleStepCheck().findings(in: context).isEmpty
        case .readme, .generic: false
        }
    }
}

/// Whether a proposal is about something that is deployed, rather than a convention or a language.
enum RunningSystem {
    private static let mentionsLeast = 4

    static func isChanged(in context: ReviewContext) -> Bool {
        context.document.marks(of: .production).count >= mentionsLeast
            && (context.says(.dataChange)
                || context.document.marks(of: .production).contains { index in
                    let word = context.document.words[context.document.marks[index].words.lowerBound].key
                    return word.hasPrefix("deploy") || word == "production" || word == "traffic" || word == "customers"
                })
    }
}
