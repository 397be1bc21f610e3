/// Cuts a document that is too long for one reading into parts, and puts parts together again.
///
/// It is cut where it hurts least: before a heading, the highest first; else between paragraphs; else between lines;
/// else, in a line that is too long by itself, between characters. A block of code is cut only when it alone is too
/// long, a character never.
package enum DocumentSections {
    /// Bytes that are taken for a token; models with a worse vocabulary for a language take fewer.
    package static let bytesPerToken = 3
    /// The most bytes of an outline.
    package static let outlineSizeMax = 4000

    /// The parts of a text in their order; one when it is short enough. ``join(_:)`` of their texts is the text.
    ///
    /// - Parameter tokensMax: the most tokens of a part, at least 1; a single character may have more.
    package static func cut(_ text: String, tokensMax: Int) -> [DocumentPart] {
        let (product, overflow) = max(1, tokensMax).multipliedReportingOverflow(by: bytesPerToken)
        let sizeMax = overflow ? Int.max : product
        guard text.utf8.count > sizeMax else { return [DocumentPart(whole: text)] }
        let document = Document(text: text)
        let ranges = SectionCutter(document, sizeMax: sizeMax).ranges()
        let outline = outline(of: document)
        var parts: [DocumentPart] = []
        var line = 1
        for (index, range) in ranges.enumerated() {
            let isInside = range.lowerBound > 0 && document.source[range.lowerBound - 1] != ASCII.newline
            let bytes = document.source[range]
            parts.append(
                DocumentPart(
                    text: String(decoding: bytes, as: UTF8.self), firstLine: line, number: index + 1,
                    count: ranges.count, outline: outline, beginsInsideLine: isInside))
            line += bytes.count { $0 == ASCII.newline }
        }
        return parts
    }

    /// The text of which these are the parts, in their order.
    package static func join(_ parts: some Sequence<String>) -> String { parts.joined() }

    /// The headings with their lines, as deep as there is room for them.
    private static func outline(of document: Document) -> String {
        let headings = document.sections.filter { $0.level > 0 && !$0.title.isEmpty }
        var outline = ""
        for level in 1...6 {
            let shown = headings.filter { $0.level <= level }.map { heading in
                let title = heading.title.count > 120 ? heading.title.prefix(120) + "…" : heading.title[...]
                return "\(heading.line): \(String(repeating: "#", count: heading.level)) \(title)\n"
            }
            let text = shown.joined()
            guard text.utf8.count <= outlineSizeMax else { break }
            outline = text
        }
        return outline
    }
}

/// Finds where to cut. All places are offsets of bytes.
private struct SectionCutter {
    private let source: [UInt8]
    private let sizeMax: Int
    /// Where a piece may begin, by how little a cut there hurts; the last is between any two lines.
    private let levels: [[Int]]

    init(_ document: Document, sizeMax: Int) {
        source = document.source
        self.sizeMax = sizeMax
        var masker = LineMasker(bytes: document.source)
        masker.run()
        let lines = document.lines
        let headings = (1...6).map { level in
            document.sections.filter { $0.level == level }.map { lines[$0.lines.lowerBound].start }
        }
        // Not between the first and the last line of a fence.
        let isOpen = lines.indices.map { $0 > 0 && masker.isCode[$0] && masker.isCode[$0 - 1] }
        let paragraphs = lines.indices.dropFirst().filter {
            !isOpen[$0] && lines[$0 - 1].isBlank && !lines[$0].isBlank
        }
        let loose = lines.indices.filter { !isOpen[$0] }
        levels = headings + [paragraphs.map { lines[$0].start }, loose.map { lines[$0].start }, lines.map(\.start)]
    }

    func ranges() -> [Range<Int>] { cut(0..<source.count, level: 0) }

    /// Pieces are put together again as long as they fit, so that small sections make no parts of their own.
    private func cut(_ range: Range<Int>, level: Int) -> [Range<Int>] {
        guard range.count > sizeMax else { return [range] }
        guard level < levels.count else { return characters(of: range) }
        var ranges: [Range<Int>] = []
        var start = range.lowerBound
        for end in places(levels[level], within: range) + [range.upperBound] where end > start {
            if let last = ranges.last, last.count + (end - start) <= sizeMax {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges += cut(start..<end, level: level + 1)
            }
            start = end
        }
        return ranges
    }

    /// Those that rise, strictly inside of the range.
    private func places(_ all: [Int], within range: Range<Int>) -> ArraySlice<Int> {
        let first = Self.firstIndex(in: all) { $0 > range.lowerBound }
        let end = Self.firstIndex(in: all) { $0 >= range.upperBound }
        return all[first..<max(first, end)]
    }

    private static func firstIndex(in all: [Int], where isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(all[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func characters(of range: Range<Int>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, end) = (range.lowerBound, range.lowerBound)
        for character in String(decoding: source[range], as: UTF8.self) {
            let size = character.utf8.count
            if end - start + size > sizeMax, end > start {
                ranges.append(start..<end)
                start = end
            }
            end += size
        }
        return ranges + [start..<end]
    }
}
