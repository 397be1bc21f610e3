import TuttiCore
import TuttiYAML

/// A value of a policy or case file with its place, whether it came as YAML or as JSON.
struct PolicyNode: Sendable {
    enum Content: Sendable {
        case scalar(JSONValue)
        case list([PolicyNode])
        case mapping([(key: String, value: PolicyNode)])
    }

    let content: Content
    /// The way from the top, such as `rules[2].hours.from`; empty for the top.
    let path: String
    /// Where it stands in the file; `nil` for JSON.
    let mark: YAMLMark?
    /// Whether YAML readers disagree on what this is, so that it has to be in quotes.
    let isAmbiguous: Bool

    init(_ value: YAMLValue, path: String = "") {
        self.path = path
        mark = value.mark
        switch value.content {
        case .scalar(let text):
            content = .scalar(value.json)
            isAmbiguous = value.isPlain && Self.words.contains(text.lowercased())
        case .sequence(let items):
            content = .list(items.enumerated().map { PolicyNode($1, path: "\(path)[\($0)]") })
            isAmbiguous = false
        case .mapping(let entries):
            content = .mapping(entries.map { ($0.key, PolicyNode($0.value, path: Self.path(path, $0.key))) })
            isAmbiguous = false
        }
    }

    init(_ value: JSONValue, path: String = "") {
        self.path = path
        mark = nil
        isAmbiguous = false
        content =
            switch value {
            case .array(let items): .list(items.enumerated().map { PolicyNode($1, path: "\(path)[\($0)]") })
            case .object(let members):
                .mapping(
                    members.sorted { $0.key < $1.key }.map {
                        ($0.key, PolicyNode($0.value, path: Self.path(path, $0.key)))
                    })
            default: .scalar(value)
            }
    }

    /// Reads a YAML text; `nil` when it holds nothing.
    ///
    /// - Throws: ``PolicyDocumentError`` with the one problem that keeps it from being read.
    static func read(_ text: String) throws(PolicyDocumentError) -> PolicyNode {
        do throws(YAMLError) {
            if let tree = try YAMLDocument.read(text) { return PolicyNode(tree) }
        } catch {
            throw PolicyDocumentError([
                PolicyProblem(path: "", mark: error.mark, rule: .syntax, message: error.message)
            ])
        }
        throw PolicyDocumentError([
            PolicyProblem(path: "", mark: nil, rule: .missing, message: "the file is empty; write what it is for")
        ])
    }

    private static func path(_ path: String, _ key: String) -> String {
        let key = key.prefix(PolicyLimits.nameLengthMax)
        return path.isEmpty ? String(key) : "\(path).\(key)"
    }

    /// What older YAML takes for true and false.
    private static let words: Set<String> = ["yes", "no", "on", "off", "y", "n"]
}
