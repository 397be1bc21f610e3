import TuttiAccess
import TuttiCore
import TuttiHTTP

/// Gives a code back for tokens (RFC 6749, 4.1.3; RFC 7636, 4.5).
struct OpenIDTokenRequest: Sendable {
    let provider: OpenIDProvider
    let document: OpenIDDocument
    let transport: OpenIDTransport

    struct Tokens: Sendable {
        let login: SecretText
        let access: SecretText?
    }

    /// - Throws: ``OpenIDError`` `.refused` when the issuer does not take the code or us, `.badAnswer`,
    ///   `.unreachable`.
    func send(code: String, for start: OpenIDStart) async throws(OpenIDError) -> Tokens {
        let what = "the tokens of the issuer"
        let authentication = try authentication()
        let form =
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", start.redirect),
                ("code_verifier", start.verifier.revealed),
            ] + authentication.form
        let (status, body) = try await transport.post(
            form, to: document.token, authorization: authentication.header, what)
        guard status == 200 else { throw Self.refusal(body["error"]?.stringValue, status) }
        guard let login = body["id_token"]?.stringValue else {
            throw OpenIDError(.badAnswer, "\(what): there is no `id_token`; is `openid` among the scopes?")
        }
        guard body["token_type"]?.stringValue?.lowercased() == "bearer" else {
            throw OpenIDError(.badAnswer, "\(what): `token_type` is not Bearer")
        }
        return Tokens(login: SecretText(login), access: body["access_token"]?.stringValue.map { SecretText($0) })
    }

    /// How we show who we are: by the head, which hides the secret better, unless the issuer takes it in the form only
    /// (RFC 6749, 2.3.1).
    private func authentication() throws(OpenIDError) -> (header: SecretText?, form: [(String, String)]) {
        let name = ("client_id", provider.clientID)
        guard let secret = provider.clientSecret?.revealed else { return (nil, [name]) }
        if document.clientAuthentication.contains("client_secret_basic") {
            let pair = PercentCoding.encode(provider.clientID) + ":" + PercentCoding.encode(secret)
            return (SecretText("Basic " + StrictBase64.padded.encode(pair.utf8)), [])
        }
        guard document.clientAuthentication.contains("client_secret_post") else {
            throw OpenIDError(
                .badAnswer, "the issuer takes a client's secret neither as client_secret_basic nor client_secret_post")
        }
        return (nil, [name, ("client_secret", secret)])
    }

    /// The codes of RFC 6749, 5.2; what else an issuer says is not passed on.
    private static func refusal(_ code: String?, _ status: Int) -> OpenIDError {
        switch code {
        case "invalid_grant":
            OpenIDError(.refused, "the issuer does not take the code: it was used before, or is too old; begin again")
        case "invalid_client", "unauthorized_client":
            OpenIDError(.refused, "the issuer does not know us (\(code ?? "")); check `client_id` and `client_secret`")
        case "invalid_request", "unsupported_grant_type", "invalid_scope":
            OpenIDError(
                .refused, "the issuer does not take the request (\(code ?? "")); check the client's settings there")
        default: OpenIDError(.refused, "the issuer refuses the login (\(status))")
        }
    }
}
