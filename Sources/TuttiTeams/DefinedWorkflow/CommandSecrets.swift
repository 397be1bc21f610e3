import TuttiCore

/// The values of the variables that a command was given by name, so that none of them gets into the journal.
struct CommandSecrets {
    /// A shorter value is no secret that anybody could keep, and stands in many texts by chance.
    static let lengthMin = 8

    private struct Secret {
        let name: String
        let text: String
    }

    /// The longest first: one may be part of another.
    private let secrets: [Secret]

    /// - Parameter variables: values by name. Of one with several lines, such as a key in a file, each line counts.
    init(_ variables: [String: String]) {
        secrets = variables.flatMap { name, value in
            Set([value] + value.split(whereSeparator: \.isNewline).map { String($0) }).map { text in
                Secret(name: name, text: text)
            }
        }.filter { $0.text.utf8.count >= Self.lengthMin }.sorted { one, other in
            (other.text.utf8.count, one.name, one.text) < (one.text.utf8.count, other.name, other.text)
        }
    }

    /// A text with names in the place of values.
    func hidden(in text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacing(secret.text, with: "[\(secret.name)]") }
        return text
    }

    /// The name of a variable whose value stands in a text.
    func find(in text: String) -> String? { secrets.first { text.contains($0.text) }?.name }

    /// The name of a variable whose value stands in a text of a value, or in the name of a member.
    func find(in value: JSONValue) -> String? {
        guard !secrets.isEmpty else { return nil }
        switch value {
        case .null, .bool, .int, .double: return nil
        case .string(let text): return find(in: text)
        case .array(let items):
            for item in items { if let name = find(in: item) { return name } }
        case .object(let members):
            for (key, member) in members { if let name = find(in: key) ?? find(in: member) { return name } }
        }
        return nil
    }
}
