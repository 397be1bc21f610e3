import Synchronization
import TestServer
import TuttiAccess
import TuttiCore
import TuttiHTTP

/// An issuer that a test runs: it knows its people, takes codes once, and does what the test says otherwise.
final class TestIssuer: Sendable {
    enum Answer: Sendable {
        case json(Int, JSONValue)
        case text(Int, String)
        case redirect(String)
        /// More bytes than anybody takes, with their number in the head or without.
        case huge(isSaid: Bool)
        /// The connection ends in the midst of the answer.
        case cut
        case hangUp
    }

    /// What a browser has brought here.
    struct Visit: Sendable {
        let query: QueryItems
        subscript(name: String) -> String { query[name] ?? "" }
    }

    struct State: Sendable {
        var key: TestKey
        /// The keys that are published.
        var published: [JSONValue]
        var clientSecret: String? = "s3cret&+ %"
        /// Changes what the description says.
        var description: [String: JSONValue] = [:]
        /// What the token of login says, and how it is made.
        var claims: @Sendable (inout [String: JSONValue]) -> Void = { _ in }
        var token: (@Sendable (TestKey, [String: JSONValue]) -> String)?
        /// Answers in the place of the usual ones.
        var answers: [String: Answer] = [:]
        var visits: [String: Visit] = [:]
        var codes = 0
        var requests: [(path: String, head: String, form: QueryItems?)] = []
    }

    static let (description, keys, token) = ("/.well-known/openid-configuration", "/keys", "/token")
    static let now = Timestamp(milliseconds: 1_700_000_000_000)
    static let accessToken = "access-token-of-ada"

    let state: Mutex<State>
    let url: String
    private let server: RawServer

    init(_ algorithm: TokenAlgorithm = .es256) throws {
        let key = try TestKey(algorithm, id: "k1")
        let box = Box()
        state = Mutex(State(key: key, published: [key.jwk]))
        server = RawServer { connection in
            guard let head = connection.readHead(), let issuer = box.issuer.withLock({ $0 }) else { return }
            issuer.serve(connection, head)
        }
        url = "http://127.0.0.1:\(server.port)"
        self.box = box
        box.issuer.withLock { $0 = self }
    }

    private final class Box: Sendable {
        let issuer = Mutex<TestIssuer?>(nil)
    }

    private let box: Box

    func stop() {
        server.stop()
        box.issuer.withLock { $0 = nil }
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func count(_ path: String) -> Int { state.withLock { $0.requests.count { $0.path == path } } }

    /// The browser is sent here, and back with this code.
    func visit(_ url: String) -> String {
        let query = QueryItems(String(url.drop { $0 != "?" }.dropFirst()))
        return state.withLock { state in
            state.codes += 1
            let code = "code-\(state.codes)"
            state.visits[code] = query.map { Visit(query: $0) }
            return code
        }
    }

    // MARK: Answers

    private func serve(_ connection: RawConnection, _ head: String) {
        let path = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let size = length.flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) } ?? 0
        let body = size > 0 ? connection.readBytes(size) ?? [] : []
        let form = QueryItems(String(decoding: body, as: UTF8.self))
        let answer = state.withLock { state in
            state.requests.append((path, head, form))
            return state.answers[path] ?? usual(path, head, form, &state)
        }
        send(answer, connection)
    }

    private func usual(_ path: String, _ head: String, _ form: QueryItems?, _ state: inout State) -> Answer {
        switch path {
        case Self.description:
            let usual: [String: JSONValue] = [
                "issuer": .string(url), "authorization_endpoint": .string(url + "/authorize?tenant=1"),
                "token_endpoint": .string(url + Self.token), "jwks_uri": .string(url + Self.keys),
                "response_types_supported": ["code", "id_token"],
                "code_challenge_methods_supported": ["plain", "S256"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "HS256"],
            ]
            return .json(200, .object(usual.merging(state.description) { $1 }.filter { $0.value != .null }))
        case Self.keys: return .json(200, ["keys": .array(state.published)])
        case Self.token: return tokens(head, form, &state)
        default: return .text(404, "no such page")
        }
    }

    private func tokens(_ head: String, _ form: QueryItems?, _ state: inout State) -> Answer {
        guard let form, form["grant_type"] == "authorization_code", knowsClient(head, form, state) else {
            return .json(401, ["error": "invalid_client"])
        }
        // A code is taken once, and from whoever began only (RFC 6749, 4.1.2; RFC 7636, 4.6).
        guard let visit = state.visits.removeValue(forKey: form["code"] ?? ""),
            visit["redirect_uri"] == form["redirect_uri"], visit["code_challenge_method"] == "S256",
            visit["code_challenge"] == StrictBase64.url.encode(Digest.sha256((form["code_verifier"] ?? "").utf8))
        else { return .json(400, ["error": "invalid_grant", "error_description": "secret words of the issuer"]) }
        var claims: [String: JSONValue] = [
            "iss": .string(url), "aud": "client", "sub": "248289761001", "nonce": .string(visit["nonce"]),
            "iat": .int(Self.now.milliseconds / 1000), "exp": .int(Self.now.milliseconds / 1000 + 300),
            "email": "ada@example.com", "email_verified": true, "name": "Ada Lovelace",
        ]
        state.claims(&claims)
        claims = claims.filter { $0.value != .null }
        let token = state.token.map { $0(state.key, claims) } ?? state.key.token(claims)
        return .json(
            200, ["id_token": .string(token), "access_token": .string(Self.accessToken), "token_type": "Bearer"])
    }

    private func knowsClient(_ head: String, _ form: QueryItems, _ state: State) -> Bool {
        let prefix = "authorization: basic "
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
        guard let secret = state.clientSecret else { return line == nil && form["client_id"] == "client" }
        guard let line else { return form["client_id"] == "client" && form["client_secret"] == secret }
        let pair = StrictBase64.padded.decode(line.dropFirst(prefix.count)) ?? []
        return String(decoding: pair, as: UTF8.self) == "client:" + PercentCoding.encode(secret)
            && form["client_secret"] == nil
    }

    private func send(_ answer: Answer, _ connection: RawConnection) {
        func head(_ status: Int, _ fields: String) -> String {
            "HTTP/1.1 \(status) X\r\nConnection: close\r\n\(fields)\r\n\r\n"
        }
        switch answer {
        case .json(let status, let json):
            connection.send(head(status, "Content-Type: application/json\r\nContent-Length: \(json.bytes.count)"))
            connection.send(json.bytes)
        case .text(let status, let text):
            connection.send(head(status, "Content-Length: \(text.utf8.count)") + text)
        case .redirect(let place): connection.send(head(302, "Location: \(place)\r\nContent-Length: 0"))
        case .huge(let isSaid):
            let bytes = [UInt8](repeating: 0x20, count: 1 << 20)
            connection.send(head(200, isSaid ? "Content-Length: \(bytes.count)" : "Content-Type: application/json"))
            connection.send(bytes)
        case .cut: connection.send(head(200, "Content-Length: 1000") + "{\"keys\":[")
        case .hangUp: break
        }
        connection.end()
    }
}
