/// Whether an AI model is part of the design, and how the document speaks of it.
struct ModelUse {
    /// What the document calls it.
    let name: String
    /// The first statement in which the model does something.
    let place: Sentence
    let statements: [Sentence]

    /// A model is mentioned in passing below this number of statements.
    private static let statementsLeast = 2

    private static let designRoles: Set<SectionRole> = [.requirements, .design, .components, .data]

    init?(_ context: ReviewContext) {
        let about = context.statements(of: .model).filter { !context.isAside($0) }
        let acting = about.filter { $0.topics.has(.modelAction) }
        guard let first = acting.first, let mark = context.marks(in: first, of: .model).first else { return nil }
        let hints = context.statements(of: .modelHint).filter { !context.isAside($0) }
        let isDesigned = acting.contains { !context.roles(of: $0).isDisjoint(with: Self.designRoles) }
        guard isDesigned || about.count + hints.count >= Self.statementsLeast else { return nil }
        name = Self.name(mark, context)
        place = first
        let sections = Set(about.map { context.block(of: $0).section })
        let unnamed = context.statements(of: .autonomy).filter { sections.contains(context.block(of: $0).section) }
        var seen: Set<Int> = []
        statements = (about + hints + unnamed).filter { seen.insert($0.words.lowerBound).inserted }
            .sorted { $0.words.lowerBound < $1.words.lowerBound }
    }

    /// A proper name, where the document gives one.
    private static func name(_ mark: Mark, _ context: ReviewContext) -> String {
        let proper = context.document.marks(of: .provider).map { context.document.marks[$0] }.first { mark in
            let sentence = context.document.sentences[mark.sentence]
            let key = context.document.words[mark.words.lowerBound].key
            return key != "anthropic" && key != "openai" && context.isStatement(sentence) && !context.isAside(sentence)
        }
        return context.text((proper ?? mark).words)
    }
}
