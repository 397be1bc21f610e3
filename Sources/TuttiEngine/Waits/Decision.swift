public import TuttiCore

/// What became of an approval.
public enum Decision<Value: Codable & Sendable>: Sendable {
    /// Somebody agreed; the value is what was shown, or what that person put in its place.
    case approved(Value, Answer)
    /// Somebody refused.
    case rejected(Answer)
    /// Nobody answered in time.
    case expired(Timestamp)

    /// Who answered, when, and why.
    public struct Answer: Codable, Sendable, Hashable {
        /// The person, as the door through which the answer came names them.
        public var by: String
        /// When the answer was recorded.
        public var at: Timestamp
        /// What the person gave as the reason.
        public var reason: String?
        /// Whether the person changed what was shown.
        public var isEdited: Bool
    }
}

/// A decision as the journal keeps it.
struct StoredDecision<Value: Codable & Sendable>: Codable, Sendable {
    enum Verdict: String, Codable {
        case approved
        case rejected
        case expired
    }

    var verdict: Verdict
    var value: Value?
    var answer: Decision<Value>.Answer

    /// - Throws: ``StepError`` `unreadable` when an approved value is missing.
    func decision(at key: String) throws(StepError) -> Decision<Value> {
        switch verdict {
        case .rejected: return .rejected(answer)
        case .expired: return .expired(answer.at)
        case .approved:
            guard let value else {
                throw StepError(code: "unreadable", message: "the approved value is missing", origin: key)
            }
            return .approved(value, answer)
        }
    }
}

extension StepError {
    static func rejected(_ name: String, by person: String, reason: String?, at key: String) -> StepError {
        StepError(
            code: "rejected", message: "\(person) rejected '\(name)'" + (reason.map { ": \($0)" } ?? ""),
            data: ["by": .string(person), "reason": reason.map(JSONValue.string) ?? .null], origin: key)
    }

    static func approvalExpired(_ name: String, at key: String) -> StepError {
        StepError(code: "approval_expired", message: "nobody answered '\(name)' in time", origin: key)
    }

    static func waitTimedOut(_ name: String, after limit: Duration, at key: String) -> StepError {
        StepError(code: "wait_timeout", message: "'\(name)' did not come within \(limit)", origin: key)
    }
}
