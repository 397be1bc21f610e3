package import TuttiCore

/// An issuer by which people log in, and what we are to it.
package struct OpenIDProvider: Sendable {
    /// What it is called in paths: letters, digits and hyphens.
    package let name: String
    /// Exactly as it names itself in its description and in `iss`.
    package let issuer: String
    package let clientID: String
    /// `nil` for a client that has none and shows by PKCE alone that it is who began.
    package let clientSecret: SecretText?
    /// Names with blanks between them; `openid` is one of them.
    package let scopes: String
    /// Whose people may log in, by the domain of their confirmed address; empty for everybody whom the issuer knows.
    package let allowedDomains: Set<String>

    package static let defaultScopes = "openid email profile"
    package static let googleIssuer = "https://accounts.google.com"

    /// - Parameters:
    ///   - issuer: its URL, without a query.
    ///   - allowedDomains: such as `example.com`; those below one are others.
    /// - Throws: ``OpenIDError`` `.badSetting` that names the setting and the rule.
    package init(
        name: String, issuer: String, clientID: String, clientSecret: SecretText?,
        scopes: String = defaultScopes, allowedDomains: [String] = []
    ) throws(OpenIDError) {
        try Self.check(
            !name.isEmpty && name.utf8.count <= 32 && name.utf8.allSatisfy(Self.isNameByte),
            "`name` has 1 to 32 lower-case letters, digits and hyphens")
        guard let address = OpenIDAddress(issuer), !address.hasQuery else {
            throw OpenIDError(.badSetting, "an OpenID provider's `issuer` \(OpenIDAddress.rule), and without a query")
        }
        try Self.check(
            Self.isVisible(clientID, bytesMax: 512, allowsBlanks: false),
            "`client_id` has 1 to 512 visible ASCII characters")
        if let secret = clientSecret?.revealed {
            try Self.check(
                Self.isVisible(secret, bytesMax: 4096, allowsBlanks: true),
                "`client_secret` has 1 to 4096 visible ASCII characters")
        }
        try Self.check(
            Self.isVisible(scopes, bytesMax: 1024, allowsBlanks: true)
                && scopes.split(separator: " ").contains("openid"),
            "`scopes` are names with blanks between them, and `openid` is one of them")
        let domains = allowedDomains.map { $0.lowercased() }
        try Self.check(domains.allSatisfy(Self.isDomain), "`allowed_domains` are names such as example.com")
        self.name = name
        self.issuer = address.text
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.allowedDomains = Set(domains)
    }

    /// Google, by its name.
    ///
    /// - Throws: as ``init(name:issuer:clientID:clientSecret:scopes:allowedDomains:)``.
    package static func google(
        clientID: String, clientSecret: SecretText, allowedDomains: [String] = []
    ) throws(OpenIDError) -> OpenIDProvider {
        try OpenIDProvider(
            name: "google", issuer: googleIssuer, clientID: clientID, clientSecret: clientSecret,
            allowedDomains: allowedDomains)
    }

    /// Whether somebody may log in.
    ///
    /// - Parameter hostedDomain: the claim `hd` of Google's. Anybody may have an account there under any address that
    ///   they could once read the mail of, also of a firm that they have left; `hd` is there only for accounts that
    ///   the domain itself has made.
    /// - Throws: ``OpenIDError`` `.notAllowed`.
    func check(_ identity: OpenIDIdentity, hostedDomain: String?) throws(OpenIDError) {
        guard !allowedDomains.isEmpty else { return }
        guard identity.emailVerified, let domain = identity.domain, allowedDomains.contains(domain) else {
            throw OpenIDError(.notAllowed, "only people with a confirmed address of an allowed domain may log in here")
        }
        guard issuer == Self.googleIssuer else { return }
        guard let hostedDomain, allowedDomains.contains(hostedDomain.lowercased()) else {
            throw OpenIDError(.notAllowed, "only people with an account of an allowed organisation may log in here")
        }
    }

    private static func check(_ isRight: Bool, _ rule: String) throws(OpenIDError) {
        guard isRight else { throw OpenIDError(.badSetting, "an OpenID provider's \(rule)") }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isDomain(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.utf8.first != 0x2E
            && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isVisible(_ text: String, bytesMax: Int, allowsBlanks: Bool) -> Bool {
        (1...bytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F || allowsBlanks && $0 == 0x20 }
    }
}
