package import TuttiAccess
import TuttiCore

/// Why somebody could not log in by another issuer, or a token of one is not believed.
///
/// It names the rule that was broken; never a code, a token, a secret, or what an issuer has written in words.
package struct OpenIDError: CodedError, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// A setting breaks a rule.
        case badSetting = "openid_bad_setting"
        /// The issuer gives no answer, or says that it has failed.
        case unreachable = "openid_unreachable"
        /// The issuer answers, and what it says is not what the specification wants.
        case badAnswer = "openid_bad_answer"
        /// The answer came to another browser than the one that was sent, or twice, or it was made up.
        case wrongState = "openid_wrong_state"
        /// It took longer than ``OpenIDLimits/loginTime``.
        case tooLate = "openid_too_late"
        /// The answer is of another issuer than the one that was asked.
        case wrongIssuer = "openid_wrong_issuer"
        /// The issuer does not let this person in, or does not take this code.
        case refused = "openid_refused"
        /// A token is not believed; ``OpenIDError/token`` may say more.
        case badToken = "openid_bad_token"
        /// The person is who they say, and is not of a domain that may log in.
        case notAllowed = "openid_not_allowed"
    }

    package let kind: Kind
    package let message: String
    package let isRetryable: Bool
    /// What is wrong with the token itself.
    package let token: TokenError?

    package var code: String { kind.rawValue }
    package var description: String { "\(code): \(message)" }

    init(_ kind: Kind, _ message: String, isRetryable: Bool = false, token: TokenError? = nil) {
        self.kind = kind
        self.message = message
        self.isRetryable = isRetryable
        self.token = token
    }

    init(_ token: TokenError) { self.init(.badToken, token.message, token: token) }
}
