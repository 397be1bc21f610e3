import TuttiCore

/// Success, quality or compliance that is claimed and not shown.
struct UnsupportedClaimCheck: Check {
    let rule = Rule(
        "unsupported-claim", "Claim without a measure", .medium, .product,
        kinds: [.rfc, .architecture, .readme, .generic],
        reason: "Readers plan on what is claimed; without a measured value nobody knows on what the claim rests.",
        bad: "A production-ready service with a 3x speedup.",
        good: "Import takes 40 s instead of 125 s for 1 million rows (`make bench`, one core).")
    let needsWorkAtHand = true
    let tellsAsOne = true

    func findings(in context: ReviewContext) -> [Finding] {
        let places = context.statements(of: .claim).filter { sentence in
            !context.isAside(sentence) && !context.isDenied(sentence) && !isShown(sentence, context)
        }
        guard let place = places.first(where: { context.hasNumber($0) }) ?? places.first else { return [] }
        let words = places.prefix(4).map { "\"\(context.word(of: .claim, in: $0))\"" }.joined(separator: ", ")
        return [
            context.finding(
                rule, at: place, subject: "claims",
                message: "\(words): nothing in the text shows it",
                suggestion:
                    "Give the measured value with the command or date, describe what makes it true, or drop it.",
                questions: ["What was measured, when and against what, that supports \(words)?"]
            ).also(at: places)
        ]
    }

    /// Measured against something named: "2.9x faster than 1.4 (make bench)", "40 s instead of 125 s".
    private func isShown(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let measures = context.block(of: sentence).sentences.map { context.document.sentences[$0] }
        return measures.contains { context.holds($0, ["measured", "benchmark", "benchmarked", "audited", "instead"]) }
            || sentence.words.contains { context.document.words[$0].kind == .code }
    }
}
