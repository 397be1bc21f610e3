public import TuttiCore

/// A call of a tool that the model cannot mend.
public struct ToolError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Reason: String, Sendable, Hashable {
        /// The agent has no files to work on.
        case noWorkspace = "tool_without_workspace"
        /// Programs cannot be run, since nothing would hold them in.
        case noSandbox = "tool_without_sandbox"
        /// The system has refused what should have worked, such as a disk that is full.
        case system = "tool_failed"
    }

    /// What kind of failure it is.
    public let reason: Reason
    /// One sentence with the way out.
    public let message: String

    /// The reason's own word.
    public var code: String { reason.rawValue }
    /// Only when the system may do it later.
    public var isRetryable: Bool { reason == .system }
    /// The message.
    public var description: String { message }

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
