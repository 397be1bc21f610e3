package import TuttiCore

extension YAMLValue {
    /// The value as JSON. What a scalar without quotes means is decided as the core schema does (YAML 1.2.2, 10.3.2).
    package var json: JSONValue {
        switch content {
        case .scalar(let text): isPlain ? Self.meaning(of: text) : .string(text)
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { $1 }))
        }
    }

    private static func meaning(of text: String) -> JSONValue {
        switch text {
        case "", "~", "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        if let number = Int64(text) { return .int(number) }
        let isNumeric = text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
        if isNumeric, let number = Double(text), number.isFinite { return .double(number) }
        return .string(text)
    }
}
