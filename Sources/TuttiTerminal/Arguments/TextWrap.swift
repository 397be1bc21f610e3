/// Breaks prose into lines.
enum TextWrap {
    /// Lines of at most so many columns, broken between words; a longer word stays whole.
    static func wrap(_ text: String, columns: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > columns {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
