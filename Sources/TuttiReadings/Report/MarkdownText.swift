/// Text from anywhere as Markdown that shows it and does nothing else.
enum MarkdownText {
    /// Marks wherever they stand.
    private static let special: Set<Unicode.Scalar> = ["\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "&"]
    /// Marks at the beginning of a line: lists and underlines of headings.
    private static let leading: Set<Unicode.Scalar> = ["-", "+", "="]

    /// One line of running text, in which nothing is a mark.
    static func escaped(_ text: String) -> String {
        let scalars = Array(TerminalText.sanitized(text).unicodeScalars.drop { $0 == " " })
        let digits = scalars.prefix { ("0"..."9").contains($0) }.count
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let isNumbering = index == digits && digits > 0 && (scalar == "." || scalar == ")")
            let isLeading = index == 0 && leading.contains(scalar)
            if special.contains(scalar) || isNumbering || isLeading { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    /// A block that is shown as it is, between fences that are longer than any in it.
    static func fenced(_ text: String, language: String) -> String {
        var longest = 2
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }
}
