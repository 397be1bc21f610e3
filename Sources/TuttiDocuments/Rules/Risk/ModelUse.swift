/// Whether an AI model is part of the design, and how the document speaks of it.
struct ModelUse {
    /// What the document calls it.
    let name: String
    /// The first statement in which the model does something.
    let place: Sentence
    let statements: [Sentence]

    /// A model is mentioned in passing below this number of statements.
    private static let statementsLeast = 2

    init?(_ context: ReviewContext) {
        let about = context.statements(of: .model).filter { !context.isAside($0) }
        let acting = about.filter { $0.topics.has(.modelAction) }
        guard about.count >= Self.statementsLeast, let first = acting.first,
            let mark = context.marks(in: first, of: .model).first, Self.isAboutAI(context)
        else { return nil }
        name = Self.name(mark, context)
        place = first
        statements = about
    }

    /// "the model" alone may be a data model; some word must say that it is one of the other kind.
    private static func isAboutAI(_ context: ReviewContext) -> Bool {
        context.document.marks(of: .model).contains { index in
            let words = context.document.marks[index].words
            return context.document.words[words.lowerBound].key != "the"
        }
    }

    private static func name(_ mark: Mark, _ context: ReviewContext) -> String {
        let proper = context.document.marks(of: .model).map { context.document.marks[$0] }.first { mark in
            context.document.words[mark.words.lowerBound].shape.contains(.capitalised)
                && context.document.words[mark.words.lowerBound].key != "the"
        }
        return context.text((proper ?? mark).words)
    }
}
