/// Something that is written as YAML.
package indirect enum YAMLOutput: Sendable {
    /// A text, in the most readable form that gives back every byte of it.
    case text(String)
    case list([YAMLOutput])
    /// In this order.
    case mapping([(key: String, value: YAMLOutput)])
}

/// Writes YAML that people edit: two columns for a level, long texts as blocks, quotes only where they are needed.
///
/// Equal values give equal bytes, and ``YAMLDocument`` reads back what was written, whatever the texts hold.
package struct YAMLWriter {
    private var out = ""

    /// The text of a file.
    package static func write(_ members: [(key: String, value: YAMLOutput)]) -> String {
        var writer = YAMLWriter()
        writer.mapping(members, column: 0, isBehindDash: false)
        return writer.out
    }

    private static let step = 2

    private mutating func mapping(_ members: [(key: String, value: YAMLOutput)], column: Int, isBehindDash: Bool) {
        for (index, member) in members.enumerated() {
            if index > 0 || !isBehindDash { indent(column) }
            out += YAMLScalar.inline(member.key) + ":"
            value(member.value, column: column)
        }
    }

    /// What stands behind a colon, or behind the dash of a list's item.
    private mutating func value(_ value: YAMLOutput, column: Int, isBehindDash: Bool = false) {
        switch value {
        case .text(let text): out += " " + YAMLScalar.write(text, column: column + Self.step)
        case .list(let items) where items.isEmpty: out += " []\n"
        case .mapping(let members) where members.isEmpty: out += " {}\n"
        case .list(let items):
            out += "\n"
            for item in items {
                indent(column + Self.step)
                out += "-"
                self.value(item, column: column + Self.step, isBehindDash: true)
            }
        case .mapping(let members):
            out += isBehindDash ? " " : "\n"
            mapping(members, column: column + Self.step, isBehindDash: isBehindDash)
        }
    }

    private mutating func indent(_ column: Int) { out += String(repeating: " ", count: column) }
}

/// The forms of one text.
private enum YAMLScalar {
    /// With its line end.
    static func write(_ text: String, column: Int) -> String { block(text, column: column) ?? inline(text) + "\n" }

    /// On one line.
    static func inline(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    // MARK: Without quotes

    /// What other readers take for something else than a text.
    private static let words: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]

    private static func isPlain(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, first.properties.isAlphabetic, last != " ",
            last != ":", !words.contains(text.lowercased()), scalars.allSatisfy({ isShown($0) && $0 != "\t" })
        else { return false }
        return zip(scalars, scalars.dropFirst()).allSatisfy { left, right in
            !(left == ":" && right == " ") && !(left == " " && right == "#")
        }
    }

    /// What a reader takes as it stands: neither a control character, nor what it holds for the end of a line.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            true
        default: false
        }
    }

    // MARK: As a block

    /// The text line by line, each below the other; `nil` for one that a block cannot hold.
    private static func block(_ text: String, column: Int) -> String? {
        let newline = UInt8(ascii: "\n")
        guard text.utf8.contains(newline), text.unicodeScalars.allSatisfy({ $0 == "\n" || isShown($0) }) else {
            return nil
        }
        var lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false)
        let isBlank = { (line: Substring.UTF8View) in line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
        // Blanks alone make no end that every reader sees alike.
        guard let first = lines.firstIndex(where: { !isBlank($0) }) else { return nil }
        var keeps = "-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            keeps = lines.last?.isEmpty == true ? "+" : ""
        }
        guard lines.last.map({ $0.isEmpty || !isBlank($0) }) == true else { return nil }
        // A reader finds out the column by the first line, unless that begins with blanks of its own.
        let beginsWithBlanks = lines[...first].contains { $0.first == 0x20 || $0.first == 0x09 }
        let margin = String(repeating: " ", count: column)
        var written = (beginsWithBlanks ? "|2" : "|") + keeps + "\n"
        for line in lines {
            if !line.isEmpty { written += margin + String(Substring(line)) }
            written += "\n"
        }
        return written
    }

    // MARK: In quotes

    private static func quoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { $0 += escaped($1) } + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        if isShown(scalar) { return String(scalar) }
        switch scalar.value {
        case ...0xFF: return "\\x" + hexadecimal(scalar, width: 2)
        case ...0xFFFF: return "\\u" + hexadecimal(scalar, width: 4)
        default: return "\\U" + hexadecimal(scalar, width: 8)
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, width: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}
