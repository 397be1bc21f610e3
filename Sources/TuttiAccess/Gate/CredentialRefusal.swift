package import TuttiCore

/// Why something that was shown does not say who somebody is.
package struct CredentialRefusal: CodedError, Sendable, Hashable {
    /// Stable and short, such as `token_expired`; programs decide by it.
    package var code: String
    /// What to do; nothing of what was shown.
    package var message: String
    /// Whether somebody tried to pass for another: not merely late.
    package var isSuspicious = false

    package init(_ code: String, _ message: String, isSuspicious: Bool = false) {
        self.code = code
        self.message = message
        self.isSuspicious = isSuspicious
    }

    package var data: JSONValue? { nil }
    package var isRetryable: Bool { false }

    package static let expired = CredentialRefusal(
        "token_expired", "the token has expired; refresh it, or log in again")
    package static let sessionEnded = CredentialRefusal("session_ended", "the session has ended; log in again")
    package static let keyRefused = CredentialRefusal(
        "key_refused", "the API key is unknown, expired or revoked; make a new one", isSuspicious: true)
    package static let ticketRefused = CredentialRefusal(
        "ticket_refused", "the ticket is unknown, too old or was used before; get a new one", isSuspicious: true)
    /// Nobody here believes its issuer.
    package static let notBelieved = CredentialRefusal(
        "token_refused", "the token is of an issuer that is not believed here", isSuspicious: true)
    package static let unusable = CredentialRefusal(
        AccountError.unusableCode, "accounts cannot be used at the moment; nothing has changed")

    package init(_ error: TokenError) {
        if error.code == .expired {
            self = .expired
        } else {
            self.init("token_refused", "the token is not good here: \(error.message)", isSuspicious: true)
        }
    }
}
