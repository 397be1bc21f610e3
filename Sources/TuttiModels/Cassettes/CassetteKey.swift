import FoundationEssentials
import TuttiCore

/// What two requests have to share to be the same call.
enum CassetteKey {
    static func json(_ value: some Encodable) throws(CassetteError) -> JSONValue {
        do {
            return try CanonicalJSON.decode(JSONValue.self, from: try CanonicalJSON.encode(value))
        } catch {
            throw CassetteError("a call holds a number that JSON cannot write (NaN or infinity); leave it out")
        }
    }

    /// A request as it is stored and compared.
    static func request(_ request: ModelRequest, hiding secrets: [SecretText]) throws(CassetteError) -> JSONValue {
        hide(secrets, in: normal(try json(request)))
    }

    /// A request without what differs between two runs, and without members that say what holds anyway.
    static func normal(_ request: JSONValue) -> JSONValue {
        guard case .object(var members) = request else { return request }
        for name in ["user", "metadata", "idempotencyToken"] { members[name] = nil }
        for name in ["tools", "stop"] where members[name] == .array([]) { members[name] = nil }
        if members["toolChoice"] == "auto" { members["toolChoice"] = nil }
        if let tools = members["tools"]?.items, !tools.isEmpty {
            members["tools"] = .array(tools.map { without("isStrict", $0) })
        }
        if let output = members["output"] { members["output"] = without("isStrict", output) }
        if let messages = members["messages"] { members["messages"] = withoutSeals(messages) }
        return .object(members.filter { $0.value != .null })
    }

    /// What providers want back differs with each call.
    static func withoutSeals(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(withoutSeals))
        case .object(var members):
            for part in ["reasoning", "toolCall"] {
                guard case .object(var inner)? = members[part] else { continue }
                inner["seal"] = nil
                members[part] = .object(inner)
            }
            members["toolResult"] = members["toolResult"].map { without("isError", $0) }
            members["content"] = members["content"].map(withoutSeals)
            return .object(members)
        default: return value
        }
    }

    /// An object without a member that says no.
    private static func without(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(var members) = value, members[name] == .bool(false) else { return value }
        members[name] = nil
        return .object(members)
    }

    /// A value with `[secret]` in the place of secrets, the longest first: one may be part of another.
    static func hide(_ secrets: [SecretText], in value: JSONValue) -> JSONValue {
        let texts = Set(secrets.map(\.revealed).filter { !$0.isEmpty })
            .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        return texts.isEmpty ? value : hide(texts, in: value)
    }

    private static func hide(_ texts: [String], in value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .int, .double: return value
        case .string(let text): return .string(hide(texts, in: text))
        case .array(let items): return .array(items.map { hide(texts, in: $0) })
        case .object(let members):
            let hidden = members.sorted { $0.key < $1.key }.map { (hide(texts, in: $0.key), hide(texts, in: $0.value)) }
            return .object(Dictionary(hidden, uniquingKeysWith: { $1 }))
        }
    }

    private static func hide(_ texts: [String], in text: String) -> String {
        texts.reduce(text) { $0.replacing($1, with: SecretText($1).description) }
    }

    static func digest(_ request: JSONValue) -> String { Digest.sha256Hex(Array(bytes(request))) }

    static func bytes(_ request: JSONValue) -> Data { (try? CanonicalJSON.encode(request)) ?? Data() }
}
