public import TuttiAgents
public import TuttiCore
public import TuttiDocuments
public import TuttiEngine

/// Has a model put together a panel for a document: participants one after the other, each told what the others cover,
/// and what the moderator is to look to.
public struct PanelMaker: Workflow {
    /// The name in the journal.
    public static let name = "panel"

    /// What a panel is made of.
    public struct Input: Codable, Sendable, Hashable {
        /// The text that will be reviewed.
        public var document: String
        /// What sort of document it is; `nil` to have the model say it.
        public var kind: DocumentKind?
        /// How many participants; 0 for none, when only the kind is asked for.
        public var count: Int
        /// Who makes them up: `provider/name`.
        public var model: String
        /// What the document is to achieve.
        public var goal: String?
        /// How the participants argue.
        public var style: ParticipantStyle?

        /// An input from its parts.
        public init(
            document: String, kind: DocumentKind?, count: Int, model: String, goal: String? = nil,
            style: ParticipantStyle? = nil
        ) {
            self.document = document
            self.kind = kind
            self.count = count
            self.model = model
            self.goal = goal
            self.style = style
        }
    }

    /// What was made.
    public struct Output: Codable, Sendable, Hashable {
        /// What sort of document it is.
        public var kind: DocumentKind
        /// Why it is taken for that kind, where a model has said it.
        public var evidence: [String]
        /// Who is to review it; without participants when none were asked for.
        public var panel: Panel
        /// What the calls have used.
        public var spending: Spending
    }

    /// The most tokens of a document that is shown for it: its beginning, with the outline of the rest.
    static let documentTokensMax = 8_000
    private static let outputTokensMax = 4_000

    private let models: any ModelSource

    /// A maker of panels.
    public init(models: any ModelSource) { self.models = models }

    /// - Throws: `StepError` `bad_input`, `unknown_model`; those of the model.
    public func run(_ input: Input, _ ctx: Context) async throws -> Output {
        guard input.count == 0 || PanelLimits.generated.contains(input.count) else {
            throw StepError.badInput("count", "is \(input.count); use 2 to 6")
        }
        let model = try models.model(named: input.model)
        let part = DocumentSections.cut(input.document, tokensMax: Self.documentTokensMax)[0]
        var spending = Spending()
        var (kind, evidence): (DocumentKind, [String]) = (input.kind ?? .generic, [])
        if input.kind == nil {
            let answer: KindAnswer = try await ask(KindQuestion(document: part).prompt, model, "kind", &spending, ctx)
            (kind, evidence) = (answer.kind, answer.evidence)
        }
        var participants: [Participant] = []
        for number in 1...max(1, input.count) where input.count > 0 {
            let question = ParticipantQuestion(
                document: part, kind: kind, number: number, count: input.count, others: participants, goal: input.goal,
                style: input.style)
            let answer: ParticipantAnswer = try await ask(question.prompt, model, "participant", &spending, ctx)
            participants.append(answer.participant(besides: participants))
        }
        var focus: String?
        if !participants.isEmpty {
            let question = FocusQuestion(document: part, kind: kind, participants: participants, goal: input.goal)
            do {
                let answer: FocusAnswer = try await ask(question.prompt, model, "focus", &spending, ctx)
                focus = answer.moderatorFocus
            } catch let error as StepError where error.isUnusableAnswer {
                spending += Spending(lostTo: error) ?? Spending()  // a moderator needs no focus
            }
        }
        let panel = Panel(participants: participants, kind: kind, goal: input.goal, moderatorFocus: focus)
        return Output(kind: kind, evidence: evidence, panel: panel, spending: spending)
    }

    private func ask<Answer: ModelAnswer>(
        _ prompt: Prompt, _ model: Model, _ name: String, _ spending: inout Spending, _ ctx: Context
    ) async throws -> Answer {
        let answer = try await ctx.ask(
            model, prompt.request(outputTokensMax: Self.outputTokensMax), for: Answer.self, schema: Answer.schema,
            as: name)
        spending += answer.spending
        return answer.value.bounded
    }
}
