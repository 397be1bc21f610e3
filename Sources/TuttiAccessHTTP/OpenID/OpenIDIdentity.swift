import TuttiAccess
import TuttiCore

/// Who somebody is by the word of an issuer. `issuer` and `subject` together are for ever; all else may change.
package struct OpenIDIdentity: Sendable, Hashable {
    package let issuer: String
    package let subject: String
    package let email: String?
    /// Whether the issuer says that the address is theirs. One that is not says nothing about who somebody is.
    package let emailVerified: Bool
    /// On one line.
    package let name: String?

    package init(issuer: String, subject: String, email: String?, emailVerified: Bool, name: String?) {
        self.issuer = issuer
        self.subject = subject
        self.email = email
        self.emailVerified = emailVerified
        self.name = name
    }

    /// - Throws: ``OpenIDError`` `.badToken` for a subject that is none.
    init(_ claims: TokenClaims, issuer: String) throws(OpenIDError) {
        guard (1...OpenIDLimits.subjectBytesMax).contains(claims.subject.utf8.count),
            claims.subject.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else {
            throw OpenIDError(
                .badToken, "`sub` of a login has 1 to \(OpenIDLimits.subjectBytesMax) visible ASCII characters")
        }
        self.issuer = issuer
        subject = claims.subject
        let email = claims.all["email"]?.stringValue.flatMap(Self.checked)
        self.email = email
        // Some issuers write the word instead of the value.
        let isVerified = [.bool(true), .string("true")].contains(claims.all["email_verified"])
        emailVerified = email != nil && isVerified
        let name = claims.all["name"]?.stringValue.map {
            CleanText.line($0, bytesMax: OpenIDLimits.nameBytesMax)
        }
        self.name = name == "" ? nil : name
    }

    /// One `@`, something on both sides, and nothing that could be taken for something else.
    private static func checked(_ email: String) -> String? {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = email.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain,
            email.utf8.count <= OpenIDLimits.emailBytesMax, CleanText.line(email, bytesMax: 1024) == email
        else { return nil }
        return email
    }

    /// The part of the address behind its `@`, in small letters.
    var domain: String? { email?.split(separator: "@").last.map { $0.lowercased() } }
}
