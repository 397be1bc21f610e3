import TuttiCore

/// The text that a person has written last into a request.
enum LastQuestion {
    /// The text, and the request without it; `nil` unless the last turn is that of a person, and nothing but text.
    static func split(_ body: JSONValue, _ dialect: CallDialect) -> (text: String, rest: JSONValue)? {
        guard case .object(var members) = body else { return nil }
        let name = dialect == .responses ? "input" : "messages"
        if dialect == .responses, let text = members[name]?.stringValue {
            members[name] = .null
            return (text, .object(members))
        }
        guard case .array(var turns)? = members[name], case .object(var last)? = turns.popLast(),
            last["role"] == "user", last["type"] ?? "message" == "message", let content = last["content"],
            let text = plain(content)
        else { return nil }
        last["content"] = .null
        turns.append(.object(last))
        members[name] = .array(turns)
        return (text, .object(members))
    }

    private static let textTypes: Set<String> = ["text", "input_text"]
    /// Where a provider's own cache of prompts ends is nothing of the question.
    private static let partNames: Set<String> = ["type", "text", "cache_control"]

    /// The text of a content; `nil` for one that holds something else, too.
    private static func plain(_ content: JSONValue) -> String? {
        if let text = content.stringValue { return text }
        guard case .array(let parts) = content, !parts.isEmpty else { return nil }
        var texts: [String] = []
        for part in parts {
            guard case .object(let members) = part, partNames.isSuperset(of: members.keys),
                let type = members["type"]?.stringValue, textTypes.contains(type),
                let text = members["text"]?.stringValue
            else { return nil }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }
}
