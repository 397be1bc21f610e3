import TuttiCore

/// Things outside one's own process that are called, with no word on what happens when they do not answer.
struct MissingFailureModeCheck: Check {
    let rule = Rule(
        "missing-failure-mode", "Dependency without failure handling", .medium, .engineering,
        kinds: DocumentKind.systems,
        reason: "Every call over the network fails some day; what then happens is a decision, not an accident.",
        bad: "The order service calls Stripe and then writes the order.",
        good:
            "A call to Stripe times out after 5 s and is retried twice with the same key; then the order stays pending."
    )
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        dependencies(context) + retries(context)
    }

    // MARK: - Dependencies

    private func dependencies(_ context: ReviewContext) -> [Finding] {
        let open = Dependency.all(in: context).filter { !$0.isHandled(context) }
        guard let first = open.first else { return [] }
        let named = open.prefix(3).map { "\"\($0.name)\"" }.joined(separator: ", ")
        let isMild = context.kind == .prd && !open.contains { Dependency.isSynchronous($0.place, context) }
        return [
            context.finding(
                rule, at: first.place, severity: isMild ? .medium : .high, subject: "failure modes",
                message: "\(named) \(open.count == 1 ? "is" : "are") called, but nothing says what happens when "
                    + "\(open.count == 1 ? "it does" : "they do") not answer",
                suggestion: "Say for each dependency: time limit, retries, and what the user sees meanwhile.",
                questions: open.prefix(3).map {
                    "What does the user see, and what is kept, when \"\($0.name)\" fails or does not answer?"
                } + ["After what time is a call given up, and how often is it retried?"]
            ).under("Failure handling").also(at: open.map(\.place))
        ]
    }

    // MARK: - Retries

    /// "It retries when the endpoint fails": how often, how long?
    private func retries(_ context: ReviewContext) -> [Finding] {
        guard context.kind != .readme, !boundsElsewhere(context) else { return [] }
        let places = context.claims(of: .retry).filter { sentence in
            !context.isDenied(sentence) && isDone(sentence, context)
                && !context.block(of: sentence).sentences.contains {
                    isBounded(context.document.sentences[$0], context)
                }
        }
        return places.prefix(1).map { sentence in
            let word = context.word(of: .retry, in: sentence)
            return context.finding(
                rule, at: sentence, severity: .high, subject: "retries",
                message: "\"\(word)\": neither how often nor for how long, and what happens then",
                suggestion: "Give the number of tries, the delay between them, the end, and what happens to the rest.",
                questions: [
                    "How often and for how long: \"\(context.quote(sentence))\", and what happens after the last?"
                ]
            ).under("Failure handling")
        }
    }

    /// "it retries when …", "are retried": done here, and no word of a list such as "attempts and retries".
    private func isDone(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        return sentence.words.dropFirst().contains { position in
            switch words[position].key {
            case "retries":
                let next = position + 1 < sentence.words.upperBound ? words[position + 1].key : ""
                return ["when", "if", "on", "it", "the", "failed", "them", "each", "every", "until"].contains(next)
            case "retry":
                return ["we", "it", "they", "then", "and"].contains(words[position - 1].key)
                    && (position + 1 == sentence.words.upperBound || words[position].after != 0)
            case "retried", "resent": return ["is", "are", "be", "gets", "get"].contains(words[position - 1].key)
            case "tries", "try": return position + 1 < sentence.words.upperBound && words[position + 1].key == "again"
            default: return false
            }
        }
    }

    private func isBounded(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.hasMeasure(sentence) || context.holds(sentence, ["backoff", "back-off", "exponential", "until"])
    }

    private func boundsElsewhere(_ context: ReviewContext) -> Bool {
        context.statements(of: .retry).contains { context.hasMeasure($0) }
    }
}

/// Something outside that the design calls, by the name the text gives it.
private struct Dependency {
    let name: String
    let place: Sentence

    /// More names than this make no finding clearer.
    private static let most = 30

    /// Names of the vocabulary, and "the Account API", "GeoCode AG" where they are called.
    static func all(in context: ReviewContext) -> [Dependency] {
        var found: [Dependency] = []
        var known: Set<String> = []
        let listed = context.claims(of: .externalCall) + context.claims(of: .queue)
        let called = context.claims(of: .call)
        for sentence in (listed + called).sorted(by: { $0.words.lowerBound < $1.words.lowerBound })
        where !context.roles(of: sentence).contains(.rollout) {
            for name in names(in: sentence, context)
            where known.count < most && known.insert(name.lowercased()).inserted {
                found.append(Dependency(name: name, place: sentence))
            }
        }
        return found
    }

    private static func names(in sentence: Sentence, _ context: ReviewContext) -> [String] {
        var names: [String] = []
        let isTable = context.block(of: sentence).kind == .tableRow
        for topic in [Topic.externalCall, .queue] where sentence.topics.has(.call) && !isTable {
            names += context.marks(in: sentence, of: topic).filter { !isProvider($0, sentence, context) }
                .map { context.text($0.words) }.filter { !$0.lowercased().hasPrefix("webhook") }
        }
        guard names.isEmpty, sentence.topics.has(.call) else { return names }
        let called = called(in: sentence, context)
        return called.isEmpty ? labelled(sentence, context) : called
    }

    /// Models have a rule of their own.
    private static func isProvider(_ mark: Mark, _ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.kind.describesSystems && context.marks(in: sentence, of: .provider).contains { $0.words == mark.words }
    }

    /// "PES: import by file or API": the system stands before the colon.
    private static func labelled(_ sentence: Sentence, _ context: ReviewContext) -> [String] {
        let label = context.document.words[sentence.words.lowerBound]
        guard label.after == ASCII.colon, label.shape.contains(.capitalised),
            context.holds(sentence, ["api", "interface", "import", "export", "sync"])
        else { return [] }
        return [context.text(sentence.words.lowerBound..<sentence.words.lowerBound + 1)]
    }

    private static let nouns: Set<String> = ["api", "service", "provider", "gateway", "vendor", "system"]
    /// Of these a plain word before them says enough: "the subscription API".
    private static let plain: Set<String> = ["api", "provider", "gateway", "vendor"]
    /// "calls the provider: SendGrid …" is answered where it is said what happens when a provider fails.
    private static let classes: Set<String> = ["provider", "providers", "vendor", "upstream", "upstreams", "partner"]
    private static let companies: Set<String> = ["ag", "gmbh", "inc", "ltd", "llc", "corp"]

    /// Capitalised words behind the verb that end in a word such as "API", or in the name of a company.
    private static func called(in sentence: Sentence, _ context: ReviewContext) -> [String] {
        let words = context.document.words
        guard let verb = context.marks(in: sentence, of: .call).first?.words.upperBound else { return [] }
        for position in verb..<max(verb, sentence.words.upperBound) {
            let isCompany = companies.contains(words[position].key) && words[position].shape.contains(.capitalised)
            guard isCompany || nouns.contains(words[position].key), position > verb else { continue }
            var first = position
            while first > verb, words[first - 1].shape.contains(.capitalised) || isCommon(words[first - 1], position) {
                first -= 1
                if position - first >= 3 { break }
            }
            let isNamed = (first..<position).contains { words[$0].shape.contains(.capitalised) }
            let isAwaited = words[position].key == "service" && isSynchronous(sentence, context)
            if first < position, isNamed || isAwaited || Self.plain.contains(words[position].key) {
                return [context.text(first..<position + 1)]
            }
        }
        return []
    }

    /// "calls the points service synchronously": the caller stands still until it answers.
    static func isSynchronous(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.holds(sentence, ["synchronously", "synchronous"])
    }

    /// "the subscription API": one plain word may stand before it.
    private static func isCommon(_ word: Word, _ end: Int) -> Bool {
        word.kind == .word
            && ![
                "the", "a", "an", "our", "its", "this", "that", "own", "to", "of", "by", "each", "or", "and", "with",
                "via",
            ]
            .contains(word.key)
    }

    /// A word of failure in the same paragraph, or in one that names the dependency; a chapter on failures answers
    /// for what it names, and for everything where it is the only one called.
    func isHandled(_ context: ReviewContext) -> Bool {
        let around = context.block(of: place).sentences.map { context.document.sentences[$0] }
        if around.contains(where: { $0.topics.has(.failure) && !isOnlySession($0, context) }) { return true }
        let key = name.lowercased()
        let head = key.split(separator: " ").first.map(String.init) ?? key
        let classes = Self.classes.filter { context.holds(place, [$0]) }
        return context.document.sentences.contains { sentence in
            let speaks = sentence.topics.has(.failure) || context.roles(of: sentence).contains(.failure)
            guard speaks, context.isStatement(sentence), !isOnlySession(sentence, context) else { return false }
            guard context.roles(of: sentence).contains(.failure) else { return context.holds(sentence, [head, key]) }
            if context.holds(sentence, classes) { return true }
            return context.block(of: sentence).sentences.contains {
                context.holds(context.document.sentences[$0], [head, key])
            }
        }
    }

    /// A "session timeout" says nothing about calls.
    private func isOnlySession(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.marks(in: sentence, of: .failure).allSatisfy { mark in
            let first = mark.words.lowerBound
            return first > 0 && ["session", "login", "idle", "sign-in"].contains(context.document.words[first - 1].key)
        } && !context.roles(of: sentence).contains(.failure)
    }
}
