import TuttiCore

/// A program that could not be run in a sandbox.
package struct SandboxError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Reason: String, Sendable, Hashable {
        /// There is nothing on this machine that holds programs in.
        case unavailable = "sandbox_unavailable"
        /// Something that is asked for cannot be had in a sandbox.
        case input = "sandbox_input"
        /// There is no such program in the sandbox.
        case notFound = "sandbox_program_not_found"
        /// The sandbox could not be made this time.
        case failed = "sandbox_failed"
    }

    package let reason: Reason
    /// One sentence with the way out.
    package let message: String

    package var code: String { reason.rawValue }
    package var isRetryable: Bool { reason == .failed }
    package var description: String { message }

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
