import Glibc
import TuttiCore

/// A program that could not be started, or not be followed.
package struct SubprocessError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Reason: String, Sendable, Hashable {
        /// There is no such program, or not the one that its first line names.
        case notFound = "program_not_found"
        /// The file is there, but is not to be run.
        case notExecutable = "program_not_executable"
        /// The folder is not there, or not open to us.
        case folder = "program_folder"
        /// An argument or a variable cannot be handed over.
        case argument = "program_argument"
        /// The system has nothing left for another program.
        case exhausted = "program_exhausted"
    }

    package let reason: Reason
    /// One sentence with the way out. It names the program and never its arguments, which may hold secrets.
    package let message: String

    package var code: String { reason.rawValue }
    /// Only when the system may have more later.
    package var isRetryable: Bool { reason == .exhausted }
    package var description: String { message }

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static func tooMany(_ max: Int) -> SubprocessError {
        SubprocessError(.exhausted, "\(max) programs run already, and no more may; try again when one has ended")
    }

    /// What a failed call of the system means.
    static func system(_ doing: String, _ number: Int32) -> SubprocessError {
        SubprocessError(.exhausted, "\(doing): \(unsafe String(cString: strerror(number)))")
    }
}
