/// Lines that people use as headings in texts without Markdown headings.
extension LinePattern {
    private static let wordsMost = 9

    /// `**1. Background**`, nothing else on the line: the text between the stars.
    func boldText(_ line: Line) -> Range<Int>? {
        var end = line.end
        while end > line.first && bytes[end - 1].isBlank { end -= 1 }
        guard line.indent == 0, end - line.first > 4, isDoubleStar(line.first), isDoubleStar(end - 2) else {
            return nil
        }
        let text = line.first + 2..<end - 2
        guard let last = bytes[text].last, last != ASCII.dot, last != ASCII.colon, last != ASCII.star,
            !bytes[text].contains(ASCII.star), wordCount(text) <= Self.wordsMost
        else { return nil }
        return text
    }

    private func isDoubleStar(_ at: Int) -> Bool { bytes[at] == ASCII.star && bytes[at + 1] == ASCII.star }

    /// An emoji or sign, then a few words: the offset of the words.
    func pictureHeading(_ line: Line) -> Int? {
        guard line.indent == 0, line.first < line.end, bytes[line.first] == 0xF0 || isSign(line.first) else {
            return nil
        }
        var at = line.first
        while at < line.end && (bytes[at] >= 0x80 || bytes[at].isBlank) { at += 1 }
        guard at < line.end, bytes[at].isASCIIUpper, bytes[line.end - 1] != ASCII.dot,
            wordCount(at..<line.end) <= Self.wordsMost
        else { return nil }
        return at
    }

    /// U+2600 to U+27BF, the signs that pass for pictures.
    private func isSign(_ at: Int) -> Bool {
        bytes[at] == 0xE2 && at + 1 < bytes.count && (0x98...0x9E).contains(bytes[at + 1])
    }

    /// A capital letter, a few words, no mark at the end.
    func shortTitle(_ line: Line) -> Range<Int>? {
        var end = line.end
        while end > line.first && bytes[end - 1].isBlank { end -= 1 }
        guard line.indent == 0, line.first < end, bytes[line.first].isASCIIUpper, end - line.first <= 40,
            bytes[end - 1].isASCIIAlphanumeric
        else { return nil }
        return line.first..<end
    }
}
