/// Changes to a text by byte offset, applied in one go.
struct ChangeList {
    private struct Change {
        var range: Range<Int>
        var text: String
        var edit: Edit?
    }

    let document: Document
    /// The line break that the document uses.
    let lineBreak: String
    private var changes: [Change] = []

    init(document: Document) {
        self.document = document
        let feed = document.source.firstIndex(of: ASCII.newline)
        let isWindows = feed.map { $0 > 0 && document.source[$0 - 1] == ASCII.carriageReturn } ?? false
        lineBreak = isWindows ? "\r\n" : "\n"
    }

    mutating func replace(_ range: Range<Int>, with text: String, edit: Edit?) {
        changes.append(Change(range: range, text: text, edit: edit))
    }

    /// Inserts lines before the line of an index; at the end of the text for the index behind the last one. Sees to
    /// it that one blank line stands before and after.
    mutating func insert(_ lines: [String], beforeLine index: Int, edits: [Edit]) {
        let all = document.lines
        let atEnd = index >= all.count
        let offset = atEnd ? document.source.count : all[index].start
        var text = ""
        if atEnd, let last = document.source.last, last != ASCII.newline { text += lineBreak }
        if index > 0 && index <= all.count && !all[index - 1].isBlank { text += lineBreak }
        text += lines.joined(separator: lineBreak) + lineBreak
        if !atEnd && !all[index].isBlank { text += lineBreak }
        changes.append(Change(range: offset..<offset, text: text, edit: edits.first))
        for edit in edits.dropFirst() { changes.append(Change(range: offset..<offset, text: "", edit: edit)) }
    }

    func revision() -> Revision {
        guard !changes.isEmpty else { return Revision(text: document.text, edits: []) }
        let ordered = changes.enumerated().sorted { lhs, rhs in
            lhs.element.range.lowerBound == rhs.element.range.lowerBound
                ? lhs.offset < rhs.offset : lhs.element.range.lowerBound < rhs.element.range.lowerBound
        }.map(\.element)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(document.source.count + 2_048)
        var done = 0
        for change in ordered where change.range.lowerBound >= done {
            bytes += document.source[done..<change.range.lowerBound]
            bytes += Array(change.text.utf8)
            done = change.range.upperBound
        }
        bytes += document.source[done...]
        return Revision(text: String(decoding: bytes, as: UTF8.self), edits: ordered.compactMap(\.edit))
    }
}
