import TuttiCore

/// Takes values out of nodes and notes all that is wrong on the way, instead of stopping at the first.
///
/// A value that is wrong is `nil`, and has been noted; so is one that is not there and need not be.
package struct FieldReader: Sendable {
    /// Bytes of a name, and of what an answer repeats of a text that is none.
    package static let nameLengthMax = 64

    package private(set) var problems: [FieldProblem] = []
    /// The entries that a list may have.
    private let entriesMax: Int

    package init(entriesMax: Int) { self.entriesMax = entriesMax }

    package mutating func note(_ node: FieldNode, _ rule: FieldProblem.Rule, _ message: String) {
        problems.append(FieldProblem(path: node.path, mark: node.mark, rule: rule, message: message))
    }

    /// The members of a mapping, all of which are to be known.
    package mutating func members(_ node: FieldNode, of what: String, known: [String]) -> [String: FieldNode] {
        let members = anyMembers(node, of: what)
        for (key, value) in members where !known.contains(key) {
            let near = NearestName.find(key, among: known).map { "did you mean '\($0)'?" }
            note(
                value, .unknownKey,
                "\(what) has no key '\(key.prefix(Self.nameLengthMax))'; "
                    + (near ?? "it takes \(known.joined(separator: ", "))"))
        }
        return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The members of a mapping in the order of the file, whatever their names; none for a node that holds nothing.
    package mutating func anyMembers(_ node: FieldNode, of what: String) -> [(key: String, value: FieldNode)] {
        switch node.content {
        case .mapping(let members): return members
        case .scalar(.null): return []
        case .scalar, .list:
            note(node, .value, "is no mapping; write the keys of \(what) below it")
            return []
        }
    }

    /// The items of a list.
    package mutating func items(_ node: FieldNode?, max: Int? = nil) -> [FieldNode]? {
        guard let node else { return nil }
        guard case .list(let items) = node.content else {
            note(node, .value, "is no list; write one such as [a, b]")
            return nil
        }
        let max = max ?? entriesMax
        guard items.count <= max else {
            note(node, .limit, "has \(items.count) entries, the limit is \(max); use fewer")
            return nil
        }
        return items
    }

    /// A text of at most so many bytes, without control characters.
    package mutating func text(_ node: FieldNode?, max: Int) -> String? {
        text(node, max: max, allowing: [], elseIt: "holds a control character or a line end; leave it out")
    }

    /// A text of at most so many bytes that says something, which may have several lines.
    package mutating func paragraphs(_ node: FieldNode?, max: Int) -> String? {
        let text = text(node, max: max, allowing: ["\n", "\t"], elseIt: "holds a control character; leave it out")
        guard let node, let text else { return nil }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            note(node, .value, "is empty; write a text")
            return nil
        }
        return text
    }

    private mutating func text(
        _ node: FieldNode?, max: Int, allowing controls: Set<Unicode.Scalar>, elseIt problem: String
    ) -> String? {
        guard let node else { return nil }
        guard case .scalar(.string(let text)) = node.content, !node.isAmbiguous, !text.isEmpty else {
            note(node, .value, "is no text; write one, in quotes if it looks like a number or a yes or no")
            return nil
        }
        guard text.utf8.count <= max else {
            note(node, .limit, "has more than \(max) bytes; shorten it")
            return nil
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || controls.contains($0) }) else {
            note(node, .value, problem)
            return nil
        }
        return text
    }

    /// A whole number in a range.
    package mutating func integer(_ node: FieldNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        if case .scalar(.int(let value)) = node.content, let number = Int(exactly: value), range.contains(number) {
            return number
        }
        note(node, .value, "takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// A number in a range.
    package mutating func number(_ node: FieldNode?, in range: ClosedRange<Double>) -> Double? {
        guard let node else { return nil }
        switch node.content {
        case .scalar(.int(let value)) where range.contains(Double(value)): return Double(value)
        case .scalar(.double(let value)) where range.contains(value): return value
        default:
            note(node, .value, "takes a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
    }

    package mutating func toggle(_ node: FieldNode?) -> Bool? {
        guard let node else { return nil }
        if case .scalar(.bool(let value)) = node.content { return value }
        note(node, .value, "takes true or false")
        return nil
    }

    /// One of the words of an enum.
    package mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ node: FieldNode?, of type: Choice.Type
    ) -> Choice? {
        guard let node else { return nil }
        if let text = node.text, let choice = Choice(rawValue: text) { return choice }
        let words = type.allCases.map(\.rawValue)
        let near = NearestName.find(node.text ?? "", among: words).map { "did you mean '\($0)'? " } ?? ""
        let shown = node.text.map { "'\($0.prefix(Self.nameLengthMax))' does not fit; " } ?? ""
        note(node, .value, "\(shown)\(near)it takes \(words.joined(separator: ", "))")
        return nil
    }
}
