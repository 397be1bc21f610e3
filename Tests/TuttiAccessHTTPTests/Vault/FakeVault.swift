import FoundationEssentials
import Synchronization
import TestServer
import TuttiCore
import TuttiTesting

/// A Vault of its documented API: tokens, AppRole, and the key-value engine of version 2 at `secret`.
///
/// What it says in its errors has the word `planted` in it, which must never be told on.
final class FakeVault: Sendable {
    struct Call: Sendable, Hashable {
        var method: String
        /// Behind `/v1/`.
        var path: String
        var token: String?
        var namespace: String?
    }

    /// What happens to one call in place of an answer.
    enum Trouble: Sendable {
        case status(Int, String)
        /// The connection ends without an answer, before the call is carried out or after it.
        case cut(carriedOut: Bool)
        /// The answer waits until the test says so.
        case hold(came: Signal, go: Signal)
    }

    private struct Token {
        var end: Duration?
        var isRenewable: Bool
        /// No renewal makes it good beyond this.
        var endMax: Duration?
    }

    private struct Entry {
        /// A value for each version; nil when it was deleted.
        var versions: [JSONValue?] = []
    }

    struct Rules: Sendable {
        var roleID = "role"
        var secretID = "planted-secret-id"
        /// Seconds that a token is good for; 0 for ever.
        var lease: Int64 = 3600
        var leaseMax: Int64?
        var isRenewable = true
        var isRenewalAllowed = true
        var isLookupAllowed = true
        var isDataAllowed = true
    }

    private struct State {
        var rules = Rules()
        var tokens: [String: Token] = [:]
        var entries: [String: Entry] = [:]
        var calls: [Call] = []
        var troubles: [(prefix: String, Trouble)] = []
        var tokenCount = 0
    }

    private let state = Mutex(State())
    let clock: ManualClock
    private let server = Mutex<RawServer?>(nil)

    init(clock: ManualClock = ManualClock()) {
        self.clock = clock
        let made = RawServer { [weak self] connection in
            while let self, self.serve(connection) {}
        }
        server.withLock { $0 = made }
    }

    deinit { server.withLock { $0?.stop() } }

    var address: String { server.withLock { $0?.url("") ?? "" } }
    var calls: [Call] { state.withLock { $0.calls } }
    /// What was called, without the tokens.
    var trace: [String] { calls.map { "\($0.method) \($0.path)" } }
    /// Where there are entries.
    var paths: [String] { state.withLock { $0.entries.keys.sorted() } }

    func forgetCalls() { state.withLock { $0.calls = [] } }
    func change(_ body: @Sendable (inout Rules) -> Void) { state.withLock { body(&$0.rules) } }
    /// The next call of which the method and path begin so is in trouble.
    func trouble(_ prefix: String, _ trouble: Trouble) { state.withLock { $0.troubles.append((prefix, trouble)) } }

    /// Makes a token as an operator does.
    func token(_ text: String, lease: Int64?, isRenewable: Bool = true) {
        let end = lease.map { clock.uptime() + .seconds($0) }
        state.withLock { $0.tokens[text] = Token(end: end, isRenewable: isRenewable) }
    }

    func revokeTokens() { state.withLock { $0.tokens = [:] } }

    /// Writes past everybody.
    func write(_ path: String, _ data: JSONValue?) {
        state.withLock { $0.entries[path, default: Entry()].versions.append(data) }
    }

    // MARK: HTTP

    private func serve(_ connection: RawConnection) -> Bool {
        guard let head = connection.readHead() else { return false }
        let lines = head.split(separator: "\r\n")
        let parts = lines[0].split(separator: " ")
        let length = field("content-length", in: lines).flatMap { Int($0) } ?? 0
        guard parts.count == 3, parts[1].hasPrefix("/v1/"), let body = connection.readBytes(length),
            field("x-vault-request", in: lines) == "true"
        else { return false }
        let call = Call(
            method: String(parts[0]), path: String(parts[1].dropFirst(4)), token: field("x-vault-token", in: lines),
            namespace: field("x-vault-namespace", in: lines))
        let trouble = state.withLock { state -> Trouble? in
            state.calls.append(call)
            let name = "\(call.method) \(call.path)"
            guard let index = state.troubles.firstIndex(where: { name.hasPrefix($0.prefix) }) else { return nil }
            return state.troubles.remove(at: index).1
        }
        switch trouble {
        case .status(let status, let text):
            return send(status, text, connection)
        case .cut(let isCarriedOut):
            if isCarriedOut { _ = answer(call, body) }
            return false
        case .hold(let came, let go):
            came.give()
            go.waitOnThread()
        case nil: break
        }
        let (status, answer) = answer(call, body)
        return send(status, answer.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "", connection)
    }

    private func field(_ name: String, in lines: [Substring]) -> String? {
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return String(parts[1].drop { $0 == " " }) }
        }
        return nil
    }

    private func send(_ status: Int, _ text: String, _ connection: RawConnection) -> Bool {
        connection.send(
            "HTTP/1.1 \(status) Any\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
        )
    }

    // MARK: The API

    private typealias Answer = (status: Int, body: JSONValue?)

    private static let denied: Answer = (403, ["errors": ["permission denied planted"]])
    private static let missing: Answer = (404, ["errors": []])

    private func answer(_ call: Call, _ body: [UInt8]) -> (status: Int, body: JSONValue?) {
        let now = clock.uptime()
        let input = (try? WireJSON.read(Data(body))) ?? .null
        return state.withLock { state in
            if call.path == "auth/approle/login" { return Self.login(input, now, &state) }
            guard let text = call.token, let token = state.tokens[text], token.end.map({ now < $0 }) ?? true else {
                return Self.denied
            }
            switch (call.method, call.path) {
            case ("POST", "auth/token/renew-self"): return Self.renew(text, now, &state)
            case ("GET", "auth/token/lookup-self"):
                guard state.rules.isLookupAllowed else { return Self.denied }
                let left = token.end.map { ($0 - now).components.seconds } ?? 0
                return (200, ["data": ["ttl": .int(left), "renewable": .bool(token.isRenewable), "id": .string(text)]])
            default:
                guard state.rules.isDataAllowed else { return Self.denied }
                return Self.secret(call, input, &state)
            }
        }
    }

    private static func login(_ input: JSONValue, _ now: Duration, _ state: inout State) -> Answer {
        guard input["role_id"]?.stringValue == state.rules.roleID,
            input["secret_id"]?.stringValue == state.rules.secretID
        else { return (400, ["errors": ["invalid role or secret ID planted"]]) }
        state.tokenCount += 1
        let (text, lease) = ("hvs.planted-\(state.tokenCount)", state.rules.lease)
        state.tokens[text] = Token(
            end: lease > 0 ? now + .seconds(lease) : nil, isRenewable: state.rules.isRenewable,
            endMax: state.rules.leaseMax.map { now + .seconds($0) })
        return (200, ["auth": auth(text, lease, state.rules.isRenewable)])
    }

    private static func renew(_ text: String, _ now: Duration, _ state: inout State) -> Answer {
        guard state.rules.isRenewalAllowed, var token = state.tokens[text], token.isRenewable else {
            return (400, ["errors": ["lease is not renewable planted"]])
        }
        let end = min(now + .seconds(state.rules.lease), token.endMax ?? .seconds(1 << 40))
        token.end = end
        state.tokens[text] = token
        return (200, ["auth": auth(text, (end - now).components.seconds, true)])
    }

    private static func auth(_ text: String, _ lease: Int64, _ isRenewable: Bool) -> JSONValue {
        ["client_token": .string(text), "lease_duration": .int(lease), "renewable": .bool(isRenewable)]
    }

    private static func secret(_ call: Call, _ input: JSONValue, _ state: inout State) -> Answer {
        let isList = call.path.hasSuffix("?list=true")
        let path = isList ? String(call.path.dropLast("?list=true".count)) : call.path
        if path.hasPrefix("secret/data/") {
            let key = String(path.dropFirst("secret/data/".count))
            return call.method == "GET" ? read(key, state) : write(key, input, &state)
        }
        guard path.hasPrefix("secret/metadata/") else { return missing }
        let key = String(path.dropFirst("secret/metadata/".count))
        if isList { return list(key, state) }
        guard call.method == "DELETE" else {
            guard let entry = state.entries[key] else { return missing }
            return (200, ["data": ["current_version": .int(Int64(entry.versions.count))]])
        }
        state.entries[key] = nil
        return (204, nil)
    }

    private static func metadata(_ entry: Entry) -> JSONValue {
        ["version": .int(Int64(entry.versions.count)), "created_time": "2023-11-14T22:13:20.123456789Z"]
    }

    private static func read(_ key: String, _ state: State) -> Answer {
        guard let entry = state.entries[key], let newest = entry.versions.last else { return missing }
        guard let data = newest else { return (404, ["data": ["data": .null, "metadata": metadata(entry)]]) }
        return (200, ["data": ["data": data, "metadata": metadata(entry)]])
    }

    private static func write(_ key: String, _ input: JSONValue, _ state: inout State) -> Answer {
        var entry = state.entries[key] ?? Entry()
        guard let data = input["data"], input["options"]?["cas"]?.intValue == Int64(entry.versions.count) else {
            return (400, ["errors": ["check-and-set parameter did not match the current version planted"]])
        }
        entry.versions.append(data)
        state.entries[key] = entry
        return (200, ["data": metadata(entry)])
    }

    private static func list(_ folder: String, _ state: State) -> Answer {
        let below = state.entries.keys.filter { $0.hasPrefix(folder + "/") }.map { $0.dropFirst(folder.count + 1) }
        let names = Set(below.map { rest in rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest) })
        return names.isEmpty ? missing : (200, ["data": ["keys": .array(names.sorted().map { .string($0) })]])
    }
}
