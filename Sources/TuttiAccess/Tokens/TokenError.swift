/// Why a token is not believed.
///
/// What it says names the rule that was broken, never what the token or a key holds.
package struct TokenError: Error, Hashable, CustomStringConvertible {
    /// For programs.
    package enum Code: String, Sendable, CaseIterable {
        /// It is not three parts of base64url of which two are JSON objects.
        case malformed
        case tooLong = "too_long"
        /// It names no algorithm that one of its issuer's keys is for.
        case algorithmNotAllowed = "algorithm_not_allowed"
        /// It demands that its reader knows an extension (RFC 7515, section 4.1.11).
        case criticalHeader = "critical_header"
        /// It is a token for something else, such as a login.
        case wrongType = "wrong_type"
        case unknownKey = "unknown_key"
        case badSignature = "bad_signature"
        case expired
        case notYetValid = "not_yet_valid"
        case wrongIssuer = "wrong_issuer"
        case wrongAudience = "wrong_audience"
        case missingClaim = "missing_claim"
        case invalidClaim = "invalid_claim"
        /// A member stands there twice, and readers would differ in which of them counts.
        case duplicateMember = "duplicate_member"
    }

    package let code: Code
    /// The claim that is missing or invalid.
    package let claim: String?

    init(_ code: Code, claim: String? = nil) {
        self.code = code
        self.claim = claim
    }

    /// For people.
    package var message: String {
        switch code {
        case .malformed: "this is no signed token: it has to be three parts of base64url, the first two JSON objects"
        case .tooLong: "the token is longer than \(UnverifiedToken.bytesMax) bytes"
        case .algorithmNotAllowed: "the token is signed by another algorithm than its issuer's keys are for"
        case .criticalHeader: "the token demands an extension (`crit`), and none is known here"
        case .wrongType: "the token's `typ` is not one that is taken here; send an access token"
        case .unknownKey: "the token does not name a key of its issuer; get a new one"
        case .badSignature: "the token's signature does not fit; get a new one"
        case .expired: "the token has expired; get a new one"
        case .notYetValid: "the token is not valid yet; compare the clocks of its issuer and of this machine"
        case .wrongIssuer: "the token's issuer is not trusted here"
        case .wrongAudience: "the token is for another audience"
        case .missingClaim: "the token has no `\(claim ?? "")`"
        case .invalidClaim: "the token's `\(claim ?? "")` is not what it has to be"
        case .duplicateMember: "the token says something twice"
        }
    }

    package var description: String { message }
}
