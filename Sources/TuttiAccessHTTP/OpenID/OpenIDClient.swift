import TuttiAccess
package import TuttiCore
import TuttiHTTP
package import TuttiHTTPClient
package import TuttiRuntime

/// Lets people log in by another issuer: by a code, with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207;
/// RFC 9700).
///
/// ```swift
/// let start = try await client.authorization(redirect: callback, at: now)   // keep start.kept, send to start.url
/// let identity = try await client.finish(code: code, start: start, returned: state, issuer: iss, at: now)
/// ```
package actor OpenIDClient {
    package nonisolated let provider: OpenIDProvider
    private let transport: OpenIDTransport
    private let document: Refreshed<OpenIDDocument>
    private let keys: IssuerKeys
    private let random: LockedGenerator

    /// - Parameters:
    ///   - client: one that follows no redirects, which is how clients are made.
    ///   - random: what states, nonces and verifiers are drawn from; it has to be one that nobody can foresee.
    package init(
        _ provider: OpenIDProvider, client: HTTPClient, time: any Timekeeper = SystemTimekeeper(),
        random: LockedGenerator = LockedGenerator()
    ) {
        let transport = OpenIDTransport(client: client)
        let document = Refreshed(time: time) { () async throws(OpenIDError) in
            let json = try await transport.document(
                at: OpenIDAddress.discovery(of: provider.issuer), "the description of the issuer")
            return try OpenIDDocument(json, issuer: provider.issuer)
        }
        self.provider = provider
        self.transport = transport
        self.document = document
        self.random = random
        keys = IssuerKeys(transport, time: time) { () async throws(OpenIDError) in
            try await document.current().value.keys.text
        }
    }

    /// Begins a login.
    ///
    /// - Parameter redirect: where the issuer sends the browser back to: a URL of ours that it knows.
    /// - Throws: ``OpenIDError`` `.badSetting` for a redirect that is no URL, `.unreachable`, `.badAnswer`.
    package func authorization(redirect: String, at moment: Timestamp) async throws(OpenIDError) -> OpenIDStart {
        guard ["http://", "https://"].contains(where: redirect.hasPrefix),
            redirect.utf8.count <= OpenIDLimits.addressBytesMax,
            redirect.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
        else { throw OpenIDError(.badSetting, "the address to come back to is no http:// or https:// URL") }
        let endpoint = try await document.current().value.authorization
        let (state, nonce, verifier) = (secret(), secret(), secret())
        let challenge = StrictBase64.url.encode(Digest.sha256(verifier.revealed.utf8))
        let query = OpenIDTransport.encoded([
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
            ("scope", provider.scopes), ("state", state.revealed), ("nonce", nonce.revealed),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ])
        return OpenIDStart(
            url: endpoint.text + (endpoint.hasQuery ? "&" : "?") + query, issuer: provider.issuer, redirect: redirect,
            state: state, nonce: nonce, verifier: verifier, begun: moment)
    }

    /// 256 bits in the letters of URLs.
    private func secret() -> SecretText {
        let bytes = random.draw { source in (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &source) } }
        return SecretText(StrictBase64.url.encode(bytes))
    }

    /// Ends a login: who it is that has come back.
    ///
    /// - Parameters:
    ///   - code: as the browser has brought it.
    ///   - start: what was kept for this browser; it may not be used again, whatever comes of it.
    ///   - state: as the browser has brought it.
    ///   - issuer: the parameter `iss`, if there was one.
    /// - Throws: ``OpenIDError`` of every kind.
    package func finish(
        code: String, start: OpenIDStart, returned state: String, issuer: String? = nil, at moment: Timestamp
    ) async throws(OpenIDError) -> OpenIDIdentity {
        try start.check(state: state, named: issuer, own: provider.issuer, at: moment)
        guard (1...OpenIDLimits.parameterBytesMax).contains(code.utf8.count) else {
            throw OpenIDError(.refused, "`code` has 1 to \(OpenIDLimits.parameterBytesMax) bytes; begin again")
        }
        let document = try await document.current().value
        guard issuer != nil || !document.namesItself else {
            throw OpenIDError(.wrongIssuer, "the answer does not name its issuer (`iss`), which this one always does")
        }
        let tokens = try await OpenIDTokenRequest(provider: provider, document: document, transport: transport)
            .send(code: code, for: start)
        let claims = try await claims(of: tokens, start, at: moment)
        let identity = try OpenIDIdentity(claims, issuer: provider.issuer)
        try provider.check(identity, hostedDomain: claims.all["hd"]?.stringValue)
        return identity
    }

    /// What to say when the issuer sends the browser back with an error in place of a code (RFC 6749, 4.1.2.1).
    ///
    /// - Parameter error: the parameter `error`; its words are not passed on.
    /// - Returns: `.refused`, or what is wrong with the answer itself.
    package nonisolated func refusal(
        _ error: String, start: OpenIDStart, returned state: String, issuer: String? = nil, at moment: Timestamp
    ) -> OpenIDError {
        do throws(OpenIDError) {
            try start.check(state: state, named: issuer, own: provider.issuer, at: moment)
        } catch {
            return error
        }
        switch error {
        case "access_denied": return OpenIDError(.refused, "the login was refused at the issuer")
        case "temporarily_unavailable", "server_error":
            return OpenIDError(.unreachable, "the issuer cannot log anybody in now; try again later", isRetryable: true)
        default: return OpenIDError(.refused, "the issuer has ended the login with an error; begin again")
        }
    }

    private func claims(
        of tokens: OpenIDTokenRequest.Tokens, _ start: OpenIDStart, at moment: Timestamp
    ) async throws(OpenIDError) -> TokenClaims {
        let token: UnverifiedToken
        do throws(TokenError) { token = try UnverifiedToken(tokens.login.revealed) } catch { throw OpenIDError(error) }
        let claims = try await keys.verify(
            token, of: provider.issuer, audiences: [provider.clientID], types: [], at: moment)
        try IDTokenCheck(clientID: provider.clientID, nonce: start.nonce, accessToken: tokens.access)
            .check(claims, of: token)
        return claims
    }
}
