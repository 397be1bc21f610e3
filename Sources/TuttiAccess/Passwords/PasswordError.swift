/// Why a password was not hashed or checked.
package struct PasswordError: Error, Hashable, CustomStringConvertible {
    /// For programs.
    package enum Code: String, Sendable {
        case tooShort = "password_too_short"
        case tooLong = "password_too_long"
        /// More people are logging in than the machine has time for.
        case busy
        /// The caller has left.
        case cancelled
        /// The machine had no memory for it.
        case failed
    }

    package let code: Code
    /// For `busy`: when it makes sense to try again.
    package let retryAfter: Duration?

    init(_ code: Code, retryAfter: Duration? = nil) {
        self.code = code
        self.retryAfter = retryAfter
    }

    /// For people.
    package var message: String {
        switch code {
        case .tooShort:
            "a password has at least \(PasswordRule.lengthMin) characters, of whatever kind; take a longer one"
        case .tooLong: "a password has at most \(PasswordRule.lengthMax) characters; take a shorter one"
        case .busy: "too many people are logging in; try again in \(retryAfter?.components.seconds ?? 1) s"
        case .cancelled: "the request was given up"
        case .failed: "the machine has no memory left to check a password; try again later"
        }
    }

    package var description: String { message }
}
