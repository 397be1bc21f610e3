public import TuttiCore
import TuttiStore

/// What a replay of a run has found.
public struct ReplayReport: Sendable, Hashable {
    /// How the present code and the journal contradict each other.
    public struct Divergence: Sendable, Hashable {
        /// What differs, for programs.
        public enum Reason: String, Sendable, Hashable, CaseIterable {
            /// The code asks for a key that the run has ended without.
            case notRecorded = "not_recorded"
            /// The key is of another kind.
            case otherKind = "other_kind"
            /// The step has another input.
            case otherInput = "other_input"
            /// What is recorded is no value of the type that the code asks for; also of the run's input.
            case otherType = "other_type"
            /// A branch, an `all` or a race comes to another result.
            case otherResult = "other_result"
            /// The run comes to another end.
            case otherEnd = "other_end"
        }

        /// What differs.
        public var reason: Reason
        /// The key; empty when it is about the input or the end of the run.
        public var key: String
        /// What the journal holds, in words.
        public var recorded: String
        /// What the code asks for or comes to, in words.
        public var replayed: String
        /// Whether a run that is blocked for it can go on with what is recorded.
        var isAcceptable = false
    }

    /// The run whose journal it was.
    public var run: RunID
    /// Its workflow.
    public var workflow: String
    /// The first contradiction; `nil` when there is none.
    public var divergence: Divergence?
    /// How many recorded keys the code has asked for.
    public var checked: Int
    /// Recorded keys that the code did not ask for, in the order in which they were recorded: steps that were removed,
    /// which resuming tolerates. Empty when there is a divergence.
    public var unasked: [String]
    /// The keys that the code asks for next, in the order of their names; for a run that had not come to its end.
    public var frontier: [String]
}

extension ReplayReport: CustomStringConvertible {
    /// What was found, in a few lines.
    public var description: String {
        var lines: [String] = []
        if let divergence {
            lines.append("\(workflow) \(run) diverges \(divergence)")
        } else if frontier.isEmpty {
            lines.append("\(workflow) \(run) replays to its end: \(checked) recorded keys agree")
        } else {
            lines.append(
                "\(workflow) \(run) replays as far as it is recorded: \(checked) keys agree, next is "
                    + frontier.prefix(8).joined(separator: ", ") + (frontier.count > 8 ? ", …" : ""))
        }
        for key in unasked { lines.append("the code does not ask for \(key) any more") }
        return lines.joined(separator: "\n")
    }
}

extension ReplayReport.Divergence: CustomStringConvertible {
    /// Where, and both sides.
    public var description: String {
        "\(key.isEmpty ? "as a whole" : "at \(key)"): the journal holds \(recorded), the code comes to \(replayed)"
    }
}

extension StepError {
    /// The journal holds something else under this key than the workflow asks for.
    static func diverged(_ divergence: ReplayReport.Divergence) -> StepError {
        StepError(
            code: "diverged",
            message: "the journal holds \(divergence.recorded) under '\(divergence.key)', the workflow asks for "
                + "\(divergence.replayed): the code has changed since the run began, or it depends on something that "
                + "is not recorded",
            data: [
                "recorded": .string(divergence.recorded), "asked": .string(divergence.replayed),
                "acceptable": .bool(divergence.isAcceptable),
            ],
            origin: divergence.key)
    }
}
