import TuttiCore

/// What a check may look at: the parsed document, its kind, and the questions that many checks ask of both.
struct ReviewContext: Sendable {
    let document: Document
    let kind: DocumentKind

    /// Sections in which nothing is required of the thing described.
    static let asideRoles: Set<SectionRole> = [
        .nonGoals, .alternatives, .drawbacks, .background, .motivation, .problem, .openQuestions, .glossary,
        .references,
    ]

    // MARK: - Places

    func block(of sentence: Sentence) -> Block { document.blocks[sentence.block] }

    func section(of sentence: Sentence) -> Section { document.sections[block(of: sentence).section] }

    /// The roles of the section a sentence stands in and of those above.
    func roles(of sentence: Sentence) -> Set<SectionRole> {
        var roles: Set<SectionRole> = []
        var index: Int? = block(of: sentence).section
        while let current = index {
            let section = document.sections[current]
            // The document's own title is no statement about a part of it.
            if section.level > 1 || section.parent != nil || !isTitle(current) { roles.formUnion(section.roles) }
            index = section.parent
        }
        return roles
    }

    func isTitle(_ index: Int) -> Bool {
        index == 1 && document.sections[index].level == 1
            && !document.sections.dropFirst(2).contains { $0.level == 1 && !$0.isHidden }
    }

    func isAside(_ sentence: Sentence) -> Bool {
        let roles = roles(of: sentence)
        return !roles.isDisjoint(with: Self.asideRoles) || kind == .readme && roles.contains(.installation)
    }

    /// Prose that a person wrote as a statement: no heading, no quotation, no code.
    func isStatement(_ sentence: Sentence) -> Bool {
        let block = block(of: sentence)
        return block.isProse && !block.isHidden && !block.isQuoted && !sentence.isQuestion
    }

    /// The sentences of a topic, each once, that are statements.
    func statements(of topic: Topic) -> [Sentence] {
        var last = -1
        var found: [Sentence] = []
        for mark in document.marks(of: topic) where document.marks[mark].sentence != last {
            last = document.marks[mark].sentence
            if isStatement(document.sentences[last]) { found.append(document.sentences[last]) }
        }
        return found
    }

    func marks(in sentence: Sentence, of topic: Topic) -> [Mark] {
        document.marks[sentence.marks].filter { $0.topic == topic }
    }

    /// Whether some visible sentence says something of a topic.
    func says(_ topic: Topic) -> Bool { document.speaks(of: topic) }

    func has(_ role: SectionRole) -> Bool { document.roles.contains(role) }

    func hasAny(_ roles: SectionRole...) -> Bool { roles.contains { document.roles.contains($0) } }

    /// Whether a command of the document, in a fence or within a sentence, holds one of some lower-case words.
    func commandsMention(_ words: [String]) -> Bool {
        func holds(_ bytes: ArraySlice<UInt8>) -> Bool {
            let text = String(decoding: bytes.prefix(Self.commandLimit), as: UTF8.self).lowercased()
            return words.contains(where: text.contains)
        }
        return document.blocks.contains { block in
            block.kind == .code && !block.isHidden
                && block.lines.contains { holds(document.source[document.lines[$0].first..<document.lines[$0].end]) }
        } || document.words.contains { $0.kind == .code && holds(document.prose[$0.bytes]) }
    }

    /// A longer line is no command that a person types.
    private static let commandLimit = 400

    // MARK: - Words

    /// The words as the author wrote them, on one line.
    func text(_ words: Range<Int>) -> String {
        guard let first = words.first, let last = words.last else { return "" }
        return Self.oneLine(document.prose[Int(document.words[first].start)..<Int(document.words[last].end)])
    }

    /// The sentence, shortened; a short cell of a table with its whole row.
    func quote(_ sentence: Sentence) -> String {
        let limit = Finding.quoteLimit
        let text =
            isShortCell(sentence)
            ? block(of: sentence).sentences.prefix(8).map { Self.oneLine(document.prose[document.sentences[$0].bytes]) }
                .joined(separator: " | ")
            : Self.oneLine(document.prose[sentence.bytes].prefix(limit * 4))
        guard text.count > limit else { return text }
        var cut = text.prefix(limit)
        if let blank = cut.lastIndex(of: " ") { cut = cut[..<blank] }
        return cut + " …"
    }

    private func isShortCell(_ sentence: Sentence) -> Bool {
        block(of: sentence).kind == .tableRow && sentence.words.count < Self.shortSentence
    }

    /// Below this number of words a sentence alone does not say where it stands.
    private static let shortSentence = 4

    static func oneLine(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: withoutLinkTargets(bytes), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `[text](target)` as `text`, and no stars of emphasis.
    private static func withoutLinkTargets(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var isTarget = false
        var last: UInt8 = 0
        for byte in bytes {
            if isTarget {
                isTarget = byte != ASCII.closeParen
            } else if byte == ASCII.openParen && last == ASCII.closeBracket {
                kept.removeLast()
                if let open = kept.lastIndex(of: ASCII.openBracket) { kept.remove(at: open) }
                isTarget = true
            } else if byte != ASCII.star {
                kept.append(byte)
            }
            last = byte
        }
        return kept
    }

    /// Holds a number that could be a measure; numbers in names such as `v2` or `S3` do not count.
    func hasMeasure(_ sentence: Sentence) -> Bool {
        for index in sentence.words where document.words[index].kind == .number { return true }
        return sentence.words.contains { Self.numberWords.contains(document.words[$0].key) }
    }

    static let numberWords: Set<String> = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty", "thirty",
        "sixty", "hundred", "thousand", "half", "third", "quarter", "zero", "double", "twice", "once", "single",
    ]

    // MARK: - Findings

    func finding(
        _ rule: Rule, at sentence: Sentence, severity: Severity? = nil, subject: String? = nil, message: String,
        suggestion: String, questions: [String] = []
    ) -> Finding {
        Finding(
            rule: rule, severity: severity, subject: subject ?? quoteForIdentity(sentence), message: message,
            suggestion: suggestion, section: section(of: sentence).path, line: sentence.line, quote: quote(sentence),
            questions: questions)
    }

    /// For something the document lacks: the place is its title.
    func missing(
        _ rule: Rule, severity: Severity? = nil, subject: String, message: String, suggestion: String,
        questions: [String], section: String? = nil
    ) -> Finding {
        Finding(
            rule: rule, severity: severity, subject: subject, message: message, suggestion: suggestion, section: "",
            line: titleLine, questions: questions, missingSection: section)
    }

    private func quoteForIdentity(_ sentence: Sentence) -> String {
        if isShortCell(sentence) { return quote(sentence) }
        let text = String(decoding: document.prose[sentence.bytes], as: UTF8.self)
        return sentence.words.count < Self.shortSentence ? section(of: sentence).path + " " + text : text
    }

    private var titleLine: Int {
        document.sections.dropFirst().first { !$0.isHidden && $0.level == 1 }?.line ?? 1
    }

    /// The document's subject for use in questions: its title without the name of the kind; else "this".
    var subject: String {
        guard let title = document.sections.dropFirst().first(where: { !$0.isHidden })?.title,
            document.sections.count > 1, isTitle(1)
        else { return "this" }
        var words = title.split(separator: " ").map(String.init)
        if let colon = words.firstIndex(where: { $0.hasSuffix(":") }), colon < words.count - 1, colon < 3 {
            words.removeFirst(colon + 1)
        }
        words.removeAll {
            ["PRD", "RFC", "Runbook", "runbook", "Architecture", "architecture", "–", "—", "-"].contains($0)
        }
        let text = words.joined(separator: " ").filter { $0 != "?" && $0 != "\"" }
        return text.isEmpty || text.count > 60 ? "this" : "\"\(text)\""
    }
}
