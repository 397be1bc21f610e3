package import TuttiCore

/// What a genuine token says (RFC 7519, section 4.1).
package struct TokenClaims: Sendable, Hashable {
    /// The configured issuer whose key it is signed by; `nil` for one whose name is not checked.
    package let trusted: String?
    /// `iss`, as the token has it; who is trusted without a name may write any name here that is not another's.
    package let issuer: String?
    /// `sub`
    package let subject: String
    /// `aud`, one or many.
    package let audience: [String]
    /// `exp`
    package let expires: Timestamp
    /// `iat`
    package let issuedAt: Timestamp?
    /// `nbf`
    package let notBefore: Timestamp?
    /// `jti`
    package let id: String?
    /// `sid`
    package let session: String?
    /// Everything, these included.
    package let all: JSONValue

    /// The last second of the year 9999: a later moment is a mistake, or an attack on whoever computes with it.
    static let secondsMax: Int64 = 253_402_300_799

    init(_ claims: [String: JSONValue], trusted: String?) throws(TokenError) {
        guard let expires = try Self.moment("exp", of: claims) else { throw TokenError(.missingClaim, claim: "exp") }
        guard let subject = try Self.text("sub", of: claims) else { throw TokenError(.missingClaim, claim: "sub") }
        guard !subject.isEmpty else { throw TokenError(.invalidClaim, claim: "sub") }
        self.trusted = trusted
        self.expires = expires
        self.subject = subject
        issuer = try Self.text("iss", of: claims)
        audience = try Self.audience(of: claims)
        issuedAt = try Self.moment("iat", of: claims)
        notBefore = try Self.moment("nbf", of: claims)
        id = try Self.text("jti", of: claims)
        session = try Self.text("sid", of: claims)
        all = .object(claims)
    }

    private static func text(_ name: String, of claims: [String: JSONValue]) throws(TokenError) -> String? {
        guard let value = claims[name] else { return nil }
        guard let text = value.stringValue else { throw TokenError(.invalidClaim, claim: name) }
        return text
    }

    private static func audience(of claims: [String: JSONValue]) throws(TokenError) -> [String] {
        switch claims["aud"] {
        case nil: return []
        case .string(let one): return [one]
        case .array(let many):
            let texts = many.compactMap(\.stringValue)
            guard texts.count == many.count else { throw TokenError(.invalidClaim, claim: "aud") }
            return texts
        default: throw TokenError(.invalidClaim, claim: "aud")
        }
    }

    /// A NumericDate: seconds since 1970, of which fractions are cut off.
    private static func moment(_ name: String, of claims: [String: JSONValue]) throws(TokenError) -> Timestamp? {
        switch claims[name] {
        case nil: return nil
        case .int(let seconds) where (0...secondsMax).contains(seconds):
            return Timestamp(milliseconds: seconds * 1000)
        case .double(let seconds) where seconds >= 0 && seconds <= Double(secondsMax):
            return Timestamp(milliseconds: Int64(seconds) * 1000)
        default: throw TokenError(.invalidClaim, claim: name)
        }
    }
}
