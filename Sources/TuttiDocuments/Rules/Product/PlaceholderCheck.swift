import TuttiCore

/// `TODO`, `TBD`, `???` where a statement should be.
struct PlaceholderCheck: Check {
    let rule = Rule(
        "placeholder", "Placeholder left in the text", .medium, .product,
        reason: "A TODO in a document that others act on is a decision nobody has taken; readers fill it differently.",
        bad: "Photos are deleted after TBD days.", good: "Photos are deleted after 30 days.")
    let knowsAnyLanguage = true

    /// Written in capitals only: "todo" is also a word.
    private static let capitals: Set<String> = ["TODO", "TBD", "TBC", "FIXME", "XXX", "TBA"]
    /// After these the capitals are a topic, not a gap: "FIXME comments".
    private static let talkedAbout: Set<String> = [
        "comment", "comments", "marker", "markers", "list", "lists", "item", "items", "app", "apps", "note", "notes",
        "tag", "tags", "s", "and", "or", "entries", "labels",
    ]
    /// And after these: "a TODO in the code".
    private static let speakingOf: Set<String> = [
        "a", "the", "of", "no", "many", "these", "each", "every", "any", "open",
    ]
    private static let phrases: [[String]] = [
        ["to", "be", "determined"], ["to", "be", "decided"], ["to", "be", "defined"], ["to", "be", "confirmed"],
        ["to", "be", "done"], ["to", "be", "specified"], ["lorem", "ipsum"], ["to", "be", "announced"],
    ]

    func findings(in context: ReviewContext) -> [Finding] {
        let document = context.document
        var findings: [Finding] = []
        for sentence in document.sentences {
            let block = context.block(of: sentence)
            guard block.isProse || block.isHeading, !block.isHidden, !block.isQuoted else { continue }
            guard let place = placeholder(in: sentence, document) else { continue }
            if context.roles(of: sentence).contains(.openQuestions) { continue }
            let words = context.text(place)
            let isFailure = context.roles(of: sentence).contains(.failure)
            let severity: Severity = (context.kind == .runbook || isFailure) && !block.isHeading ? .high : .medium
            findings.append(
                context.finding(
                    rule, at: sentence, severity: severity, message: "\"\(words)\" stands where a statement should be",
                    suggestion: "Decide it now, or say who decides it by when.",
                    questions: [
                        "What replaces \"\(words)\" in \(place == sentence.words ? "" : "the sentence ")"
                            + "\"\(context.quote(sentence))\", and if it is not known yet, who decides it by when?"
                    ]))
        }
        return findings
    }

    private func placeholder(in sentence: Sentence, _ document: Document) -> Range<Int>? {
        for index in sentence.words {
            let word = document.words[index]
            if isBlankCell(sentence, document) { return sentence.words }
            if word.key == "???" { return index..<index + 1 }
            guard word.kind == .word else { continue }
            if word.shape.contains(.acronym), Self.capitals.contains(word.key.uppercased()),
                !isTalkedAbout(index, sentence, document)
            {
                return index..<index + 1
            }
            for phrase in Self.phrases where word.key == phrase[0] {
                let end = index + phrase.count
                guard end <= sentence.words.upperBound,
                    phrase.indices.allSatisfy({ document.words[index + $0].key == phrase[$0] })
                else { continue }
                let isEnd = end == sentence.words.upperBound || document.words[end - 1].after != 0
                if isEnd || ["later", "soon", "with", "yet"].contains(document.words[end].key) { return index..<end }
            }
        }
        return nil
    }

    /// A cell of a table that holds nothing but "tbd", in whatever case.
    private func isBlankCell(_ sentence: Sentence, _ document: Document) -> Bool {
        sentence.words.count == 1 && document.blocks[sentence.block].kind == .tableRow
            && ["tbd", "tbc", "todo", "tba"].contains(document.words[sentence.words.lowerBound].key)
            && document.words[sentence.words.lowerBound].kind == .word
    }

    private func isTalkedAbout(_ index: Int, _ sentence: Sentence, _ document: Document) -> Bool {
        let word = document.words[index]
        if word.before == ASCII.slash || word.after == ASCII.slash { return true }
        if index > sentence.words.lowerBound, word.before == 0 {
            let last = document.words[index - 1]
            let isCodeMark = ["todo", "fixme", "xxx"].contains(word.key)
            if isCodeMark, last.kind == .number || Self.speakingOf.contains(last.key) && word.after != ASCII.colon {
                return true
            }
        }
        if word.before == ASCII.quote || word.before == ASCII.apostrophe { return true }
        guard index + 1 < sentence.words.upperBound, word.after != ASCII.colon else { return false }
        return Self.talkedAbout.contains(document.words[index + 1].key)
    }
}
