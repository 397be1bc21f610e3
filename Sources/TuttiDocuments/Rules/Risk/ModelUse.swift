/// Whether an AI model is part of the design, and how the document speaks of it.
struct ModelUse {
    /// What the document calls it.
    let name: String
    /// The first statement in which the model does something.
    let place: Sentence
    /// All that is said of the model, in the order of the text.
    let statements: [Sentence]
    /// The chapters in which the model is spoken of.
    let chapters: Set<Int>
    /// The same with those that say "the assistant" or "the prompt".
    private let spoken: Set<Int>
    /// The model belongs to somebody else, who is paid for each call.
    let isHosted: Bool
    private let context: ReviewContext

    /// A model is mentioned in passing below this number of statements.
    private static let statementsLeast = 2

    /// In a shorter text one statement in which the model acts is enough.
    private static let shortMost = 300

    /// A README that is about a model says so more than once.
    private static let mentionsLeast = 3

    private static let designRoles: Set<SectionRole> = [.requirements, .design, .components, .data]

    init?(_ context: ReviewContext) {
        let about = context.claims(of: .model)
        let hints = context.claims(of: .modelHint)
        let acting = about.filter { $0.topics.has(.modelAction) }
        let isActing = context.kind.describesSystems || hints.contains { $0.topics.has(.modelAction) }
        guard let first = acting.first ?? (isActing ? about.first : nil),
            let mark = context.marks(in: first, of: .model).first
        else { return nil }
        let isDesigned = acting.contains { !context.roles(of: $0).isDisjoint(with: Self.designRoles) }
        // A few lines have no room to say it twice.
        let isShort = acting.first != nil && context.document.wordCount < Self.shortMost
        guard isDesigned || isShort || about.count + hints.count >= Self.statementsLeast else { return nil }
        guard context.kind != .readme || about.count >= Self.mentionsLeast else { return nil }
        self.context = context
        name = Self.name(mark, context)
        place = first
        isHosted = context.claims(of: .provider).contains { _ in true }
        let agents = Self.agents(about, context)
        let chapters = Set((about + agents).map { context.chapter(of: $0) })
        self.chapters = chapters
        spoken = chapters.union(context.statements(of: .modelHint).map { context.chapter(of: $0) })
        let unnamed = context.claims(of: .autonomy).filter { chapters.contains(context.chapter(of: $0)) }
        var seen: Set<Int> = []
        statements = (about + hints + agents + unnamed).filter { seen.insert($0.words.lowerBound).inserted }
            .sorted { $0.words.lowerBound < $1.words.lowerBound }
    }

    /// Where "AI agents" are spoken of, "agents" are models and no people.
    private static func agents(_ about: [Sentence], _ context: ReviewContext) -> [Sentence] {
        let words: Set<String> = ["agent", "agents"]
        guard about.contains(where: { context.holds($0, words) }) else { return [] }
        return context.document.sentences.filter {
            context.holds($0, words) && context.isStatement($0) && !context.isAside($0)
        }
    }

    /// A proper name, where the document gives one.
    private static func name(_ mark: Mark, _ context: ReviewContext) -> String {
        let proper = context.document.marks(of: .provider).map { context.document.marks[$0] }.first { mark in
            let sentence = context.document.sentences[mark.sentence]
            let key = context.document.words[mark.words.lowerBound].key
            return key != "anthropic" && key != "openai" && context.isStatement(sentence) && !context.isAside(sentence)
        }
        if let proper { return context.text(proper.words) }
        let said = context.text(mark.words)
        let isName = !["ai", "use", "using", "by"].contains(said.lowercased().split(separator: " ").first ?? "")
        return (isName || said.lowercased().contains("agent")) && !said.contains("-") ? said : "the model"
    }

    /// Statements of a topic that are about the model: they name it, or stand in a chapter that speaks of it. A row of
    /// a table answers for itself only.
    func said(_ topic: Topic) -> [Sentence] {
        context.statements(of: topic).filter { sentence in
            if isNamed(in: sentence) { return true }
            guard context.block(of: sentence).kind == .tableRow else {
                return spoken.contains(context.chapter(of: sentence))
            }
            return context.block(of: sentence).sentences.contains { isNamed(in: context.document.sentences[$0]) }
        }
    }

    private func isNamed(in sentence: Sentence) -> Bool {
        sentence.topics.has(.model) || sentence.topics.has(.modelHint) || sentence.topics.has(.provider)
    }

    // MARK: - Acting

    /// The first statement in which the model itself does something that matters to people, money or records, and
    /// whether it says that nobody is asked.
    func action(_ consequence: (Sentence) -> String?) -> (place: Sentence, words: String, isAlone: Bool)? {
        var mild: (place: Sentence, words: String, isAlone: Bool)?
        for sentence in statements where sentence.topics.has(.consequence) || sentence.topics.has(.judging) {
            guard let words = consequence(sentence) else { continue }
            if sentence.topics.has(.autonomy) { return (sentence, words, true) }
            if mild == nil { mild = (sentence, words, false) }
        }
        return mild
    }

    /// The words of the deed, where the model does it: "the assistant … refunds", "issued by the assistant", or
    /// anything that happens automatically where the model is spoken of.
    func deed(in sentence: Sentence) -> String? {
        let words = context.document.words
        if sentence.topics.has(.judging) && sentence.topics.has(.model) {
            return context.word(of: .judging, in: sentence)
        }
        let actors = Set(
            (context.marks(in: sentence, of: .model) + context.marks(in: sentence, of: .modelHint)
                + context.marks(in: sentence, of: .provider)).map(\.words.lowerBound))
        let named = sentence.words.filter { actors.contains($0) || ["agent", "agents"].contains(words[$0].key) }
        for mark in context.marks(in: sentence, of: .consequence) {
            let at = mark.words.lowerBound
            guard !words[at].shape.contains(.linked), !isNoun(at, sentence), !isDenied(at, sentence) else { continue }
            if sentence.topics.has(.autonomy) { return name(of: mark) }
            let follows = named.contains { $0 < at && isVerb(at, sentence) }
            let isBy = named.contains { $0 > at && $0 - at <= 4 && isBehindBy($0, at) }
            if follows || isBy { return name(of: mark) }
        }
        return nil
    }

    /// "closes the ticket", but "change" of "change the".
    private func name(of mark: Mark) -> String {
        let last = context.document.words[mark.words.upperBound - 1].key
        let isOpen = mark.words.count > 1 && ["the", "a", "it", "their"].contains(last)
        return context.text(isOpen ? mark.words.lowerBound..<mark.words.upperBound - 1 : mark.words)
    }

    /// "the order", "a refund", "of payments": a thing, no deed.
    private func isNoun(_ at: Int, _ sentence: Sentence) -> Bool {
        guard at > sentence.words.lowerBound else { return true }
        return [
            "the", "a", "an", "of", "for", "on", "about", "their", "his", "your", "our", "in", "from", "with", "no",
        ]
        .contains(context.document.words[at - 1].key)
    }

    /// "never sends", "cannot delete".
    private func isDenied(_ at: Int, _ sentence: Sentence) -> Bool {
        (max(sentence.words.lowerBound, at - 3)..<at).contains {
            ["not", "never", "cannot", "no", "without", "don't", "doesn't", "can't"].contains(
                context.document.words[$0].key)
        }
    }

    private func isVerb(_ at: Int, _ sentence: Sentence) -> Bool {
        let before = context.document.words[at - 1].key
        let key = context.document.words[at].key
        return key.hasSuffix("s") && key != "orders" && key != "payments" && key != "refunds"
            || ["can", "may", "will", "to", "and", "or", "directly", "must", "should"].contains(before)
    }

    private func isBehindBy(_ actor: Int, _ deed: Int) -> Bool {
        (deed + 1..<actor).contains { context.document.words[$0].key == "by" }
    }
}

extension DocumentKind {
    /// The text tells what is there, not what shall be.
    var describesSystems: Bool { self == .architecture || self == .readme }
}
