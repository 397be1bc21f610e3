import TuttiCore

/// Takes values out of nodes and notes all that is wrong on the way, instead of stopping at the first.
///
/// A value that is wrong is `nil`, and has been noted; so is one that is not there and need not be.
struct PolicyFields {
    private(set) var problems: [PolicyProblem] = []

    mutating func note(_ node: PolicyNode, _ rule: PolicyProblem.Rule, _ message: String) {
        problems.append(PolicyProblem(path: node.path, mark: node.mark, rule: rule, message: message))
    }

    /// The members of a mapping, all of which are to be known.
    mutating func members(_ node: PolicyNode, of what: String, known: [String]) -> [String: PolicyNode] {
        guard let members = anyMembers(node, of: what) else { return [:] }
        for (key, value) in members where !known.contains(key) {
            let near = NearestName.find(key, among: known).map { "did you mean '\($0)'?" }
            note(
                value, .unknownKey,
                "\(what) has no key '\(key.prefix(PolicyLimits.nameLengthMax))'; "
                    + (near ?? "it takes \(known.joined(separator: ", "))"))
        }
        return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The members of a mapping, whatever their names; none for a node that holds nothing.
    mutating func anyMembers(_ node: PolicyNode, of what: String) -> [(key: String, value: PolicyNode)]? {
        switch node.content {
        case .mapping(let members): return members
        case .scalar(.null): return []
        case .scalar, .list:
            note(node, .value, "is no mapping; write the keys of \(what) below it")
            return nil
        }
    }

    /// The items of a list.
    mutating func items(_ node: PolicyNode?, max: Int = PolicyLimits.entriesMax) -> [PolicyNode]? {
        guard let node else { return nil }
        guard case .list(let items) = node.content else {
            note(node, .value, "is no list; write one such as [a, b]")
            return nil
        }
        guard items.count <= max else {
            note(node, .limit, "has \(items.count) entries, the limit is \(max); use fewer")
            return nil
        }
        return items
    }

    /// A text of at most so many bytes.
    mutating func text(_ node: PolicyNode?, max: Int = PolicyLimits.textLengthMax) -> String? {
        guard let node else { return nil }
        guard case .scalar(.string(let text)) = node.content, !node.isAmbiguous, !text.isEmpty else {
            note(node, .value, "is no text; write one, in quotes if it looks like a number or a yes or no")
            return nil
        }
        guard text.utf8.count <= max else {
            note(node, .limit, "has more than \(max) bytes; shorten it")
            return nil
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            note(node, .value, "holds a control character or a line end; leave it out")
            return nil
        }
        return text
    }

    /// A name: letters, digits, `-`, `_` and `.`.
    mutating func name(_ node: PolicyNode?) -> String? {
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

    mutating func names(_ node: PolicyNode?) -> [String]? {
        guard let items = items(node) else { return nil }
        return items.compactMap { name($0) }
    }

    /// Names of which at least one is there: an empty list would hold for nobody, which is rarely meant.
    mutating func someNames(_ node: PolicyNode?) -> [String]? {
        guard let node, let names = names(node) else { return nil }
        if case .list(let items) = node.content, items.isEmpty {
            note(node, .value, "is empty and would never hold; name one, or leave the key out")
        }
        return names
    }

    mutating func patterns(_ node: PolicyNode?) -> [NamePattern]? {
        guard let node, let items = items(node) else { return nil }
        if items.isEmpty { note(node, .value, "is empty and would never hold; name one, or leave the key out") }
        return items.compactMap { item in
            guard let text = text(item, max: PolicyLimits.nameLengthMax) else { return nil }
            if NamePattern.isPattern(text) { return NamePattern(text) }
            note(item, .value, "'\(text)' is no name with '*'; take letters, digits, '-', '_', '.', ':', '/' and '*'")
            return nil
        }
    }

    mutating func toggle(_ node: PolicyNode?) -> Bool? {
        guard let node else { return nil }
        if case .scalar(.bool(let value)) = node.content { return value }
        note(node, .value, "takes true or false")
        return nil
    }

    /// One of the words of an enum.
    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ node: PolicyNode?, of type: Choice.Type
    ) -> Choice? {
        guard let node else { return nil }
        let words = type.allCases.map(\.rawValue)
        guard case .scalar(.string(let text)) = node.content else {
            note(node, .value, "takes \(words.joined(separator: " or "))")
            return nil
        }
        if let choice = Choice(rawValue: text) { return choice }
        let near = NearestName.find(text, among: words).map { "did you mean '\($0)'? " } ?? ""
        note(
            node, .value,
            "'\(text.prefix(PolicyLimits.nameLengthMax))' does not fit; \(near)it takes "
                + words.joined(separator: ", "))
        return nil
    }
}
