import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels

/// A key of Google's as its JSON says: that of a service account, or what `gcloud auth application-default login` has
/// left of a person's login.
enum GoogleKey: Sendable {
    case serviceAccount(GoogleServiceAccount)
    case person(GoogleLogin)

    /// - Parameters:
    ///   - source: where the JSON is from, as messages call it.
    ///   - isForeign: whether it came from somebody who does not run this program; its tokens are then got from Google
    ///     alone.
    /// - Throws: ``ModelError`` `unauthenticated` that names what is missing, and never shows the JSON.
    init(_ json: Data, from source: String, isForeign: Bool) throws(ModelError) {
        guard let value = try? WireJSON.read(json), case .object = value else {
            throw .noCredential(
                "\(source) is no JSON object; it has to be the key of a service account as Google made it")
        }
        switch value["type"]?.stringValue {
        case "service_account":
            self = .serviceAccount(try GoogleServiceAccount(value, from: source, isForeign: isForeign))
        case "authorized_user" where !isForeign: self = .person(try GoogleLogin(value, from: source))
        case let type:
            let shown = type.flatMap { CredentialCalls.isName($0) ? $0 : nil } ?? "another"
            throw .noCredential(
                "\(source) is of the type '\(shown)', which is not understood here; use the key of a service account")
        }
    }

    /// The project that the key belongs to.
    var project: String? { if case .serviceAccount(let account) = self { account.project } else { nil } }

    /// The request for a token.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` for a key that cannot sign.
    func tokenRequest(now: Timestamp) throws(ModelError) -> HTTPRequest {
        let (url, body) =
            switch self {
            case .serviceAccount(let account):
                (
                    account.tokenURL,
                    FormBody.bytes([
                        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        "assertion": try account.assertion(now: now),
                    ])
                )
            case .person(let login):
                (
                    login.tokenURL,
                    FormBody.bytes([
                        "grant_type": "refresh_token", "client_id": login.clientID,
                        "client_secret": login.clientSecret.revealed, "refresh_token": login.refreshToken.revealed,
                    ])
                )
            }
        return HTTPRequest(.post, url, headers: HTTPHeaders([FormBody.header]), body: body)
    }

    static let usualTokenURL = "https://oauth2.googleapis.com/token"

    /// The address for tokens that a key names.
    static func tokenURL(
        _ value: JSONValue, from source: String, isForeign: Bool
    ) throws(ModelError) -> String {
        let url = value["token_uri"]?.stringValue ?? usualTokenURL
        let base = try? BaseURL(url)
        let isSafe = base.map { $0.text.hasPrefix("https://") || (!isForeign && $0.isLoopback) } ?? false
        guard isSafe, !isForeign || base?.host.hasSuffix(".googleapis.com") == true else {
            throw .noCredential("the 'token_uri' of \(source) is not Google's; use the key as Google made it")
        }
        return url
    }
}

/// The key of a service account.
struct GoogleServiceAccount: Sendable {
    let email: String
    let keyID: String?
    let privateKey: SecretText
    let project: String?
    let tokenURL: String

    static let scope = "https://www.googleapis.com/auth/cloud-platform"
    /// The longest that Google takes.
    static let assertionLife = Duration.seconds(3600)

    init(_ value: JSONValue, from source: String, isForeign: Bool) throws(ModelError) {
        guard let email = value["client_email"]?.stringValue, let key = value["private_key"]?.stringValue else {
            throw .noCredential("\(source) has no 'client_email' or no 'private_key'; use the key as Google made it")
        }
        self.email = email
        privateKey = SecretText(key)
        keyID = value["private_key_id"]?.stringValue
        project = value["project_id"]?.stringValue
        tokenURL = try GoogleKey.tokenURL(value, from: source, isForeign: isForeign)
    }

    /// A signed statement of who asks (RFC 7523, 2.1).
    ///
    /// - Throws: ``ModelError`` `unauthenticated` for a key that cannot sign.
    func assertion(now: Timestamp) throws(ModelError) -> String {
        let seconds = now.milliseconds / 1000
        var header: [String: JSONValue] = ["alg": "RS256", "typ": "JWT"]
        header["kid"] = keyID.map(JSONValue.string)
        let claims: JSONValue = [
            "iss": .string(email), "scope": .string(Self.scope), "aud": .string(tokenURL), "iat": .int(seconds),
            "exp": .int(seconds + Self.assertionLife.milliseconds / 1000),
        ]
        guard let head = try? CanonicalJSON.encode(JSONValue.object(header)),
            let body = try? CanonicalJSON.encode(claims),
            let signature = RSASignature.sign(
                Array("\(Self.base64URL(head)).\(Self.base64URL(body))".utf8), pem: privateKey)
        else {
            throw .noCredential(
                "the 'private_key' of the service account is no RSA key in PEM; use the key as Google made it")
        }
        return [head, body, Data(signature)].map(Self.base64URL).joined(separator: ".")
    }

    /// Base64 for URLs without padding (RFC 7515, 2).
    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().filter { $0 != "=" }.replacing("+", with: "-").replacing("/", with: "_")
    }
}

/// What is left of a person's login.
struct GoogleLogin: Sendable {
    let clientID: String
    let clientSecret: SecretText
    let refreshToken: SecretText
    let tokenURL: String

    init(_ value: JSONValue, from source: String) throws(ModelError) {
        guard let id = value["client_id"]?.stringValue, let secret = value["client_secret"]?.stringValue,
            let token = value["refresh_token"]?.stringValue
        else {
            throw .noCredential(
                "\(source) lacks 'client_id', 'client_secret' or 'refresh_token'; run: gcloud auth "
                    + "application-default login")
        }
        clientID = id
        clientSecret = SecretText(secret)
        refreshToken = SecretText(token)
        tokenURL = try GoogleKey.tokenURL(value, from: source, isForeign: false)
    }
}
