import TuttiCore

/// Sentences that readers lose on the way.
struct LongSentenceCheck: Check {
    let rule = Rule(
        "long-sentence", "Over-long sentence", .low, .product,
        reason: "Past some forty words readers lose the subject, and two conditions in one sentence get mixed up.",
        bad: "A sentence of 60 words that states three conditions and two exceptions.",
        good: "One condition per sentence; exceptions as a list.")
    let tellsAsOne = true

    private static let wordsMost = 45

    func findings(in context: ReviewContext) -> [Finding] {
        context.document.sentences.compactMap { sentence in
            guard sentence.words.count > Self.wordsMost, context.isStatement(sentence),
                context.block(of: sentence).kind != .tableRow, longestPart(sentence, context.document) > Self.wordsMost,
                isRunningText(sentence, context.document)
            else { return nil }
            return context.finding(
                rule, at: sentence, message: "This sentence has \(sentence.words.count) words",
                suggestion: "Split it: one statement per sentence, conditions as a list.")
        }
    }

    /// Words between two semicolons or colons: there a reader can take breath.
    private func longestPart(_ sentence: Sentence, _ document: Document) -> Int {
        var longest = 0
        var current = 0
        for index in sentence.words {
            current += 1
            longest = max(longest, current)
            let mark = document.words[index].after
            if mark == ASCII.semicolon || mark == ASCII.colon { current = 0 }
        }
        return longest
    }

    /// Lists of names and pasted diagrams are long without being sentences.
    private func isRunningText(_ sentence: Sentence, _ document: Document) -> Bool {
        var plain = 0
        var capitalised = 0
        var commas = 0
        for index in sentence.words {
            let word = document.words[index]
            if word.kind == .word { plain += 1 }
            if word.shape.contains(.capitalised) || word.kind != .word { capitalised += 1 }
            if word.after == ASCII.comma || word.after == ASCII.semicolon { commas += 1 }
        }
        return plain * 4 > sentence.words.count * 3 && capitalised * 3 < sentence.words.count
            && commas * 5 < sentence.words.count
    }
}
