package import TuttiCore

/// What an account cannot do, or what cannot be done with one.
package struct AccountError: CodedError, Sendable, Hashable {
    /// Stable and short, such as `email_exists`; programs decide by it.
    package var code: String
    /// One sentence: what, why, and the way out. Never a secret.
    package var message: String
    /// A JSON Pointer to the part of the input that it is about.
    package var field: String?
    /// The rule that the part breaks.
    package var rule: String?
    /// How long to wait before another try.
    package var retryAfter: Duration?

    package init(
        _ code: String, _ message: String, field: String? = nil, rule: String? = nil, retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.rule = rule
        self.retryAfter = retryAfter
    }

    package var data: JSONValue? { nil }
    package var isRetryable: Bool { code == Self.unusableCode || retryAfter != nil }

    /// A part of the input that does not fit.
    static func bad(_ field: String, _ rule: String, _ message: String) -> AccountError {
        AccountError("bad_input", message, field: field, rule: rule)
    }

    package static let unusableCode = "accounts_unusable"

    /// The file of accounts cannot be used; nothing has changed.
    package static func unusable(_ reason: String) -> AccountError { AccountError(unusableCode, reason) }

    /// One answer for an unknown name, a wrong password and a closed account: it tells nobody who has an account.
    package static let loginRefused = AccountError(
        "login_refused", "the name or the password is wrong, or the account is closed")

    /// Too many tries of a password in vain.
    static func loginDelayed(_ wait: Duration) -> AccountError {
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return AccountError(
            "login_delayed", "there were too many tries in vain; try again in \(seconds) s", retryAfter: wait)
    }

    package static let usernameTaken = AccountError(
        "username_exists", "somebody has this username already; choose another", field: "/username", rule: "unique")

    package static let emailTaken = AccountError(
        "email_exists", "there is an account with this address already; log in, or use another", field: "/email",
        rule: "unique")

    package static let codeRefused = AccountError(
        "code_refused", "the code is unknown, was used before, or is too old; ask for a new one", field: "/code",
        rule: "code")

    package static let sessionEnded = AccountError(
        "session_ended", "the session has ended; log in again")

    package static let refreshRefused = AccountError(
        "refresh_refused", "the refresh token is unknown, too old or was used before; log in again")

    package static let lastOwner = AccountError(
        "last_owner", "this is the only active owner; make somebody else an owner before")

    package static let userUnknown = AccountError("user_not_found", "there is no such account")

    package static let changedMeanwhile = AccountError(
        "version_changed", "somebody has changed the account at the same time; send the change again")
}
