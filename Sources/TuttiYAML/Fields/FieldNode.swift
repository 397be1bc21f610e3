package import TuttiCore

/// A value of a file with its place, whether it came as YAML or as JSON.
package struct FieldNode: Sendable {
    package enum Content: Sendable {
        case scalar(JSONValue)
        case list([FieldNode])
        case mapping([(key: String, value: FieldNode)])
    }

    package let content: Content
    /// The way from the top, such as `rules[2].hours.from`; empty for the top.
    package let path: String
    /// Where it stands in the file; `nil` for JSON.
    package let mark: YAMLMark?
    /// A scalar as it was written, digits included; `nil` for what is none, and for JSON that is no string.
    package let text: String?
    /// Whether YAML readers disagree on what this is, so that it has to be in quotes.
    package let isAmbiguous: Bool

    package init(_ value: YAMLValue, path: String = "") {
        self.path = path
        mark = value.mark
        switch value.content {
        case .scalar(let text):
            content = .scalar(value.json)
            self.text = text
            isAmbiguous = value.isPlain && Self.words.contains(text.lowercased())
        case .sequence(let items):
            content = .list(items.enumerated().map { FieldNode($1, path: "\(path)[\($0)]") })
            (text, isAmbiguous) = (nil, false)
        case .mapping(let entries):
            content = .mapping(entries.map { ($0.key, FieldNode($0.value, path: Self.path(path, $0.key))) })
            (text, isAmbiguous) = (nil, false)
        }
    }

    package init(_ value: JSONValue, path: String = "") {
        self.path = path
        mark = nil
        text = value.stringValue
        isAmbiguous = false
        content =
            switch value {
            case .array(let items): .list(items.enumerated().map { FieldNode($1, path: "\(path)[\($0)]") })
            case .object(let members):
                .mapping(
                    members.sorted { $0.key < $1.key }.map {
                        ($0.key, FieldNode($0.value, path: Self.path(path, $0.key)))
                    })
            default: .scalar(value)
            }
    }

    /// Reads a YAML text.
    ///
    /// - Parameter content: what an empty file should have, such as `deployments and routes`.
    /// - Throws: ``FieldError`` with the one problem that keeps it from being read.
    package static func read(_ yaml: String, whichHas content: String) throws(FieldError) -> FieldNode {
        do throws(YAMLError) {
            if let tree = try YAMLDocument.read(yaml) { return FieldNode(tree) }
        } catch {
            throw FieldError([FieldProblem(path: "", mark: error.mark, rule: .syntax, message: error.message)])
        }
        throw FieldError([
            FieldProblem(path: "", mark: nil, rule: .missing, message: "the file is empty; write \(content)")
        ])
    }

    /// Whether it is a list without entries.
    package var isEmptyList: Bool {
        if case .list(let items) = content { items.isEmpty } else { false }
    }

    /// The node as JSON; of a key that stands twice the last one counts.
    package var json: JSONValue {
        switch content {
        case .scalar(let value): value
        case .list(let items): .array(items.map(\.json))
        case .mapping(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.json) }, uniquingKeysWith: { $1 }))
        }
    }

    private static func path(_ path: String, _ key: String) -> String {
        let key = key.prefix(FieldReader.nameLengthMax)
        return path.isEmpty ? String(key) : "\(path).\(key)"
    }

    /// What older YAML takes for true and false.
    private static let words: Set<String> = ["yes", "no", "on", "off", "y", "n"]
}
