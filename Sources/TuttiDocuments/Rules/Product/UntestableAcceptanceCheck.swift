import TuttiCore

/// Acceptance criteria that are a matter of taste.
struct UntestableAcceptanceCheck: Check {
    let rule = Rule(
        "untestable-acceptance", "Acceptance criterion that cannot be tested", .high, .product,
        kinds: DocumentKind.plans,
        reason: "Acceptance is where opinions must end; a criterion nobody can run restarts the argument.",
        bad: "The upload works well and users are happy.",
        good: "An upload of 20 photos on a 4G phone ends within 30 s and shows all 20.")
    let needsWorkAtHand = true

    private static let topics: [Topic] = [.subjective, .vagueAlways]

    func findings(in context: ReviewContext) -> [Finding] {
        let found = Set(
            Self.topics.flatMap { topic in
                context.document.marks(of: topic).map { context.document.marks[$0].sentence }
            })
        return found.sorted().compactMap { judge(context.document.sentences[$0], context) }
    }

    private func judge(_ sentence: Sentence, _ context: ReviewContext) -> Finding? {
        guard context.isStatement(sentence), context.roles(of: sentence).contains(.acceptance),
            !context.hasMeasure(sentence)
        else { return nil }
        let mark = context.document.marks[sentence.marks].first { Self.topics.contains($0.topic) }
        guard let mark, !isExplained(mark, sentence, context.document) else { return nil }
        let words = context.text(mark.words)
        return context.finding(
            rule, at: sentence, message: "\"\(words)\" is a matter of opinion, so nobody can check this criterion",
            suggestion: "Name the action, the observation and the number that pass.",
            questions: ["Which action, done by whom, shows \"\(context.quote(sentence))\", and what must be seen?"])
    }

    /// "as expected: the list shows…" goes on to say what is expected.
    private func isExplained(_ mark: Mark, _ sentence: Sentence, _ document: Document) -> Bool {
        document.words[mark.words.upperBound - 1].after == ASCII.colon
            && mark.words.upperBound + 3 < sentence.words.upperBound
    }
}
