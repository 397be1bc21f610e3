import TuttiCore

/// A model whose answers nobody measures.
struct ModelEvaluationCheck: Check {
    let rule = Rule(
        "model-evaluation", "Model without evaluation", .high, .aiRisk, kinds: DocumentKind.proposals,
        reason: "Without a test set nobody knows how often the model is wrong, nor whether a new version is worse.",
        bad: "GPT-4 writes the captions.",
        good: "Captions are scored on 300 labelled photos before each release; below 92 % correct nothing ships.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), !context.says(.evaluation), !context.has(.testing) else { return [] }
        return [
            context.finding(
                rule, at: use.place, subject: "evaluation",
                message: "\"\(use.name)\" is part of the design, but nothing says how its answers are measured",
                suggestion: "Name the test set, the measure, the bar, and when it is run again.",
                questions: [
                    "On which examples are answers of \"\(use.name)\" measured, by which measure, and what is the bar?",
                    "When is this repeated: at each new prompt, each new model version, every month?",
                ]
            )
            .under("Model risks")
        ]
    }
}

/// A model without which nothing goes.
struct ModelFallbackCheck: Check {
    let rule = Rule(
        "model-fallback", "Model without fallback", .medium, .aiRisk, kinds: DocumentKind.proposals,
        reason: "Hosted models are slow, full or gone several times a month; then the feature needs another answer.",
        bad: "The reply is written by Claude.",
        good: "If Claude has not answered in 8 s, the ticket goes to the queue without a draft.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), !context.says(.modelFallback) else { return [] }
        return [
            context.finding(
                rule, at: use.place, subject: "fallback",
                message: "Nothing says what happens when \"\(use.name)\" is slow, down or refuses",
                suggestion: "Give the time limit and what the user gets then.",
                questions: [
                    "What does the user get when \"\(use.name)\" is slow, down or refuses, and after how many seconds?"
                ]
            )
            .under("Model risks")
        ]
    }
}

/// A model that acts with nobody to stop it.
struct ModelOversightCheck: Check {
    let rule = Rule(
        "model-oversight", "Model acts without oversight", .critical, .aiRisk, kinds: DocumentKind.proposals,
        reason: "Models are confidently wrong; an action on people or money needs somebody who can stop and undo it.",
        bad: "The LLM decides on refunds and pays them automatically.",
        good: "The LLM proposes a refund; an agent approves it, and anything above 50 EUR needs a second one.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), !context.says(.oversight) else { return [] }
        let acts = use.statements.first { $0.topics.has(.autonomy) && $0.topics.has(.consequence) }
        let consequence = acts ?? use.statements.first { $0.topics.has(.consequence) }
        guard let place = consequence else { return [] }
        let words = context.marks(in: place, of: .consequence).first.map { context.text($0.words) } ?? ""
        return [
            context.finding(
                rule, at: place, severity: acts == nil ? .high : .critical, subject: "oversight",
                message: "\"\(use.name)\" acts on its own (\"\(words)\"), and nobody is named who can stop or undo it",
                suggestion: "Say which actions need a person's approval, and how a wrong one is noticed and undone.",
                questions: [
                    "Which actions of \"\(use.name)\" take effect without a person, and which need approval, by whom?",
                    "How does somebody notice that an action was wrong, and how is it undone?",
                ]
            )
            .under("Model risks")
        ]
    }
}

/// Text of strangers that goes into a prompt.
struct PromptInjectionCheck: Check {
    let rule = Rule(
        "prompt-injection", "Untrusted text reaches the model", .high, .aiRisk, kinds: DocumentKind.proposals,
        reason: "Whoever writes the text can write instructions; the model does not tell the two apart.",
        bad: "The email is sent to the LLM, which files the refund.",
        good: "The email is passed as data, the output must be one of five labels, and the model has no tools.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), !context.says(.injection) else { return [] }
        guard
            let place = use.statements.first(where: { $0.topics.has(.untrustedInput) && $0.topics.has(.modelAction) }),
            let mark = context.marks(in: place, of: .untrustedInput).first
        else { return [] }
        let hasPower = use.statements.contains { $0.topics.has(.consequence) }
        let words = context.text(mark.words)
        return [
            context.finding(
                rule, at: place, severity: hasPower ? .high : .medium, subject: "injection",
                message:
                    "\"\(words)\" from outside reaches \"\(use.name)\", and nothing guards against instructions in it",
                suggestion: "Say what the model may do at most, and how its output is checked before it is used.",
                questions: [
                    "What is the worst that instructions hidden in \"\(words)\" can make \"\(use.name)\" do?",
                    "How is its output checked before it is shown or acted upon?",
                ]
            )
            .under("Model risks")
        ]
    }
}

/// Data that leaves the house with the prompt.
struct ModelDataCheck: Check {
    let rule = Rule(
        "model-data-sharing", "Data goes to a model provider", .high, .aiRisk, kinds: DocumentKind.proposals,
        reason: "What is in a prompt is on somebody else's computer, under their rules on keeping and training.",
        bad: "Tickets are summarised by OpenAI.",
        good: "Names and numbers are redacted first; the contract excludes training and keeps nothing after 30 days.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), context.says(.provider), !context.says(.dataSharing) else { return [] }
        let personal = context.says(.personalData) || context.says(.sensitiveData)
        let input = use.statements.first {
            $0.topics.has(.untrustedInput) || $0.topics.has(.personalData) || $0.topics.has(.sensitiveData)
        }
        guard personal || input != nil else { return [] }
        let place = input ?? use.place
        return [
            context.finding(
                rule, at: place, severity: personal ? .high : .medium, subject: "data sharing",
                message:
                    "Data goes to \"\(use.name)\", but nothing says what is removed before, "
                    + "and what the provider may do with it",
                suggestion:
                    "List the fields that are sent, what is removed before, and what the contract says on keeping "
                    + "and training.",
                questions: [
                    "Which fields are sent to \"\(use.name)\", and which are removed or masked before?",
                    "What does the contract say about keeping them and training on them?",
                ]
            )
            .under("Model risks")
        ]
    }
}

/// A bill without an upper end.
struct ModelCostCheck: Check {
    let rule = Rule(
        "model-cost", "Model calls without a cost limit", .medium, .aiRisk, kinds: DocumentKind.proposals,
        reason: "A loop or a popular day multiplies the bill before anybody looks at it.",
        bad: "Each page view asks the model for a summary.",
        good: "About 0.2 ct per summary, cached for a day; above 50 EUR a day summaries are switched off.")

    func findings(in context: ReviewContext) -> [Finding] {
        guard let use = ModelUse(context), context.says(.provider), !context.says(.costLimit) else { return [] }
        return [
            context.finding(
                rule, at: use.place, subject: "cost",
                message: "Each call of \"\(use.name)\" costs money, but neither the expected cost nor a limit is named",
                suggestion: "Estimate calls a day and cost of each, and say what happens at the limit.",
                questions: [
                    "What does \"\(use.name)\" cost a day at the expected use, and what happens at which limit?"
                ]
            )
            .under("Model risks")
        ]
    }
}
