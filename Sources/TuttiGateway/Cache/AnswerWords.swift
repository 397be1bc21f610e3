import TuttiCore

/// Looks for words or calls of tools in an answer of any dialect.
package enum AnswerWords {
    /// Members under which an answer, or an event of one, says something.
    private static let roots: Set<String> = ["choices", "content", "content_block", "delta", "item", "output"]
    /// Members that hold what is said: texts, thoughts, and tools by their names and arguments.
    private static let words: Set<String> = [
        "arguments", "content", "delta", "name", "partial_json", "reasoning", "reasoning_content", "refusal", "text",
        "thinking",
    ]

    /// Whether an answer says anything.
    ///
    /// - Parameter isStream: whether it is the events of a stream.
    package static func areIn(_ bytes: [UInt8], isStream: Bool) -> Bool {
        guard isStream else { return areIn(body: bytes[...]) }
        let field = Array("data:".utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            line.starts(with: field) && areIn(body: line.dropFirst(field.count))
        }
    }

    private static func areIn(body: ArraySlice<UInt8>) -> Bool {
        guard case .object(let members)? = try? WireJSON.read(Array(body)) else { return false }
        return members.contains { roots.contains($0.key) && areIn($0.value, of: $0.key) }
    }

    private static func areIn(_ value: JSONValue, of name: String) -> Bool {
        switch value {
        case .string(let text): words.contains(name) && !text.isEmpty
        case .array(let items): items.contains { areIn($0, of: name) }
        case .object(let members): members.contains { areIn($0.value, of: $0.key) }
        default: false
        }
    }
}
