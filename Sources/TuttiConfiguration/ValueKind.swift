import TuttiCore

/// What a flag, a word on the command line or a configuration key accepts.
///
/// One notion serves all three, so that a value is refused with the same words wherever it was written.
package enum ValueKind: Sendable, Hashable {
    /// On or off. As a flag it takes no value; elsewhere it is `true` or `false`.
    case toggle
    /// Any text that is not empty.
    case text
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// One of a few words.
    case choice([String])
    /// Names separated by commas.
    case list
    /// A file or folder; when endings are named, it has one of them.
    case path(endings: [String] = [])
    /// A time such as `250ms`, `30s`, `5m`, `2h` or `1d`.
    case duration
    /// An amount of US dollars such as `2` or `0.25`.
    case dollars
}

extension ValueKind {
    /// No value that we read from a flag, an environment variable or a file may be longer, in bytes.
    package static let lengthMax = 4096
    /// No list has more names.
    package static let listCountMax = 64

    /// Reads what was written.
    ///
    /// - Throws: ``ValueProblem`` that says what the kind accepts.
    package func read(_ text: String) throws(ValueProblem) -> PlainValue {
        guard text.utf8.count <= Self.lengthMax else {
            throw ValueProblem("is longer than \(Self.lengthMax) bytes; shorten it")
        }
        guard !text.isEmpty else { throw ValueProblem("is empty; it takes \(expectation)") }
        guard let value = convert(text) else { throw ValueProblem("does not fit; it takes \(expectation)") }
        return value
    }

    private func convert(_ text: String) -> PlainValue? {
        switch self {
        case .toggle: ["true": PlainValue.toggle(true), "false": .toggle(false)][text]
        case .text: .text(text)
        case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .choice(let words): words.contains(text) ? .text(text) : nil
        case .list: Self.names(in: text).map(PlainValue.list)
        case .path(let endings): endings.isEmpty || endings.contains { text.hasSuffix($0) } ? .text(text) : nil
        case .duration: DurationText.read(text).map(PlainValue.duration)
        case .dollars: USD(text).map(PlainValue.dollars)
        }
    }

    private static func names(in text: String) -> [String]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
        let fits = names.count <= listCountMax && !names.contains("") && Set(names).count == names.count
        return fits ? names : nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// The rule in words, to stand after "it takes".
    package var expectation: String {
        switch self {
        case .toggle: "true or false"
        case .text: "a text"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): Self.alternatives(words)
        case .list: "up to \(Self.listCountMax) different names separated by commas"
        case .path(let endings) where endings.isEmpty: "a path"
        case .path(let endings): "a path that ends in " + Self.alternatives(endings)
        case .duration: "a time such as 250ms, 30s, 5m, 2h or 1d, 366d at most"
        case .dollars: "dollars such as 2 or 0.25"
        }
    }

    private static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

/// Why a value was refused, to stand after the value's name.
package struct ValueProblem: Error, Hashable, Sendable {
    /// Such as `does not fit; it takes a whole number from 1 to 10`.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

extension ValueKind {
    /// Whether the rule adds to what a placeholder such as `TEXT` or `FILE` says already.
    package var isWorthSaying: Bool {
        switch self {
        case .integer, .choice, .duration, .dollars: true
        case .path(let endings): !endings.isEmpty
        case .toggle, .text, .list: false
        }
    }
}
