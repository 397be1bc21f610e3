/// One line of a document, without its line break.
struct Line: Sendable {
    /// Offset of the first byte.
    var start: Int
    /// Offset behind the last byte; a carriage return before the line feed is left out.
    var end: Int
    /// Offset of the first byte that is no blank; `end` for an empty line.
    var first: Int
    /// Columns before ``first``; a tab goes on to the next multiple of four.
    var indent: Int

    var isBlank: Bool { first == end }

    /// Cuts a text into lines at line feeds. A last line without a line feed counts; an empty rest does not.
    static func split(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        lines.reserveCapacity(bytes.count / 40 + 1)
        var start = 0
        while start < bytes.count {
            var stop = start
            while stop < bytes.count && bytes[stop] != ASCII.newline { stop += 1 }
            let next = stop + 1
            if stop > start && bytes[stop - 1] == ASCII.carriageReturn { stop -= 1 }
            lines.append(Line(start: start, end: stop, in: bytes))
            start = next
        }
        return lines
    }

    init(start: Int, end: Int, in bytes: [UInt8]) {
        self.start = start
        self.end = end
        first = start
        indent = 0
        measureIndent(in: bytes)
    }

    /// Finds the first visible byte again, after bytes of the line have been blanked.
    mutating func measureIndent(in bytes: [UInt8]) {
        first = start
        indent = 0
        while first < end && bytes[first].isBlank {
            indent += bytes[first] == ASCII.tab ? 4 - indent % 4 : 1
            first += 1
        }
    }
}
