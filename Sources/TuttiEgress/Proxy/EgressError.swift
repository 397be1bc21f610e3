import Glibc
import TuttiCore

/// A proxy that could not be made.
package struct EgressError: CodedError, Hashable {
    /// What kind of failure it is.
    package enum Reason: String, Sendable, Hashable {
        /// The path cannot be that of a socket.
        case path = "egress_socket_path"
        /// There is a file already.
        case taken = "egress_socket_taken"
        /// The system refuses it.
        case system = "egress_system"
    }

    package let reason: Reason
    /// One sentence with the way out.
    package let message: String

    package var code: String { reason.rawValue }
    package var isRetryable: Bool { reason == .system }

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static func system(_ what: String, _ number: Int32) -> Self {
        Self(.system, "\(what): \(unsafe String(cString: strerror(number)))")
    }
}
