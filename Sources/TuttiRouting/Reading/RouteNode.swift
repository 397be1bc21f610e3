import TuttiYAML

/// A value of a file of routes and the way to it.
struct RouteNode: Sendable {
    let value: YAMLValue
    /// The way from the top, such as `routes.smart.deployments[1]`; empty for the top.
    let path: String

    init(_ value: YAMLValue, path: String = "") {
        self.value = value
        self.path = path
    }

    var mark: YAMLMark { value.mark }
    /// Whether it is a scalar without quotes.
    var isPlain: Bool { value.isPlain }

    /// The text of a scalar, quoted or not.
    var text: String? {
        if case .scalar(let text) = value.content { text } else { nil }
    }

    /// Whether nothing stands there.
    var isEmpty: Bool { value.isPlain && ["", "~", "null"].contains(text) }

    /// Whether it is a scalar without quotes that YAML readers take for more than a text.
    var isAmbiguous: Bool {
        value.isPlain && Self.words.contains((text ?? "").lowercased())
    }

    /// The items of a list, or `nil` when it is none.
    var items: [RouteNode]? {
        guard case .sequence(let items) = value.content else { return nil }
        return items.enumerated().map { RouteNode($1, path: "\(path)[\($0)]") }
    }

    /// The members of a mapping in the order of the file, or `nil` when it is none.
    var members: [(key: String, value: RouteNode)]? {
        guard case .mapping(let entries) = value.content else { return nil }
        return entries.map { entry in
            let key = String(entry.key.prefix(RouteLimits.nameLengthMax))
            return (entry.key, RouteNode(entry.value, path: path.isEmpty ? key : "\(path).\(key)"))
        }
    }

    private static let words: Set<String> = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"]
}
