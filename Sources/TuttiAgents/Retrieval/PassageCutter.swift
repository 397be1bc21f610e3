/// Cuts a text into passages where it has its own seams: before headings and declarations, else at blank lines, else
/// between lines, and inside of a line only when that alone is too long.
package struct PassageCutter: Sendable {
    /// A cut-out of a text.
    package struct Piece: Sendable, Hashable {
        /// Counted from 1.
        package var firstLine: Int
        package var lastLine: Int
        package var text: String
        /// The headings above it, from the outermost, with ` › ` between them; empty in code.
        package var heading: String
    }

    /// What a passage is made to have: enough for a thought, few enough that a critic can be shown several.
    package static let bytesWanted = 1200
    /// What it has at the most.
    package static let bytesMax = 2400
    /// A piece below this goes on over a seam: sections are short at times, and many declarations say little alone.
    private static let bytesMin = (prose: 80, code: 400)

    private let lines: TextLines
    private let seams: [TextSeams.Seam]
    private let headings: [TextSeams.Heading?]
    private let bytesMin: Int

    private init(_ text: String, file: String) {
        lines = TextLines(text)
        let found = TextSeams(lines, file: file)
        seams = found.seams
        headings = found.headings
        bytesMin = TextSeams.isProse(file) ? Self.bytesMin.prose : Self.bytesMin.code
    }

    /// The passages of a text, in order; none of a text without anything but white space.
    package static func cut(_ text: String, file: String) -> [Piece] { PassageCutter(text, file: file).pieces() }

    private func pieces() -> [Piece] {
        var pieces: [Piece] = []
        var path: [TextSeams.Heading] = []
        var start = 0
        while start < lines.count {
            if lines.isBlank(start) {
                start += 1
                continue
            }
            let end = end(from: start)
            for line in start..<end {
                guard let heading = headings[line] else { continue }
                path.removeAll { $0.level >= heading.level }
                path.append(heading)
            }
            let heading = path.map(\.title).joined(separator: " › ")
            pieces += cutOut(start..<end).map { first, last, text in
                Piece(firstLine: first, lastLine: last, text: text, heading: heading)
            }
            start = end
        }
        return pieces
    }

    /// Where the piece that begins at a line ends.
    private func end(from start: Int) -> Int {
        var bytes = lines[start].count
        var bodyBytes = headings[start] == nil ? bytes : 0
        var blank: Int?
        var line = start + 1
        while line < lines.count {
            if seams[line] == .strong, bodyBytes >= bytesMin { return line }
            if seams[line] == .weak {
                if bytes >= Self.bytesWanted { return line }
                blank = line
            }
            bytes += lines[line].count + 1
            if bytes > Self.bytesMax { return blank ?? line }
            if headings[line] == nil { bodyBytes += lines[line].count }
            line += 1
        }
        return line
    }

    /// The lines without blank ones at the end; one that is too long in several parts.
    private func cutOut(_ range: Range<Int>) -> [(Int, Int, String)] {
        var end = range.upperBound
        while end > range.lowerBound + 1, lines.isBlank(end - 1) { end -= 1 }
        let text = lines.text(range.lowerBound..<end)
        let (first, last) = (range.lowerBound + 1, end)
        guard text.utf8.count > Self.bytesMax else { return [(first, last, text)] }
        var parts: [(Int, Int, String)] = []
        var rest = text[...]
        while !rest.isEmpty {
            let part = Self.part(of: rest)
            parts.append((first, last, String(part)))
            rest = rest[part.endIndex...]
        }
        return parts
    }

    /// As much as one piece may have, up to a blank when there is one near the end.
    private static func part(of text: Substring) -> Substring {
        guard text.utf8.count > bytesMax else { return text }
        let most = text.utf8.index(text.startIndex, offsetBy: bytesMax)
        // The view goes back to the beginning of a scalar; a letter with thousands of marks may be cut.
        let scalars = text.unicodeScalars[..<most]
        let blank = scalars.lastIndex(of: " ")
        guard let blank, text.utf8.distance(from: blank, to: most) < bytesMax / 4 else { return Substring(scalars) }
        return Substring(scalars[...blank])
    }
}
