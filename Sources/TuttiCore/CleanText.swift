/// Texts of models and of strangers, made fit to be kept and shown: bounded, without control characters.
///
/// What goes: control characters but tabs and line ends, marks of byte order, and the marks that turn the direction of
/// writing, with which a text can show something else than it says. A text that is too long ends with `…`.
package enum CleanText {
    /// On one line: line ends and tabs become a blank.
    package static func line(_ text: String, bytesMax: Int) -> String { clean(text, bytesMax, isOneLine: true) }

    /// Line by line, each ending with a line feed; no blank line at the beginning or the end.
    package static func paragraphs(_ text: String, bytesMax: Int) -> String {
        clean(text, bytesMax, isOneLine: false)
    }

    /// The same with every blank and every line end where it is, for text that goes into a document.
    package static func verbatim(_ text: String, bytesMax: Int) -> String {
        cut(String(scalars(of: text, bytesMax, isOneLine: false)), bytesMax)
    }

    private static func clean(_ text: String, _ bytesMax: Int, isOneLine: Bool) -> String {
        let start = text.unicodeScalars.drop { $0.properties.isWhitespace || isDropped($0) }
        var kept = scalars(of: Substring(start), bytesMax, isOneLine: isOneLine)
        while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
        return cut(String(kept), bytesMax)
    }

    private static func scalars(
        of text: some StringProtocol, _ bytesMax: Int, isOneLine: Bool
    ) -> String.UnicodeScalarView {
        var kept = String.UnicodeScalarView()
        var (size, previous): (Int, Unicode.Scalar) = (0, " ")
        for scalar in text.unicodeScalars where size <= bytesMax {
            defer { previous = scalar }
            var scalar = scalar
            switch scalar {
            case "\r", "\u{85}", "\u{2028}", "\u{2029}": scalar = "\n"
            case "\n": if previous == "\r" { continue }
            default: if isDropped(scalar) { continue }
            }
            if isOneLine, scalar == "\n" || scalar == "\t" { scalar = " " }
            kept.append(scalar)
            size += UTF8.width(scalar)
        }
        return kept
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: false
        case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// Never inside of a character.
    private static func cut(_ text: String, _ bytesMax: Int) -> String {
        guard text.utf8.count > bytesMax else { return text }
        let mark = "…"
        var (kept, size) = ("", mark.utf8.count)
        for character in text {
            size += character.utf8.count
            guard size <= bytesMax else { break }
            kept.append(character)
        }
        return kept + mark
    }
}
