import TuttiCore

/// Things outside one's own process that are called, with no word on what happens when they do not answer.
struct MissingFailureModeCheck: Check {
    let rule = Rule(
        "missing-failure-mode", "Dependency without failure handling", .medium, .engineering,
        kinds: DocumentKind.proposals,
        reason: "Every call over the network fails some day; what then happens is a decision, not an accident.",
        bad: "The order service calls Stripe and then writes the order.",
        good:
            "A call to Stripe times out after 5 s and is retried twice with the same key; then the order stays pending."
    )

    func findings(in context: ReviewContext) -> [Finding] {
        let topics: [Topic] = [.externalCall, .queue]
        guard !context.has(.failure) else { return [] }
        var names: [String] = []
        var first: Sentence?
        for topic in topics {
            for sentence in context.statements(of: topic) where !context.isAside(sentence) {
                for mark in context.marks(in: sentence, of: topic) {
                    let name = context.text(mark.words)
                    if !names.contains(where: { $0.lowercased() == name.lowercased() }) { names.append(name) }
                }
                if first.map({ sentence.line < $0.line }) ?? true { first = sentence }
            }
        }
        guard let first, !names.isEmpty, !isHandled(context) else { return [] }
        let named = names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        return [
            context.finding(
                rule, at: first, severity: context.kind == .prd ? .medium : .high, subject: "failure modes",
                message: "\(named) \(names.count == 1 ? "is" : "are") called, but nothing says what happens when "
                    + "\(names.count == 1 ? "it does" : "they do") not answer",
                suggestion: "Say for each dependency: time limit, retries, and what the user sees meanwhile.",
                questions: [
                    "What does the user see, and what is kept, when \(names[0]) fails or does not answer?",
                    "After what time is a call given up, and how often is it retried?",
                ]
            ).under("Failure handling")
        ]
    }

    /// A word of failure in a statement about the design; a single "error" in passing is not handling.
    private func isHandled(_ context: ReviewContext) -> Bool {
        context.statements(of: .failure).contains { sentence in
            !context.isAside(sentence)
                && context.marks(in: sentence, of: .failure).contains { !endsSession($0, context) }
        }
    }

    /// A "session timeout" says nothing about calls.
    private func endsSession(_ mark: Mark, _ context: ReviewContext) -> Bool {
        let first = mark.words.lowerBound
        return first > 0 && ["session", "login", "idle", "sign-in"].contains(context.document.words[first - 1].key)
    }
}
