import TuttiCore
import TuttiYAML

extension FieldProblem.Rule {
    /// A permission does not exist.
    static let unknownPermission = FieldProblem.Rule(rawValue: "unknown_permission")
}

/// What only files of a policy hold.
extension FieldReader {
    /// A name: letters, digits, `-`, `_` and `.`.
    mutating func name(_ node: FieldNode?) -> String? {
        guard let node, let text = text(node, max: PolicyLimits.nameLengthMax) else { return nil }
        guard Self.isName(text) else {
            note(node, .value, "'\(text)' is no name; \(Self.nameRule)")
            return nil
        }
        return text
    }

    static let nameRule = "take letters, digits, '-', '_' and '.', at most \(PolicyLimits.nameLengthMax)"

    static func isName(_ text: String) -> Bool {
        NamePattern.isPattern(text) && !text.utf8.contains { "*/:".utf8.contains($0) }
    }

    mutating func names(_ node: FieldNode?) -> [String]? {
        guard let items = items(node) else { return nil }
        return items.compactMap { name($0) }
    }

    /// Names of which at least one is there: an empty list would hold for nobody, which is rarely meant.
    mutating func someNames(_ node: FieldNode?) -> [String]? {
        guard let node, let names = names(node) else { return nil }
        if node.isEmptyList {
            note(node, .value, "is empty and would never hold; name one, or leave the key out")
        }
        return names
    }

    mutating func patterns(_ node: FieldNode?) -> [NamePattern]? {
        guard let node, let items = items(node) else { return nil }
        if items.isEmpty { note(node, .value, "is empty and would never hold; name one, or leave the key out") }
        return items.compactMap { item in
            guard let text = text(item, max: PolicyLimits.nameLengthMax) else { return nil }
            if NamePattern.isPattern(text) { return NamePattern(text) }
            note(item, .value, "'\(text)' is no name with '*'; take letters, digits, '-', '_', '.', ':', '/' and '*'")
            return nil
        }
    }
}
