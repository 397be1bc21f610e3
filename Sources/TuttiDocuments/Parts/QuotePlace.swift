/// Where in a document something stands that somebody has quoted.
package struct QuotePlace: Sendable, Hashable {
    /// Counted from 1.
    package var line: Int
    /// The headings above it, as findings have them.
    package var section: String
    /// Whether the words are really there.
    package var isFound: Bool
}

/// Finds quotations in a document, whatever their case, blanks, line breaks and punctuation.
package struct QuoteFinder: Sendable {
    private let document: Document
    private let folded: FoldedText
    /// The last line there is, at least 1.
    package let lastLine: Int

    /// Reads the document once for any number of quotations.
    package init(_ document: Document) {
        self.document = document
        folded = FoldedText(document.source)
        lastLine = max(1, document.lines.count)
    }

    /// Where a quotation stands; of several places the one nearest to the line that it is said to be in.
    ///
    /// - Parameters:
    ///   - quote: as somebody has written it down.
    ///   - line: where it is said to be, counted from 1; kept within the document.
    package func place(of quote: String, near line: Int?) -> QuotePlace {
        let said = min(max(line ?? 1, 1), lastLine)
        let words = FoldedText(Array(quote.utf8)).words
        let found = words.isEmpty ? [] : folded.lines(of: words)
        let best = found.min { abs($0 - said) < abs($1 - said) }
        let section = document.sections.last { $0.lines.contains((best ?? said) - 1) }
        return QuotePlace(line: best ?? said, section: section?.path ?? "", isFound: best != nil)
    }
}

/// A text without what quotations get wrong, each byte with its line.
private struct FoldedText: Sendable {
    private var bytes: [UInt8] = [ASCII.space]
    private var lineOfByte: [Int] = [1]

    init(_ source: [UInt8]) {
        var (line, index) = (1, 0)
        while index < source.count {
            let byte = source[index]
            let size = Self.isMark(at: index, source) ? 3 : 1
            if size == 1, byte.isASCIIAlphanumeric || byte >= 0x80 {
                bytes.append(byte.asciiLowercased)
                lineOfByte.append(line)
            } else if bytes.last != ASCII.space {
                bytes.append(ASCII.space)
                lineOfByte.append(line)
            }
            if byte == ASCII.newline { line += 1 }
            index += size
        }
    }

    /// Without the blanks at both ends.
    var words: [UInt8] {
        Array(bytes.dropFirst().last == ASCII.space ? bytes.dropFirst().dropLast() : bytes.dropFirst())
    }

    /// Dashes, curly quotation marks and ellipses, U+2010 to U+202F, which are often written otherwise.
    private static func isMark(at index: Int, _ source: [UInt8]) -> Bool {
        index + 2 < source.count && source[index] == 0xE2 && source[index + 1] == 0x80
            && (0x90...0xAF).contains(source[index + 2])
    }

    /// The lines at which the words begin, at the beginning of a word.
    func lines(of words: [UInt8]) -> [Int] {
        let pattern = [ASCII.space] + words
        var found: [Int] = []
        var at = 0
        while at + pattern.count <= bytes.count {
            if bytes[at] == ASCII.space, bytes[at..<(at + pattern.count)].elementsEqual(pattern) {
                found.append(lineOfByte[at + 1])
                at += pattern.count - 1
            } else {
                at += 1
            }
        }
        return found
    }
}
