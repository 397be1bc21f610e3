/// Foreign text with what nobody sees shown by its number, such as `⟨U+202E⟩`.
enum VisibleText {
    /// Lines with `\n` between them.
    static func lines(_ lines: TextLines) -> String {
        (0..<lines.count).map { line in
            show(String(decoding: lines[line], as: UTF8.self), keepingTabs: true)
        }.joined(separator: "\n")
    }

    /// Longer names are cut in their middle: the end says most about a file.
    private static let nameLengthMax = 200

    /// A file's name on one line.
    static func name(_ file: String) -> String {
        let scalars = Array(file.unicodeScalars)
        guard scalars.count > nameLengthMax else { return show(file, keepingTabs: false) }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars.prefix(nameLengthMax / 4))
        view.append("…")
        view.append(contentsOf: scalars.suffix(nameLengthMax / 4 * 3))
        return show(String(view), keepingTabs: false)
    }

    private static func show(_ text: String, keepingTabs: Bool) -> String {
        guard text.unicodeScalars.contains(where: { isHidden($0, keepingTabs: keepingTabs) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar, keepingTabs: keepingTabs) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                shown += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isHidden(_ scalar: Unicode.Scalar, keepingTabs: Bool) -> Bool {
        switch scalar.value {
        case 0x09: !keepingTabs
        case 0x00...0x1F, 0x7F...0x9F: true  // controls
        case 0x2028, 0x2029: true  // ends of lines that only some see
        case 0x202A...0x202E, 0x2066...0x2069: true  // changes of the writing direction
        case 0xE0000...0xE007F: true  // tags: a whole alphabet without a shape
        default: false
        }
    }
}
