import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiTeams

/// What a roundtable is started with over the API.
struct RoundtableBody: Codable, Sendable, WireConstraints {
    static let constraints = [
        "document": WireRule.notBlank, "max_iterations": WireRule.range(RoundtableInput.iterations),
        "threshold": ["minimum": 0, "maximum": 1], "critics": ["minItems": 1],
    ]

    /// Markdown or plain text.
    var document: String
    var title: String?
    var kind: String?
    var goal: String?
    /// Critics of the offline rulebook; all three when nobody else is named.
    var critics: [String]?
    /// The name of a panel.
    var preset: String?
    var participants: [ParticipantView]?
    /// The models that speak, by names such as `ollama/qwen3:8b`, with commas between; none for the offline rulebook.
    var model: String?
    var models: Strategy?
    var style: ParticipantStyle?
    /// Rounds at most, 1 to 10; 3 unless said.
    var maxIterations: Int?
    var forceMaxIterations: Bool?
    /// A refinement that changes less than this share of the text ends the loop, 0 to 1.
    var threshold: Double?
    /// The loop converges when no open finding is this severe.
    var bar: Severity?
    var budget: BudgetBody?
    var comments: [RunActionRoutes.CommentBody]?
    /// A name under which participants remember what they have found.
    var remember: String?

    enum Strategy: String, Codable, CaseIterable, Sendable {
        case uniform, diverse
        case perCritic = "per-critic"
    }

    private enum CodingKeys: String, CodingKey {
        case document, title, kind, goal, critics, preset, participants, model, models, style, threshold, bar, budget
        case comments, remember
        case maxIterations = "max_iterations"
        case forceMaxIterations = "force_max_iterations"
    }
}

/// Turns what was sent into the input of a roundtable.
struct RoundtableTable: Sendable {
    let models: any ModelSource
    let presets: Presets
    /// Who comments.
    let person: String
    let now: Timestamp

    /// - Throws: a ``Problem`` 422 that names the member.
    func input(from body: RoundtableBody) throws -> RoundtableInput {
        var input = RoundtableInput(document: body.document, title: body.title, kind: try kind(body.kind))
        do throws(StepError) { try input.checkText() } catch {
            throw Problem.badField("/document", "text", error.message)
        }
        input.maxIterations = body.maxIterations ?? 3
        input.forcesMaxIterations = body.forceMaxIterations == true ? true : nil
        input.threshold = body.threshold ?? 0.05
        input.bar = body.bar ?? .high
        input.style = body.style
        input.critics = body.critics ?? input.critics
        try checkCritics(input.critics)
        let chosen = try chosen(body.model, budget: body.budget)
        if chosen.isEmpty {
            try refuseWithoutModel(body)
        } else {
            try seat(body, chosen, in: &input)
        }
        do throws(StepError) { try input.check() } catch {
            throw Problem(422, "bad_input", error.message)
        }
        return input
    }

    private func kind(_ name: String?) throws -> DocumentKind? {
        guard let name, !name.isEmpty else { return nil }
        do throws(UnknownDocumentKind) {
            return try DocumentKind(named: name)
        } catch {
            throw Problem.badField("/kind", "enum", "\(error)")
        }
    }

    private func checkCritics(_ critics: [String]) throws {
        let known = Roundtable().criticIDs
        for (index, critic) in critics.enumerated() where !known.contains(critic) {
            let hint = NearestName.find(critic, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem.badField(
                "/critics/\(index)", "enum",
                "there is no critic '\(CleanText.line(critic, bytesMax: 60))'; there are "
                    + "\(known.joined(separator: ", "))\(hint)")
        }
    }

    // MARK: Models

    private func chosen(_ names: String?, budget: BudgetBody?) throws -> [ModelReference] {
        try (names ?? "").split(separator: ",").map { part in
            try reference(part.split(separator: " ").joined(), at: "/model", hasDollars: budget?.usd != nil)
        }
    }

    private func reference(_ name: String, at field: String, hasDollars: Bool) throws -> ModelReference {
        try CassetteRule.check(name, at: field)
        let model: Model
        do {
            model = try models.model(named: name)
        } catch {
            throw Problem.badField(field, "model", (error as? any CodedError)?.message ?? "there is no model '\(name)'")
        }
        guard let reference = ModelReference(name) else {
            throw Problem.badField(
                field, "model",
                "'\(CleanText.line(name, bytesMax: 80))' does not fit; it takes "
                    + ModelReference.expectation)
        }
        guard !hasDollars || model.price(at: now) != nil else {
            throw Problem.badField(
                "/budget/usd", "price",
                "nobody knows the price of \(name); give a budget in tokens, or write its price "
                    + "in the list that models.prices names")
        }
        return reference
    }

    private func refuseWithoutModel(_ body: RoundtableBody) throws {
        let wanting: [(String, Bool)] = [
            ("preset", body.preset != nil), ("participants", body.participants?.isEmpty == false),
            ("comments", body.comments?.isEmpty == false), ("style", body.style != nil), ("goal", body.goal != nil),
            ("models", body.models == .diverse), ("remember", body.remember != nil),
        ]
        if let member = wanting.first(where: { $0.1 }) {
            throw Problem.badField(
                "/\(member.0)", "needs_model",
                "'\(member.0)' needs a model, and none is named: give 'model', such as ollama/qwen3:8b; GET "
                    + "/api/v1/models lists what there is")
        }
    }

    // MARK: The table

    private func seat(_ body: RoundtableBody, _ chosen: [ModelReference], in input: inout RoundtableInput) throws {
        var panel = try panel(body, kind: input.kind)
        if body.kind == nil, body.preset != nil, let kind = panel.kind {
            (input.kind, input.kindEvidence) = (kind, ["named by the panel"])
        }
        if let goal = body.goal { panel.goal = goal }
        let strategy: ModelStrategy =
            switch body.models {
            case .uniform: .uniform
            case .diverse: .diverse
            case .perCritic: .perCritic
            case nil: chosen.count > 1 ? .diverse : .perCritic
            }
        let seats: [ModelReference]
        do {
            seats = try strategy.models(of: panel.participants, chosen: chosen)
        } catch {
            throw Problem.badField("/models", error.code, error.message)
        }
        for model in Set(seats).subtracting(chosen) {
            _ = try reference(model.description, at: "/participants", hasDollars: body.budget?.usd != nil)
        }
        let names = zip(panel.participants, seats).map { ($0.name, $1.description) }
        input.models = ModelAssignment(
            participants: Dictionary(names, uniquingKeysWith: { first, _ in first }), moderator: chosen[0].description)
        input.panel = panel
        input.hearsComments = true
        if body.critics == nil { input.critics = [] }
        if let memory = body.remember {
            if let problem = TableMemory.problem(ofName: memory) {
                throw Problem.badField("/remember", "name", problem)
            }
            input.memory = memory
        }
        input.comments = try comments(body)
    }

    private func panel(_ body: RoundtableBody, kind: DocumentKind) throws -> Panel {
        if let participants = body.participants, !participants.isEmpty {
            guard body.preset == nil else {
                throw Problem.badField(
                    "/preset", "one_of", "'preset' and 'participants' both say who sits at the table; leave out one")
            }
            return Panel(
                participants: try participants.enumerated().map { index, participant in
                    try participant.participant(at: "/participants/\(index)")
                })
        }
        do throws(PresetError) {
            return try presets.named(body.preset ?? Presets.name(for: kind))
        } catch {
            throw Problem.badField("/preset", error.code, error.message)
        }
    }

    private func comments(_ body: RoundtableBody) throws -> [RoundtableComment]? {
        guard let comments = body.comments, !comments.isEmpty else { return nil }
        guard comments.count <= RoundtableComment.countMax else {
            throw Problem.badField("/comments", "count", "there are at most \(RoundtableComment.countMax) comments")
        }
        return try comments.enumerated().map { index, comment in
            let comment = RoundtableComment(comment.text, by: person, severity: comment.severity)
            if let problem = comment.problem {
                throw Problem.badField("/comments/\(index)/text", "comment", "the comment \(problem)")
            }
            return comment
        }
    }
}
