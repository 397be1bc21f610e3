import TuttiCore

/// Two requirements with one number.
struct DuplicateIDCheck: Check {
    let rule = Rule(
        "duplicate-id", "Two statements with one number", .medium, .engineering,
        reason: "Tickets and tests point to the number; with two of them nobody knows which was meant.",
        bad: "R3: Users can delete photos. … R3: Albums have names.",
        good: "R3: Users can delete photos. … R4: Albums have names.")
    let knowsAnyLanguage = true

    func findings(in context: ReviewContext) -> [Finding] {
        let document = context.document
        var first: [String: Int] = [:]
        var findings: [Finding] = []
        for block in document.blocks where block.isListItem || block.kind == .tableRow {
            guard !block.isHidden, let index = block.sentences.first else { continue }
            let sentence = document.sentences[index]
            guard let id = identifier(sentence, block, document) else { continue }
            let scope = block.kind == .tableRow ? "\(block.section)/\(id)" : id
            guard let line = first[scope] else {
                first[scope] = sentence.line
                continue
            }
            findings.append(
                context.finding(
                    rule, at: sentence, subject: id + " " + context.quote(sentence),
                    message: "\"\(id)\" is already the number of line \(line)",
                    suggestion: "Give this one a number of its own."))
        }
        return findings
    }

    /// `R3`, `FR-12`, `REQ-3.1` at the start of an item, with a mark or a cell's end behind it.
    private func identifier(_ sentence: Sentence, _ block: Block, _ document: Document) -> String? {
        let word = document.words[sentence.words.lowerBound]
        guard word.kind == .word, word.shape.contains(.capitalised), word.bytes.count <= 10 else { return nil }
        let text = String(decoding: document.prose[word.bytes], as: UTF8.self)
        let letters = text.prefix { $0.isUppercase }
        var rest = text.dropFirst(letters.count)
        if rest.first == "-" { rest.removeFirst() }
        guard (1...4).contains(letters.count), !rest.isEmpty, rest.allSatisfy({ $0.isNumber || $0 == "." }) else {
            return nil
        }
        let isMarked =
            word.after == ASCII.colon || word.after == ASCII.star && word.before == ASCII.star
            || word.after == ASCII.closeBracket || block.kind == .tableRow && sentence.words.count == 1
        return isMarked ? text : nil
    }
}
