/// A piece of a document that somebody reads by itself, and where it stands in the whole.
package struct DocumentPart: Sendable, Hashable {
    /// Its text, byte for byte.
    package var text: String
    /// The line of the whole at which it begins, counted from 1.
    package var firstLine: Int
    /// Which part it is, counted from 1.
    package var number: Int
    /// How many parts there are.
    package var count: Int
    /// The headings of the whole with their lines; empty when there are none, or when this is the whole.
    package var outline: String
    /// Whether it begins in the middle of a line, since that line alone is too long.
    package var beginsInsideLine: Bool

    /// A document that is read in one piece.
    package init(whole text: String) {
        self.init(text: text, firstLine: 1, number: 1, count: 1, outline: "", beginsInsideLine: false)
    }

    init(text: String, firstLine: Int, number: Int, count: Int, outline: String, beginsInsideLine: Bool) {
        self.text = text
        self.firstLine = firstLine
        self.number = number
        self.count = count
        self.outline = outline
        self.beginsInsideLine = beginsInsideLine
    }

    /// The lines of the whole that it has a part of.
    package var lines: ClosedRange<Int> { firstLine...max(firstLine, firstLine + lineCount - 1) }

    private var lineCount: Int {
        let bytes = text.utf8
        return bytes.count { $0 == ASCII.newline } + (bytes.last == ASCII.newline ? 0 : 1)
    }
}
