package import TuttiCore

/// A question with what is expected to come of it.
package struct PolicyCase: Sendable, Hashable {
    /// What is expected; any reach when an allow names none.
    package enum Expectation: Sendable, Hashable, CustomStringConvertible {
        case allow(Reach?)
        case deny
        case needsApproval

        /// Reads `allow`, `allow:own`, `allow:all`, `deny`, `needs_approval`.
        package init?(_ text: String) {
            switch text {
            case "allow": self = .allow(nil)
            case "allow:own": self = .allow(.own)
            case "allow:all": self = .allow(.all)
            case "deny": self = .deny
            case "needs_approval": self = .needsApproval
            default: return nil
            }
        }

        package var description: String {
            switch self {
            case .allow(nil): "allow"
            case .allow(let reach?): PolicyDecision.Effect.allow(reach).description
            case .deny: PolicyDecision.Effect.deny.description
            case .needsApproval: PolicyDecision.Effect.needsApproval.description
            }
        }

        func isMet(by effect: PolicyDecision.Effect) -> Bool {
            switch (self, effect) {
            case (.allow(let reach), .allow(let found)): reach == nil || reach == found
            case (.deny, .deny), (.needsApproval, .needsApproval): true
            default: false
            }
        }
    }

    package let name: String
    package let question: PolicyQuestion
    /// `nil` for a question that is only asked.
    package let expected: Expectation?
    /// The rule that has to decide; `nil` for any.
    package let rule: String?

    package init(name: String, question: PolicyQuestion, expected: Expectation? = nil, rule: String? = nil) {
        self.name = name
        self.question = question
        self.expected = expected
        self.rule = rule
    }

    /// The time of questions that name none: a Monday at noon, UTC.
    package static let timeOfFallback = Timestamp(milliseconds: 1_767_614_400_000)
    /// Where questions are asked that do not say so: where least is allowed.
    package static let environmentOfFallback = "prod"

    /// Asks, and compares.
    package func result(by decider: any PolicyDecider) async -> PolicyCaseResult {
        PolicyCaseResult(policyCase: self, decision: await decider.decide(question))
    }

    /// Asks one question after the other.
    package static func results(_ cases: [PolicyCase], by decider: any PolicyDecider) async -> [PolicyCaseResult] {
        var results: [PolicyCaseResult] = []
        for policyCase in cases { results.append(await policyCase.result(by: decider)) }
        return results
    }
}

/// What came of a case.
package struct PolicyCaseResult: Sendable, Hashable {
    package let policyCase: PolicyCase
    package let decision: PolicyDecision

    /// Whether all is as expected.
    package var isMet: Bool { difference == nil }

    /// What is not as expected: `expected deny by no-deletes, came allow:all by role:admin`; `nil` when all is.
    package var difference: String? {
        let isMet = policyCase.expected?.isMet(by: decision.effect) ?? true
        guard !isMet || (policyCase.rule ?? decision.rule) != decision.rule else { return nil }
        let rule = policyCase.rule.map { " by \($0)" } ?? ""
        let expected = policyCase.expected?.description ?? "a decision"
        return "expected \(expected)\(rule), came \(decision.effect) by \(decision.rule)"
    }
}
