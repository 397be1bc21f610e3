package import TuttiAccess
package import TuttiCore
package import TuttiHTTPClient
package import TuttiRuntime

/// Another issuer whose bearer tokens are believed here.
package struct ForeignIssuer: Sendable, Hashable {
    /// Exactly as it is in `iss`.
    package let issuer: String
    /// One of these has to be in `aud`.
    package let audiences: [String]
    /// Where its keys are; `nil` when its description says so.
    package let keysURL: String?
    /// Values of `typ`; empty when that is not checked.
    package let types: [String]

    /// - Parameters:
    ///   - types: an issuer that gives tokens of login too should be held to that of access tokens.
    /// - Throws: ``OpenIDError`` `.badSetting` that names the setting and the rule.
    package init(
        issuer: String, audiences: [String], keysURL: String? = nil, types: [String] = [TrustedIssuer.accessTokenType]
    ) throws(OpenIDError) {
        let address = OpenIDAddress(issuer)
        guard !issuer.isEmpty, keysURL != nil || address?.hasQuery == false else {
            throw OpenIDError(
                .badSetting, "a foreign issuer's `issuer` \(OpenIDAddress.rule), unless the URL of its keys is given")
        }
        guard !audiences.isEmpty, audiences.allSatisfy({ !$0.isEmpty }) else {
            throw OpenIDError(
                .badSetting,
                "a foreign issuer's `audience` is what its tokens for us have in `aud`; without it, tokens "
                    + "for others would be taken")
        }
        guard keysURL.map({ OpenIDAddress($0) != nil }) ?? true else {
            throw OpenIDError(.badSetting, "a foreign issuer's `jwks_url` \(OpenIDAddress.rule)")
        }
        self.issuer = issuer
        self.audiences = audiences
        self.keysURL = keysURL
        self.types = types
    }
}

/// Judges bearer tokens of other issuers, by keys that are fetched from them when they are needed.
package struct ForeignKeys: Sendable {
    private let issuers: [String: (settings: ForeignIssuer, keys: IssuerKeys)]

    /// - Parameter client: one that follows no redirects, which is how clients are made.
    /// - Throws: ``OpenIDError`` `.badSetting` for two of one name, or too many.
    package init(
        _ issuers: [ForeignIssuer], client: HTTPClient, time: any Timekeeper = SystemTimekeeper()
    ) throws(OpenIDError) {
        guard issuers.count <= OpenIDLimits.issuersMax, Set(issuers.map(\.issuer)).count == issuers.count else {
            throw OpenIDError(
                .badSetting, "each foreign issuer is named once, and there are \(OpenIDLimits.issuersMax) at most")
        }
        let transport = OpenIDTransport(client: client)
        self.issuers = Dictionary(
            issuers.map { settings in
                let keys = IssuerKeys(transport, time: time) { () async throws(OpenIDError) in
                    if let url = settings.keysURL { return url }
                    let json = try await transport.document(
                        at: OpenIDAddress.discovery(of: settings.issuer), "the description of the issuer")
                    return try OpenIDDocument.keys(json, issuer: settings.issuer).text
                }
                return (settings.issuer, (settings, keys))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether a token says that it is of one of them.
    package func knows(_ token: UnverifiedToken) -> Bool { token.issuer.map { issuers[$0] != nil } ?? false }

    /// What a token says, if it is genuine, for us, and valid now.
    ///
    /// - Throws: ``OpenIDError`` `.badToken` with ``OpenIDError/token``; `.unreachable` and `.badAnswer` when there are
    ///   no keys to judge it by, and it is not believed.
    package func verify(_ token: UnverifiedToken, at moment: Timestamp) async throws(OpenIDError) -> TokenClaims {
        guard let issuer = token.issuer.flatMap({ issuers[$0] }) else {
            throw OpenIDError(.badToken, "the token's issuer is not trusted here")
        }
        let settings = issuer.settings
        return try await issuer.keys.verify(
            token, of: settings.issuer, audiences: settings.audiences, types: settings.types, at: moment)
    }
}
