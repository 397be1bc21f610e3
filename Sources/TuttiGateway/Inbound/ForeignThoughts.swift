import TuttiCore
import TuttiModels

/// Thoughts in a conversation that is handed on which are not of the provider that gets it: we have written them for
/// another one in the words of the client. No provider takes thoughts that it has not sealed itself.
enum ForeignThoughts {
    /// The turns without them; `nil` when there are none.
    ///
    /// - Parameter all: of chat completions, whether the provider has no words for thoughts at all.
    static func removed(from turns: JSONValue, in dialect: RelayDialect, all: Bool) -> JSONValue? {
        guard case .array(let items) = turns else { return nil }
        let kept = items.compactMap { (item: JSONValue) -> JSONValue? in
            switch dialect {
            case .chat: return ofMessage(item, all: all)
            case .messages: return ofTurn(item)
            case .responses: return isForeign(item: item) ? nil : withoutSeal(item)
            }
        }
        return kept == items ? nil : .array(kept)
    }

    /// Bytes without which there are no such thoughts, so that few requests are read.
    static func marks(of dialect: RelayDialect) -> [StaticString] {
        switch dialect {
        case .chat: ["\"tutti\"", "\"reasoning_details\""]
        case .messages: ["\"tutti", "\"signature\":\"\"", "\"signature\": \"\""]
        case .responses: ["\"tutti", "\"type\":\"reasoning\"", "\"type\": \"reasoning\""]
        }
    }

    /// A tool call, or what else can bear a seal of ours, without it.
    private static func withoutSeal(_ value: JSONValue) -> JSONValue {
        guard case .object(var members) = value, hasSeal(value) else { return value }
        members[SealedExtra.member] = nil
        return .object(members)
    }

    private static func hasSeal(_ value: JSONValue) -> Bool { value[SealedExtra.member]?["tutti"] != nil }

    // MARK: Dialects

    private static func ofMessage(_ message: JSONValue, all: Bool) -> JSONValue {
        guard case .object(var members) = message else { return message }
        if case .array(let details)? = members["reasoning_details"], all || details.contains(where: hasSeal) {
            // What stands beside them is their text.
            members["reasoning_content"] = nil
            let others = all ? [] : details.filter { !hasSeal($0) }
            members["reasoning_details"] = others.isEmpty ? nil : .array(others)
        }
        if case .array(let calls)? = members["tool_calls"] { members["tool_calls"] = .array(calls.map(withoutSeal)) }
        return .object(members)
    }

    private static func ofTurn(_ turn: JSONValue) -> JSONValue? {
        guard case .object(var members) = turn, case .array(let blocks)? = members["content"] else { return turn }
        let kept = blocks.filter { !isForeign(block: $0) }.map(withoutSeal)
        if kept.isEmpty, !blocks.isEmpty { return nil }
        members["content"] = .array(kept)
        return .object(members)
    }

    private static func isForeign(block: JSONValue) -> Bool {
        guard block["type"] == "thinking" else { return false }
        let signature = block["signature"]?.stringValue ?? ""
        return signature.isEmpty || SealedExtra.seal(inText: signature) != nil
    }

    /// Nothing is kept at the provider: a thought that is not in the item is nowhere.
    private static func isForeign(item: JSONValue) -> Bool {
        guard item["type"] == "reasoning" else { return false }
        let sealed = item["encrypted_content"]?.stringValue ?? ""
        return sealed.isEmpty || SealedExtra.seal(inText: sealed) != nil
    }
}
