/// An HTML comment of the document: invisible to readers, and the place of instructions to Tutti.
struct Comment: Sendable {
    /// The text between the marks, without surrounding blanks.
    var text: String
    /// Index into ``Document/lines`` of its first and of its last line.
    var line: Int
    var lastLine: Int
}

/// `<!-- tutti-question: CODE KEY… [new-section] -->`: the questions below it were put there by the moderator.
struct QuestionMarker: Sendable {
    static let prefix = "tutti-question:"
    /// More markers than this in one document are comments like any other.
    static let most = 500

    /// The rule that asks.
    var code: String
    /// Which findings of the rule ask, see ``Finding/keys``.
    var keys: [String]
    /// The heading above was added with it, so that it does not count as the author's.
    var addedSection: Bool
    static let addedSectionWord = "new-section"
    /// Index into ``Document/lines``.
    var line: Int
    /// Every question has words of the author's behind it.
    var isAnswered = false
    /// Indices into ``Document/lines``: the marker, its questions and what is written between them.
    var lines: Range<Int>

    init?(_ comment: Comment) {
        guard comment.text.hasPrefix(Self.prefix) else { return nil }
        let words = comment.text.dropFirst(Self.prefix.count).split(separator: " ")
        guard words.count >= 2 else { return nil }
        code = String(words[0])
        keys = words.dropFirst().filter { $0 != Self.addedSectionWord }.map(String.init)
        addedSection = words.contains { $0 == Self.addedSectionWord }
        line = comment.line
        lines = comment.line..<comment.line + 1
    }
}

/// `<!-- tutti-ignore CODE: reason -->`: the author wants a rule to be quiet, here or everywhere.
struct SilenceDirective: Sendable {
    static let prefix = "tutti-ignore"
    /// More of them than this in one document silence nothing.
    static let most = 200
    static let documentPrefix = "tutti-ignore-document"

    var codes: [String]
    var reason: String
    var wholeDocument: Bool
    /// Index into ``Document/lines`` of the comment's last line; what follows is meant.
    var line: Int

    init?(_ comment: Comment) {
        guard comment.text.hasPrefix(Self.prefix) else { return nil }
        wholeDocument = comment.text.hasPrefix(Self.documentPrefix)
        let rest = comment.text.dropFirst(wholeDocument ? Self.documentPrefix.count : Self.prefix.count)
        let colon = rest.firstIndex(of: ":")
        codes = rest[..<(colon ?? rest.endIndex)]
            .split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\n" }).map(String.init)
        let said = colon.map { rest[rest.index(after: $0)...] } ?? ""
        reason = said.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        line = comment.lastLine
    }
}
