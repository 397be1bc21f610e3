public import TuttiCore

/// A command that did not do what its step is for. It never holds the value of a variable.
public struct CommandError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Reason: String, Sendable, Hashable {
        /// It ended with another code than 0, or by a signal.
        case failed = "command_failed"
        /// It took longer than it was given.
        case timedOut = "timeout"
        /// What it wrote to standard output is no JSON.
        case badOutput = "bad_output"
        /// It wrote more to standard output than is kept.
        case tooMuchOutput = "output_too_large"
        /// It wrote the value of one of its variables to standard output, where it would be stored.
        case secretInOutput = "secret_in_output"
        /// One of its variables is not set.
        case missingVariable = "variable_missing"
        /// Nobody here runs commands.
        case refused = "command_refused"
    }

    /// What kind of failure it is.
    public let reason: Reason
    /// One sentence with the way out.
    public let message: String
    /// `exit_code` or `signal`, and `errors`: the end of what it wrote to standard error.
    public let data: JSONValue?

    init(_ reason: Reason, _ message: String, data: JSONValue? = nil) {
        self.reason = reason
        self.message = message
        self.data = data
    }

    /// The reason's stable name.
    public var code: String { reason.rawValue }
    /// Whether another attempt may end otherwise.
    public var isRetryable: Bool { [.failed, .timedOut, .badOutput].contains(reason) }
    /// The message.
    public var description: String { message }
}
