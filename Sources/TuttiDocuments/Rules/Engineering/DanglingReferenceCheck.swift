import TuttiCore

/// References to sections, figures, anchors and footnotes that do not exist.
struct DanglingReferenceCheck: Check {
    let rule = Rule(
        "dangling-reference", "Reference to something that is not there", .medium, .engineering,
        reason: "The reader goes looking for the missing part, and what was to be said there is said nowhere.",
        bad: "Limits: see [capacity](#capacity).", good: "Limits: see [capacity](#capacity) … ## Capacity")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
        links(context) + numbered(context) + named(context) + OutwardReferences(rule).findings(in: context)
    }

    // MARK: - Links

    private func links(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        return document.links.compactMap { link in
            guard link.sentence < document.sentences.count else { return nil }
            let sentence = document.sentences[link.sentence]
            guard !context.block(of: sentence).isHidden, let name = missing(link.target, document) else { return nil }
            return finding(name, sentence, context)
        }
    }

    private func missing(_ target: Link.Target, _ document: Document) -> String? {
        switch target {
        case .anchor(let anchor):
            let isKnown =
                anchor.isEmpty || anchor == "top" || document.anchors.contains(anchor)
                || document.anchors.contains(Document.decodePercent(anchor))
            return isKnown ? nil : "the anchor \"#\(anchor)\""
        case .label(let label):
            return document.references.contains(label) || label.isEmpty ? nil : "the link definition \"[\(label)]\""
        case .footnote(let label):
            return document.footnotes.contains(label) || label.isEmpty ? nil : "the footnote \"[^\(label)]\""
        }
    }

    private func finding(_ name: String, _ sentence: Sentence, _ context: ReviewContext) -> Finding {
        context.finding(
            rule, at: sentence, subject: name, message: "It refers to \(name), which does not exist in this document",
            suggestion: "Add what is referred to, mend the name, or link to the document that has it.",
            questions: ["What does \(name) stand for in \"\(context.quote(sentence))\", and where is it written?"])
    }

    // MARK: - "section 4.2", "Figure 3"

    private func numbered(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        let inventory = Inventory(context)
        var findings: [Finding] = []
        for sentence in document.sentences where context.isStatement(sentence) {
            for position in sentence.words.dropLast() {
                let key = document.words[position].key
                guard Self.nouns.contains(key), document.words[position + 1].kind == .number,
                    !isElsewhere(position + 2, sentence, document), !isCaption(position, sentence),
                    document.words[position].before != ASCII.slash
                else { continue }
                let number = document.words[position + 1].key
                guard !inventory.has(key, number) else { continue }
                findings.append(finding("\(key) \(number)", sentence, context))
            }
        }
        return findings
    }

    private static let nouns: Set<String> = [
        "section", "figure", "fig", "table", "appendix", "chapter", "attachment", "annex", "enclosure",
    ]

    /// "section 4 of RFC 7231", "Table 2 in [the survey]": another document.
    private func isElsewhere(_ next: Int, _ sentence: Sentence, _ document: Document) -> Bool {
        for position in sentence.words
        where document.words[position].key == "rfc" || document.words[position].kind == .code
            || document.words[position].shape.contains(.linked)
        {
            return true
        }
        guard next < sentence.words.upperBound else { return false }
        return ["of", "in", "from"].contains(document.words[next].key)
    }

    private func isCaption(_ position: Int, _ sentence: Sentence) -> Bool { position == sentence.words.lowerBound }

    // MARK: - "see the Rollout section"

    private func named(_ context: ReviewContext) -> [Finding] {
        let document = context.document
        let titles = document.sections.filter { !$0.isHidden }.map { Document.fold($0.title.utf8) }
        return document.sentences.compactMap { sentence in
            guard context.isStatement(sentence) else { return nil }
            for position in sentence.words where document.words[position].key == "section" {
                guard let name = nameBefore(position, sentence, document) else { continue }
                let folded = Document.fold(name.utf8)
                if titles.contains(where: { $0.contains(folded) }) { continue }
                return finding("the section \"\(name)\"", sentence, context)
            }
            return nil
        }
    }

    /// The capitalised words between "the" and "section", where the sentence sends the reader there.
    private func nameBefore(_ position: Int, _ sentence: Sentence, _ document: Document) -> String? {
        var first = position
        while first > sentence.words.lowerBound, document.words[first - 1].shape.contains(.capitalised),
            document.words[first - 1].key != "the", position - first < 5
        {
            first -= 1
        }
        guard first < position, first >= sentence.words.lowerBound + 2, document.words[first - 1].key == "the",
            ["see", "in", "under", "refer", "to", "per"].contains(document.words[first - 2].key),
            !document.words[first].shape.contains(.linked),
            !isElsewhere(position + 1, sentence, document)
        else { return nil }
        let range = Int(document.words[first].start)..<Int(document.words[position - 1].end)
        return ReviewContext.oneLine(document.prose[range])
    }
}

/// What sections, figures and tables a document has.
private struct Inventory {
    private var numbers: Set<String> = []
    private var captions: Set<String> = []
    private var tables = 0
    private var pictures = 0
    private var sections = 0
    private var isNumbered = false

    init(_ context: ReviewContext) {
        let document = context.document
        for section in document.sections.dropFirst() where !section.isHidden {
            sections += 1
            let line = document.lines[section.line - 1]
            var at = line.first
            while at < line.end && Self.precedesNumber(document.source[at]) { at += 1 }
            var digits = document.source[at..<line.end].prefix { $0.isASCIIDigit || $0 == ASCII.dot }
            while digits.last == ASCII.dot { digits.removeLast() }
            guard !digits.isEmpty else { continue }
            isNumbered = true
            numbers.insert(String(decoding: digits, as: UTF8.self))
        }
        for block in document.blocks {
            if block.kind == .tableHeader { tables += 1 }
            if block.kind == .code { pictures += 1 }
            guard let first = block.sentences.first else { continue }
            let words = document.sentences[first].words
            guard words.count > 1, document.words[words.lowerBound + 1].kind == .number else { continue }
            captions.insert(Self.key(document.words[words.lowerBound].key, document.words[words.lowerBound + 1].key))
        }
        pictures += document.imageCount
    }

    private static func precedesNumber(_ byte: UInt8) -> Bool {
        byte == ASCII.hash || byte == ASCII.star || byte.isBlank
    }

    private static func key(_ noun: String, _ number: String) -> String {
        (noun == "fig" ? "figure" : noun) + " " + number
    }

    func has(_ noun: String, _ number: String) -> Bool {
        if captions.contains(Self.key(noun, number)) { return true }
        let top = Int(number.prefix { $0.isNumber }) ?? 0
        switch noun {
        case "section", "chapter":
            return isNumbered ? numbers.contains(number) : noun == "section" && top <= sections
        case "table": return top <= tables
        case "figure", "fig": return top <= pictures
        default: return false
        }
    }
}
