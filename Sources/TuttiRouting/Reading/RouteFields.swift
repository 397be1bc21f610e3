import TuttiCore

/// Takes values out of nodes and notes all that is wrong on the way, instead of stopping at the first.
///
/// A value that is wrong is `nil`, and has been noted; so is one that is not there and need not be.
struct RouteFields {
    private(set) var problems: [RouteProblem] = []

    mutating func note(_ node: RouteNode, _ rule: RouteProblem.Rule, _ message: String) {
        problems.append(RouteProblem(path: node.path, mark: node.mark, rule: rule, message: message))
    }

    /// The members of a mapping, all of which are to be known.
    mutating func members(_ node: RouteNode, of what: String, known: [String]) -> [String: RouteNode] {
        let members = anyMembers(node, of: what)
        for (key, value) in members where !known.contains(key) {
            let near = NearestName.find(key, among: known).map { "did you mean '\($0)'?" }
            note(
                value, .unknownKey,
                "\(what) has no key '\(key.prefix(RouteLimits.nameLengthMax))'; "
                    + (near ?? "it takes \(known.joined(separator: ", "))"))
        }
        return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The members of a mapping, whatever their names; none for a node that holds nothing.
    mutating func anyMembers(_ node: RouteNode, of what: String) -> [(key: String, value: RouteNode)] {
        if let members = node.members { return members }
        if !node.isEmpty { note(node, .value, "is no mapping; write the keys of \(what) below it") }
        return []
    }

    /// The items of a list.
    mutating func items(_ node: RouteNode?, max: Int = RouteLimits.entriesMax) -> [RouteNode]? {
        guard let node else { return nil }
        guard let items = node.items else {
            note(node, .value, "is no list; write one such as [a, b]")
            return nil
        }
        guard items.count <= max else {
            note(node, .limit, "has \(items.count) entries, the limit is \(max); use fewer")
            return nil
        }
        return items
    }

    /// A text of at most ``RouteLimits/nameLengthMax`` bytes, without control characters.
    mutating func text(_ node: RouteNode?, max: Int = RouteLimits.nameLengthMax) -> String? {
        guard let node else { return nil }
        guard let text = node.text, !text.isEmpty, !node.isAmbiguous else {
            note(node, .value, "is no text; write one, in quotes if it looks like a yes or no")
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

    /// A name of a deployment, an alias or a region.
    mutating func name(_ node: RouteNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        guard Self.isName(text) else {
            note(node, .value, "'\(text)' is no name; \(Self.nameRule)")
            return nil
        }
        return text
    }

    static let nameRule =
        "take letters, digits, '-', '_', '.' and ':', a letter or digit first, at most \(RouteLimits.nameLengthMax)"

    /// Whether a text keeps to ``nameRule``.
    static func isName(_ text: String) -> Bool {
        let isPlain = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= RouteLimits.nameLengthMax else {
            return false
        }
        return text.utf8.allSatisfy { isPlain($0) || "-_.:".utf8.contains($0) }
    }

    /// A whole number within a range.
    mutating func number(_ node: RouteNode?, _ range: ClosedRange<Int64>) -> Int64? {
        guard let node else { return nil }
        if let text = node.text, let number = Int64(text), range.contains(number) { return number }
        note(node, .value, "takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    mutating func toggle(_ node: RouteNode?) -> Bool? {
        guard let node else { return nil }
        switch node.isPlain ? node.text : nil {
        case "true": return true
        case "false": return false
        default:
            note(node, .value, "takes true or false")
            return nil
        }
    }

    /// An amount of dollars for a million tokens.
    mutating func price(_ node: RouteNode?) -> USD? {
        guard let node else { return nil }
        if let text = node.text, let amount = USD(text) { return amount }
        note(node, .value, "is no amount; it takes dollars for a million tokens such as 0.25")
        return nil
    }

    /// A time above zero.
    mutating func duration(_ node: RouteNode?, max: Duration) -> Duration? {
        guard let node else { return nil }
        if let text = node.text, let time = DurationText.read(text), time > .zero, time <= max { return time }
        note(node, .value, "takes a time such as 500ms or 2s, at most \(DurationText.write(max))")
        return nil
    }

    /// One of the words of an enum.
    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ node: RouteNode?, of type: Choice.Type
    ) -> Choice? {
        guard let node else { return nil }
        if let text = node.text, let choice = Choice(rawValue: text) { return choice }
        noteChoice(node, among: type.allCases.map(\.rawValue), .value)
        return nil
    }

    /// Notes that a word is none of those that are known, with the nearest of them.
    mutating func noteChoice(_ node: RouteNode, among words: [String], _ rule: RouteProblem.Rule) {
        let near = NearestName.find(node.text ?? "", among: words).map { "did you mean '\($0)'? " } ?? ""
        let shown = node.text.map { "'\($0.prefix(RouteLimits.nameLengthMax))' does not fit; " } ?? ""
        note(node, rule, "\(shown)\(near)it takes \(words.joined(separator: ", "))")
    }
}
