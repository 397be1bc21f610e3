import TuttiCore

/// A question that every design with a model has to answer: where it is asked, and what answers it.
struct ModelRisk: Check {
    struct Gap {
        var place: Sentence
        var others: [Sentence] = []
        var severity: Severity?
        var message: String
        var questions: [String]
    }

    let rule: Rule
    let needsWorkAtHand = true
    /// Makes the finding the same one in every round.
    let subject: String
    let suggestion: String
    /// The gap that the document leaves; `nil` when it answers, or when nothing is to be asked.
    let gap: @Sendable (ModelUse, ReviewContext) -> Gap?

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), let gap = gap(use, context) else { return [] }
        return [
            context.finding(
                rule, at: gap.place, severity: gap.severity, subject: subject, message: gap.message,
                suggestion: suggestion, questions: gap.questions
            ).under("Model risks").also(at: gap.others)
        ]
    }

    static let all: [any Check] = [evaluation, fallback, oversight, injection, sharing, cost]

    private static func rule(
        _ code: String, _ title: String, _ severity: Severity, reason: String, bad: String, good: String
    ) -> Rule {
        Rule(
            code, title, severity, .aiRisk, kinds: DocumentKind.systems, reason: reason, bad: bad, good: good)
    }

    // MARK: - The answers

    static let evaluation = ModelRisk(
        rule: rule(
            "model-evaluation", "Model without evaluation", .high,
            reason: "Without a test set nobody knows how often the model is wrong, nor whether a new version is worse.",
            bad: "GPT-4 writes the captions.",
            good: "Captions are scored on 300 labelled photos before each release; below 92 % correct nothing ships."),
        subject: "evaluation", suggestion: "Name the test set, the measure, the bar, and when it is run again."
    ) { use, context in
        guard use.said(.evaluation).isEmpty, !use.said(.measured).contains(where: context.hasNumber) else { return nil }
        let trusted = ModelTrust(use, context)
        return Gap(
            place: trusted.first ?? use.place, others: Array(trusted.rest.prefix(3)),
            message: "\"\(use.name)\" is part of the design, but nothing says how its answers are measured",
            questions: [
                "On which examples are answers of \"\(use.name)\" measured, by which measure, and what is the bar?",
                "When is this repeated: at each new prompt, each new model version, every month?",
            ])
    }

    static let fallback = ModelRisk(
        rule: rule(
            "model-fallback", "Model without fallback", .medium,
            reason:
                "Hosted models are slow, full or gone several times a month; then the feature needs another answer.",
            bad: "The reply is written by Claude.",
            good: "If Claude has not answered in 8 s, the ticket goes to the queue without a draft."),
        subject: "fallback", suggestion: "Give the time limit and what the user gets then."
    ) { use, context in
        guard !use.said(.modelFallback).contains(where: { !isClaim($0, context) }) else { return nil }
        return Gap(
            place: use.place, others: context.claims(of: .modelFallback).filter { isClaim($0, context) },
            message: "Nothing says what happens when \"\(use.name)\" is slow, down or refuses",
            questions: [
                "What does the user get when \"\(use.name)\" is slow, down or refuses, and after how many seconds?"
            ])
    }

    /// "Reliability: failover between providers" names a quality and no behaviour.
    private static func isClaim(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        context.kind == .readme && context.block(of: sentence).isListItem && sentence.words.count <= 8
            && !context.hasNumber(sentence)
    }

    static let oversight = ModelRisk(
        rule: rule(
            "model-oversight", "Model acts without oversight", .critical,
            reason:
                "Models are confidently wrong; an action on people or money needs somebody who can stop and undo it.",
            bad: "The LLM decides on refunds and pays them automatically.",
            good: "The LLM proposes a refund; an agent approves it, and anything above 50 EUR needs a second one."),
        subject: "oversight",
        suggestion: "Say which actions need a person's approval, and how a wrong one is noticed and undone."
    ) { use, context in
        guard let action = use.action({ deedOf(use, $0, context) }) else { return nil }
        return Gap(
            place: action.place, severity: action.isAlone ? .critical : .high,
            message:
                "\"\(use.name)\" acts on its own (\"\(action.words)\"), and nobody is named who can stop or undo it",
            questions: [
                "Which actions of \"\(use.name)\" take effect without a person, and which need approval, by whom?",
                "How does somebody notice that an action was wrong, and how is it undone?",
            ])
    }

    /// A person is named in the paragraph, or in a sentence elsewhere that speaks of the model.
    private static func deedOf(_ use: ModelUse, _ sentence: Sentence, _ context: ReviewContext) -> String? {
        let isWatched = context.claims(of: .oversight).contains { other in
            guard !context.holds(other, ["today", "currently", "anyway", "already"]) else { return false }
            return other.block == sentence.block || other.topics.has(.model) || other.topics.has(.modelHint)
                || !context.roles(of: other).isDisjoint(with: [.security, .failure, .verification])
        }
        return isWatched ? nil : use.deed(in: sentence)
    }

    static let injection = ModelRisk(
        rule: rule(
            "prompt-injection", "Untrusted text reaches the model", .high,
            reason: "Whoever writes the text can write instructions; the model does not tell the two apart.",
            bad: "The email is sent to the LLM, which files the refund.",
            good: "The email is passed as data, the output must be one of five labels, and the model has no tools."),
        subject: "injection", suggestion: "Say what the model may do at most, and how its output is checked before use."
    ) { use, context in
        guard !context.says(.injection) else { return nil }
        let places = context.claims(of: .untrustedInput).filter { sentence in
            (sentence.topics.has(.modelAction) || sentence.topics.has(.modelReach)) && !context.isDenied(sentence)
                && (use.statements.contains { $0.words == sentence.words }
                    || use.chapters.contains(context.chapter(of: sentence))
                        && !strangers(in: sentence, context).isEmpty)
        }
        let stranger = places.first { !strangers(in: $0, context).isEmpty }
        guard let place = stranger ?? places.first(where: { $0.topics.has(.modelReach) }) ?? places.first else {
            return nil
        }
        let words = strangers(in: place, context).first ?? context.word(of: .untrustedInput, in: place)
        let hasPower = use.statements.contains { $0.topics.has(.consequence) || $0.topics.has(.modelPower) }
        return Gap(
            place: place, severity: hasPower ? .high : .medium,
            message: "\"\(words)\" from outside reaches \"\(use.name)\", and nothing guards against instructions in it",
            questions: [
                "What is the worst that instructions hidden in \"\(words)\" can make \"\(use.name)\" do?",
                "How is its output checked before it is shown or acted upon?",
            ])
    }

    /// Words that name somebody outside, not only a kind of text.
    private static func strangers(in sentence: Sentence, _ context: ReviewContext) -> [String] {
        let plain: Set<String> = [
            "document", "documents", "comment", "comments", "messages", "chat", "chats", "calendar",
        ]
        return context.marks(in: sentence, of: .untrustedInput).map { context.text($0.words) }
            .filter { !plain.contains($0.lowercased()) }
    }

    static let sharing = ModelRisk(
        rule: rule(
            "model-data-sharing", "Data goes to a model provider", .high,
            reason: "What is in a prompt is on somebody else's computer, under their rules on keeping and training.",
            bad: "Tickets are summarised by OpenAI.",
            good:
                "Names are redacted first; the contract excludes training and keeps nothing after 30 days."),
        subject: "data sharing",
        suggestion:
            "List the fields that are sent, what is removed before, and what the contract says on keeping and training."
    ) { use, context in
        guard use.isHosted, !context.says(.dataSharing) else { return nil }
        let personal = context.says(.personalData) || context.says(.sensitiveData)
        let input = use.statements.first {
            $0.topics.has(.untrustedInput) || $0.topics.has(.personalData) || $0.topics.has(.sensitiveData)
        }
        let provider = context.claims(of: .provider)
        guard personal || input != nil || context.kind.describesSystems && provider.count > 1 else { return nil }
        return Gap(
            place: (context.kind.describesSystems ? provider.first : nil) ?? input ?? use.place,
            others: Array(provider.prefix(3)), severity: personal ? .high : .medium,
            message: "Data goes to \"\(use.name)\", but nothing says what is removed before, "
                + "and what the provider may do with it",
            questions: [
                "Which fields are sent to \"\(use.name)\", and which are removed or masked before?",
                "What does the contract say about keeping them and training on them?",
            ])
    }

    static let cost = ModelRisk(
        rule: rule(
            "model-cost", "Model calls without a cost limit", .medium,
            reason: "A loop or a popular day multiplies the bill before anybody looks at it.",
            bad: "Each page view asks the model for a summary.",
            good: "About 0.2 ct per summary, cached for a day; above 50 EUR a day summaries are switched off."),
        subject: "cost", suggestion: "Estimate calls a day and cost of each, and say what happens at the limit."
    ) { use, context in
        // A section on costs counts as one on drawbacks, and is where the limit stands.
        let spoken = context.statements(of: .costLimit)
        guard use.isHosted || context.kind == .readme, !spoken.contains(where: { ModelBudget.isLimit($0, context) })
        else { return nil }
        let money = spoken.first {
            context.holds($0, ["cost", "costs", "budget", "budgeting", "tokens", "token", "spend", "price", "calls"])
        }
        let loop = use.statements.first { $0.topics.has(.retry) && $0.topics.has(.autonomy) }
        return Gap(
            place: money ?? loop ?? use.place, others: [loop].compactMap { $0 },
            message: "Each call of \"\(use.name)\" costs money, but "
                + (money == nil ? "neither the expected cost nor a limit is named" : "no limit is named"),
            questions: [
                "What does \"\(use.name)\" cost a day at the expected use, and what happens at which limit?"
            ])
    }
}

/// Statements that trust the model without saying what the trust rests on.
private struct ModelTrust {
    let first: Sentence?
    let rest: [Sentence]

    init(_ use: ModelUse, _ context: ReviewContext) {
        let words: Set<String> = [
            "accuracy", "accurate", "quality", "hallucinations", "reliable", "reviews", "whichever",
        ]
        let places = use.statements.filter { context.holds($0, words) || $0.topics.has(.claim) }
        let acting = use.place
        first = places.first
        rest = Array(places.dropFirst()) + (places.isEmpty ? [] : [acting])
    }
}

/// What keeps the bill of a model within bounds.
private enum ModelBudget {
    private static let stops: Set<String> = [
        "off", "stops", "stop", "stopped", "blocked", "rejected", "ends", "paused",
    ]

    /// A limit with a number, a number with what happens then; an estimate is neither.
    static func isLimit(_ sentence: Sentence, _ context: ReviewContext) -> Bool {
        guard context.hasNumber(sentence) else { return false }
        return sentence.topics.has(.limitWord) || context.holds(sentence, stops)
            || context.holds(sentence, ["budget", "quota", "cap", "capped"])
    }
}
