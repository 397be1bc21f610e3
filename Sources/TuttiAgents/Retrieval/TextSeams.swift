/// Where a text may be cut: told of each line, whether something new begins with it.
struct TextSeams {
    enum Seam: Sendable {
        /// In the middle of something.
        case none
        /// The first line behind blank ones.
        case weak
        /// A heading, or a declaration at the left edge.
        case strong
    }

    /// A line that names what follows.
    struct Heading: Sendable, Hashable {
        var level: Int
        var title: String
    }

    private(set) var seams: [Seam] = []
    private(set) var headings: [Heading?] = []

    init(_ lines: TextLines, file: String) {
        let isProse = Self.isProse(file)
        var fence: (byte: UInt8, count: Int)?
        var isAfterBlank = true
        for line in 0..<lines.count {
            let bytes = lines[line]
            var heading: Heading?
            let run = isProse ? Self.fence(bytes) : nil
            if let open = fence {
                if let run, run.isBare, run.byte == open.byte, run.count >= open.count { fence = nil }
            } else if let run {
                fence = (run.byte, run.count)
            } else if isProse {
                heading = Self.heading(bytes) ?? Self.underlined(line, of: lines)
            }
            headings.append(heading)
            let isDeclaration = !isProse && Self.isDeclaration(bytes, isAfterBlank: isAfterBlank)
            // What a fence holds belongs together.
            let isFenced = fence != nil && run == nil
            seams.append(heading != nil || isDeclaration ? .strong : isAfterBlank && !isFenced ? .weak : .none)
            isAfterBlank = lines.isBlank(line)
        }
    }

    // MARK: Prose

    /// Endings of files that are mostly sentences; files without an ending are taken for such, too.
    private static let prose: Set<String> = ["md", "markdown", "mdx", "txt", "text", "rst", "adoc", "org", "tex"]

    static func isProse(_ file: String) -> Bool {
        let name = file.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return true }
        return prose.contains(name[name.index(after: dot)...].lowercased())
    }

    /// `# Title`, with one to six marks.
    private static func heading(_ line: ArraySlice<UInt8>) -> Heading? {
        let marks = line.prefix { $0 == UInt8(ascii: "#") }.count
        let rest = line.dropFirst(marks)
        guard (1...6).contains(marks), rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "\t") else {
            return nil
        }
        return Heading(level: marks, title: title(rest))
    }

    /// A line of text over one of `===` or `---`, which stands behind a blank line.
    private static func underlined(_ line: Int, of lines: TextLines) -> Heading? {
        guard line + 1 < lines.count, !lines.isBlank(line), line == 0 || lines.isBlank(line - 1) else { return nil }
        let rule = lines[line + 1]
        guard let mark = rule.first, mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"), rule.count >= 3,
            rule.allSatisfy({ $0 == mark }), lines[line].first != mark
        else { return nil }
        return Heading(level: mark == UInt8(ascii: "=") ? 1 : 2, title: title(lines[line]))
    }

    /// Longer titles are no titles; what is beyond helps nobody to find them.
    private static let titleBytesMax = 200

    private static func title(_ bytes: ArraySlice<UInt8>) -> String {
        let isEdge: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "#") }
        var text = bytes.drop(while: isEdge)
        while let last = text.last, isEdge(last) { text.removeLast() }
        return String(decoding: text.prefix(titleBytesMax), as: UTF8.self)
    }

    /// The run of backticks or tildes that opens or closes a fence; only a bare one closes.
    private static func fence(_ line: ArraySlice<UInt8>) -> (byte: UInt8, count: Int, isBare: Bool)? {
        let text = line.drop { $0 == UInt8(ascii: " ") }
        guard let byte = text.first, byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return nil }
        let rest = text.drop { $0 == byte }
        let count = text.count - rest.count
        guard count >= 3 else { return nil }
        return (byte, count, rest.allSatisfy { $0 == UInt8(ascii: " ") })
    }

    // MARK: Code

    /// Words that declarations begin with, in the languages that are most written.
    private static let declaring: Set<String> = [
        "abstract", "async", "class", "def", "enum", "export", "extension", "fn", "func", "function", "impl",
        "interface", "internal", "module", "namespace", "open", "package", "private", "protocol", "pub", "public",
        "sealed", "static", "struct", "trait", "type", "void",
    ]

    private static func isDeclaration(_ line: ArraySlice<UInt8>, isAfterBlank: Bool) -> Bool {
        guard let first = line.first, !" \t}])".utf8.contains(first) else { return false }
        if isAfterBlank { return true }
        let word = line.prefix { $0 != UInt8(ascii: " ") }
        return word.count < line.count && word.count <= 9 && declaring.contains(String(decoding: word, as: UTF8.self))
    }
}
