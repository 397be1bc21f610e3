import TuttiCore

/// Requirements whose words two people read differently: "fast", "user-friendly", "as needed".
struct VagueRequirementCheck: Check {
    let rule = Rule(
        "vague-requirement", "Vague or unmeasurable requirement", .medium, .product, kinds: DocumentKind.plans,
        reason: "Nobody can build, test or refuse a requirement that has no measure.",
        bad: "Search must be fast and user-friendly.",
        good: "Search must answer in under 300 ms for 95 % of queries over 1 million photos.")
    let needsWorkAtHand = true

    func findings(in context: ReviewContext) -> [Finding] {
        let topics: [Topic] = [.vagueAlways, .vaguePerformance, .vagueQuality, .openEnd]
        let candidates = Set(
            topics.flatMap { topic in
                context.document.marks(of: topic).map { context.document.marks[$0].sentence }
            })
        return candidates.sorted().compactMap { judge(context.document.sentences[$0], context) }
    }

    private func judge(_ sentence: Sentence, _ context: ReviewContext) -> Finding? {
        guard context.isStatement(sentence) else { return nil }
        let roles = context.roles(of: sentence)
        guard roles.isDisjoint(with: ReviewContext.asideRoles), !roles.contains(.acceptance),
            requires(sentence, roles, context), !context.hasMeasure(sentence)
        else { return nil }
        var reached = 0
        let marks = context.document.marks[sentence.marks].filter { mark in
            guard mark.words.lowerBound >= reached, isVague(mark, sentence, context) else { return false }
            reached = mark.words.upperBound
            return true
        }
        guard !marks.isEmpty else { return nil }
        var said: [String] = []
        for mark in marks {
            let text = context.text(mark.words)
            if !said.contains(text) && said.count < 4 { said.append(text) }
        }
        let words = said.map { "\"\($0)\"" }.joined(separator: ", ")
        let isHard =
            sentence.topics.has(.strongObligation) && context.kind != .runbook && context.kind != .rfc
            && marks.contains { $0.topic == .vaguePerformance }
        let openOnly = marks.allSatisfy { $0.topic == .openEnd }
        return context.finding(
            rule, at: sentence, severity: isHard ? .high : .medium,
            message: openOnly ? "\(words) leaves open what else is required" : "\(words) can be read in several ways",
            suggestion: openOnly
                ? "List all that is required, or name the rule by which something belongs to it."
                : "Say it with a number and how it is measured, or with an example that passes and one that fails.",
            questions: [question(words, openOnly, sentence, context)])
    }

    private func question(
        _ words: String, _ openOnly: Bool, _ sentence: Sentence, _ context: ReviewContext
    ) -> String {
        let quote = context.quote(sentence)
        if openOnly { return "What exactly is covered by \(words) in \"\(quote)\"?" }
        if context.kind == .runbook {
            return "By what observation does the person on duty decide \(words) in \"\(quote)\"?"
        }
        return "What number or test decides whether \(words) holds in \"\(quote)\"?"
    }

    /// Says that something must be so: a modal verb, or an item of a list of requirements.
    private func requires(_ sentence: Sentence, _ roles: Set<SectionRole>, _ context: ReviewContext) -> Bool {
        if sentence.topics.has(.obligation) { return true }
        let block = context.block(of: sentence)
        if context.kind == .runbook {
            guard case .listItem(let ordered) = block.kind else { return false }
            return ordered && !roles.isDisjoint(with: [.steps, .rollback, .verification])
        }
        let inList = block.isListItem || block.kind == .tableRow
        if roles.contains(.quality) && context.kind != .rfc && sentence.words.count >= 4 { return true }
        return inList && sentence.words.count >= 3 && !roles.isDisjoint(with: [.requirements, .quality])
            && context.kind != .rfc
    }

    private func isVague(_ mark: Mark, _ sentence: Sentence, _ context: ReviewContext) -> Bool {
        let words = context.document.words
        guard !words[mark.words.lowerBound].shape.contains(.linked),
            words[mark.words.lowerBound].before != ASCII.quote
        else { return false }
        switch mark.topic {
        case .vagueAlways: return context.kind != .rfc || !isHedge(mark, words)
        case .openEnd:
            let last = words[mark.words.upperBound - 1]
            let goesOn = last.key == "more" && last.after == 0 && mark.words.upperBound < sentence.words.upperBound
            return context.kind == .prd && !goesOn && !inBrackets(mark, sentence, words)
        case .vaguePerformance: return mark.words.count > 1 || isSaidOfThing(mark, sentence, words)
        case .vagueQuality: return context.kind != .rfc && isSaidOfThing(mark, sentence, words)
        default: return false
        }
    }

    /// Proposals speak of cases in general; "where appropriate" is no requirement there.
    private func isHedge(_ mark: Mark, _ words: [Word]) -> Bool {
        let last = words[mark.words.upperBound - 1].key
        return last == "appropriate" || last == "possible" || last == "necessary" || last == "needed"
            || last == "required" || last.hasPrefix("reasonabl") || last == "sensible" || last.hasPrefix("appropriate")
    }

    private func inBrackets(_ mark: Mark, _ sentence: Sentence, _ words: [Word]) -> Bool {
        words[mark.words.upperBound - 1].after == ASCII.closeParen
            && words[mark.words.lowerBound..<mark.words.upperBound].first?.key == "etc"
    }

    private static let copulas: Set<String> = [
        "be", "is", "are", "feel", "feels", "remain", "remains", "stay", "stays", "look", "looks", "very", "highly",
        "extremely", "really", "as", "more", "become", "appear", "appears", "react", "reacts", "load", "loads",
        "respond", "responds", "run", "runs", "work",
        "works", "perform", "performs", "start", "starts", "open", "opens", "quite", "and",
    ]
    private static let things: Set<String> = [
        "interface", "ui", "experience", "search", "performance", "onboarding", "way", "upload", "uploads", "loading",
        "checkout", "access", "response", "responses", "results", "navigation", "layout", "solution", "system",
        "service",
        "processing", "delivery", "design", "website", "app", "application", "api", "page", "pages", "setup",
        "registration", "login", "updates", "feedback", "transfer", "storage", "authentication",
    ]

    /// "must be fast" and "a fast search", but not "the fast path".
    private func isSaidOfThing(_ mark: Mark, _ sentence: Sentence, _ words: [Word]) -> Bool {
        let first = mark.words.lowerBound
        let key = words[first].key
        if key.hasSuffix("ly") { return true }
        let before = first > sentence.words.lowerBound ? words[first - 1].key : ""
        let isNegated = before == "not"
        if Self.copulas.contains(before) && !isNegated {
            return before != "and" || first - 1 > sentence.words.lowerBound && Self.isAdjective(words[first - 2].key)
        }
        let next = mark.words.upperBound < sentence.words.upperBound ? words[mark.words.upperBound].key : ""
        return Self.things.contains(next) && words[first].after == 0
    }

    private static func isAdjective(_ key: String) -> Bool {
        let phrases = Lexicon.standard.phrases(startingWith: key) ?? []
        return phrases.contains { [.vagueAlways, .vaguePerformance, .vagueQuality].contains($0.topic) }
    }
}
