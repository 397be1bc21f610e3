import TuttiCore

/// A policy that says something that cannot be.
package struct EgressPolicyError: CodedError, Hashable {
    /// What is wrong.
    package enum Reason: String, Sendable, Hashable {
        /// The host of a rule is none.
        case host = "egress_rule_host"
        /// The ports of a rule are none.
        case ports = "egress_rule_ports"
        /// The methods of a rule are none.
        case methods = "egress_rule_methods"
        /// There are more rules than a policy may have.
        case tooManyRules = "egress_too_many_rules"
        /// A limit is no number or time, or out of its range.
        case limit = "egress_limit"
        /// The JSON has another shape, or a member that nobody knows.
        case shape = "egress_policy_shape"
    }

    package let reason: Reason
    /// One sentence with the way out.
    package let message: String

    package var code: String { reason.rawValue }
    package var isRetryable: Bool { false }

    init(_ reason: Reason, _ subject: String, _ advice: String) {
        self.reason = reason
        message = "'\(subject.prefix(80))' in egress.allow: \(advice)"
    }

    init(_ reason: Reason, message: String) {
        self.reason = reason
        self.message = message
    }
}
