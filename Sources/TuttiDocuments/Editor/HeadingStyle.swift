/// How the document writes its headings, so that an added one looks like its neighbours.
struct HeadingStyle {
    enum Form: Equatable {
        case hashes(level: Int)
        case underlined
        case plainNumbered
        case capitals
        case bold
    }

    var form: Form
    /// The number that the next heading gets, where headings are numbered.
    var nextNumber: Int?
    /// Level of the sections that stand beside the added ones.
    var level: Int

    init(_ document: Document) {
        let visible = document.sections.dropFirst().filter { !$0.isHidden }
        let level = Self.mainLevel(Array(visible))
        self.level = level
        let main = visible.filter { $0.level == level }
        let numbers = main.compactMap { Self.number(of: $0, document) }
        let nextNumber = numbers.count * 2 > main.count && main.count > 1 ? (numbers.max() ?? 0) + 1 : nil
        self.nextNumber = nextNumber
        let sample = main.last ?? visible.last
        if let sample, document.usesMarkdownHeadings {
            let isUnderlined = sample.headingBlock.map { document.blocks[$0].lines.count == 2 } ?? false
            form = isUnderlined && level <= 2 ? .underlined : .hashes(level: level)
        } else if let sample {
            form = Self.isBold(sample, document) ? .bold : nextNumber == nil ? .capitals : .plainNumbered
        } else {
            let hasIndented = document.lines.contains { !$0.isBlank && $0.indent >= 4 }
            form = hasIndented ? .capitals : .hashes(level: 2)
        }
    }

    private static func isBold(_ section: Section, _ document: Document) -> Bool {
        document.source[document.lines[section.line - 1].first...].starts(with: [ASCII.star, ASCII.star])
    }

    /// The level below the title, or that of all when there is no single title.
    private static func mainLevel(_ sections: [Section]) -> Int {
        guard let top = sections.map(\.level).min() else { return 2 }
        let tops = sections.filter { $0.level == top }
        guard tops.count == 1, tops[0].line == sections[0].line else { return top }
        return sections.dropFirst().map(\.level).min() ?? min(top + 1, 6)
    }

    private static func number(of section: Section, _ document: Document) -> Int? {
        let line = document.lines[section.line - 1]
        var at = line.first
        while at < line.end && Self.precedesNumber(document.source[at]) { at += 1 }
        let digits = document.source[at..<line.end].prefix { $0.isASCIIDigit }
        guard !digits.isEmpty, digits.count < 4 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func precedesNumber(_ byte: UInt8) -> Bool {
        byte == ASCII.hash || byte == ASCII.star || byte.isBlank
    }

    func lines(for title: String, number: Int?) -> [String] {
        let text = number.map { "\($0). \(title)" } ?? title
        switch form {
        case .hashes(let level): return [String(repeating: "#", count: level) + " " + text]
        case .underlined: return [text, String(repeating: level == 1 ? "=" : "-", count: max(3, text.count))]
        case .plainNumbered: return [text]
        case .capitals: return [title.uppercased()]
        case .bold: return ["**\(text)**"]
        }
    }

    /// Whether bold type is at home in this document.
    var isMarkdown: Bool { if case .hashes = form { true } else { form == .underlined || form == .bold } }
}
