import TuttiAccess
import TuttiCore

/// Decisions as they are shown.
enum PolicyTestView {
    // MARK: One question

    static func json(_ question: PolicyQuestion, _ decision: PolicyDecision) -> JSONValue {
        [
            "allowed": .bool(decision.reach != nil), "effect": .string(decision.effect.description),
            "rule": .string(decision.rule), "reason": .string(decision.reason),
            "permission": .string(question.permission.text), "environment": .string(question.environment),
            "roles": .array(question.principal.roles.sorted().map { .string($0) }),
        ]
    }

    static func lines(_ question: PolicyQuestion, _ decision: PolicyDecision) -> [StyledLine] {
        [
            StyledLine(decision.effect.description, role(decision))
                + StyledLine("  \(question.permission) in \(question.environment)"),
            StyledLine("rule    ", .muted) + StyledLine(ShownText.line(decision.rule)),
            StyledLine("reason  ", .muted) + StyledLine(ShownText.line(decision.reason)),
        ]
    }

    private static func role(_ decision: PolicyDecision) -> Role {
        switch decision.effect {
        case .allow: .good
        case .needsApproval: .cue
        case .deny: .bad
        }
    }

    // MARK: Cases

    static func json(_ result: PolicyCaseResult) -> JSONValue {
        [
            "name": .string(result.policyCase.name), "met": .bool(result.isMet),
            "expected": .text(result.policyCase.expected?.description),
            "effect": .string(result.decision.effect.description),
            "rule": .string(result.decision.rule), "reason": .string(result.decision.reason),
            "difference": .text(result.difference),
        ]
    }

    /// A case that did not come out as expected, with the rule that decided.
    static func line(_ result: PolicyCaseResult) -> StyledLine {
        StyledLine("differs  ", .bad) + StyledLine(ShownText.line(result.policyCase.name), .strong)
            + StyledLine(": \(ShownText.line(result.difference)) (\(ShownText.line(result.decision.reason)))")
    }
}
