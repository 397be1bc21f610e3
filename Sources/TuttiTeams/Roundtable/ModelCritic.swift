import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiModels

/// A participant of a panel: a model reads the document, section by section when it is long, and answers for each
/// finding that was open whether it is fixed.
struct ModelCritic: Reviewer {
    /// The most tokens of a review, thoughts among them.
    static let outputTokensMax = 8_000

    let participant: Participant
    private let model: Model
    private let style: ParticipantStyle?
    private let goal: String?
    private let partTokensMax: Int
    private let retriever: (any Retriever)?

    var id: String { participant.name }

    init(_ participant: Participant, model: Model, input: RoundtableInput, panel: Panel, retriever: (any Retriever)?) {
        self.retriever = retriever
        self.participant = participant
        self.model = model
        style = input.style
        goal = panel.goal
        partTokensMax = input.partTokensMax ?? RoundtableInput.partTokensDefault
    }

    /// What a model has said of one part, and of which open findings it was asked.
    private struct PartReview: Codable, Sendable {
        var answer: ReviewAnswer
        var asked: [Finding]
        var spending: Spending
    }

    func review(_ request: ReviewRequest, _ ctx: Context) async throws -> Review {
        let reviews = try await read(request, ctx)
        return try await ctx.recordReview(of: request, by: id) { summary(of: reviews, request) }
    }

    private func read(_ request: ReviewRequest, _ ctx: Context) async throws -> [PartReview] {
        let parts = DocumentSections.cut(request.document, tokensMax: partTokensMax)
        // The moderator has moved lines since they were found.
        let finder = QuoteFinder(Document(text: request.document))
        var request = request
        request.open = request.open.map { $0.moved(by: finder) }
        guard parts.count > 1 else { return [try await read(parts[0], request, ctx)] }
        return try await ctx.all("part", parts, key: { "\($0.number)" }) { [request] part, ctx in
            try await read(part, request, ctx)
        }
    }

    private func read(_ part: DocumentPart, _ request: ReviewRequest, _ ctx: Context) async throws -> PartReview {
        let asked = part.count == 1 ? request.open : request.open.filter(part.concerns)
        let passages = try await passages(for: part, ctx)
        let question = ReviewQuestion(
            participant: participant, document: part, kind: request.kind, round: request.round, style: style,
            goal: goal, open: asked, passages: passages, remembered: request.remembered)
        let value = try await ctx.ask(
            model, question.prompt.request(outputTokensMax: Self.outputTokensMax), for: ReviewAnswer.self,
            schema: ReviewAnswer.schema)
        return PartReview(answer: value.value.bounded, asked: asked, spending: value.spending)
    }

    /// What others have written on what the participant looks at. It is recorded, since files change.
    private func passages(for part: DocumentPart, _ ctx: Context) async throws -> [Passage] {
        guard let retriever else { return [] }
        let query = (participant.focus + [String(part.text.prefix(Self.queryLengthMax))]).joined(separator: "\n")
        return try await ctx.step("retrieve", query) { query in
            try await retriever.passages(for: query, limit: Self.passagesMax)
        }
    }

    /// How much of a part a retriever is asked by.
    private static let queryLengthMax = 2_000
    /// Passages that a participant is shown.
    private static let passagesMax = 6

    /// One review of what was said of all parts. An own finding that was open and is not called fixed stays open.
    private func summary(of reviews: [PartReview], _ request: ReviewRequest) -> Review {
        let document = Document(text: request.document)
        let finder = QuoteFinder(document)
        var (findings, answers, seen): ([Finding], [FindingAnswer], Set<String>) = ([], [], [])
        let spending = reviews.map(\.spending).reduce(Spending(), +)
        let verdicts = reviews.map { $0.answer.verdicts(on: $0.asked) }
        // Of a finding without a place all parts are asked, and the one that answers it is enough.
        let fixed = verdicts.flatMap(\.fixed)
        for verdict in fixed where seen.insert(verdict.finding.identity).inserted {
            answers.append(FindingAnswer(verdict, isFixed: true))
        }
        for verdict in verdicts.flatMap(\.open) where seen.insert(verdict.finding.identity).inserted {
            answers.append(FindingAnswer(verdict, isFixed: false))
        }
        seen = Set(fixed.map(\.finding.identity))
        for finding in verdicts.flatMap({ $0.open.map(\.finding) + $0.unanswered })
        where finding.critic == id && seen.insert(finding.identity).inserted {
            findings.append(finding.moved(by: finder))
        }
        seen = Set(findings.map(\.identity))
        for finding in reviews.flatMap({ $0.answer.findings(of: id, in: document) })
        where seen.insert(finding.identity).inserted { findings.append(finding) }
        var result = Review(critic: id, findings: findings)
        result.answers = answers.isEmpty ? nil : answers
        let assessments = reviews.map(\.answer.assessment).filter { !$0.isEmpty }
        result.assessment = assessments.isEmpty ? nil : assessments.joined(separator: " ")
        result.spending = spending
        return result
    }
}

extension FindingAnswer {
    fileprivate init(_ answered: ReviewAnswer.OpenFindings.Answered, isFixed: Bool) {
        self.init(identity: answered.finding.identity, isFixed: isFixed, reason: answered.reason)
    }
}

extension Finding {
    /// The same finding where its words stand now.
    fileprivate func moved(by finder: QuoteFinder) -> Finding {
        guard !quote.isEmpty else { return self }
        let place = finder.place(of: quote, near: line)
        guard place.isFound, place.line != line else { return self }
        var moved = self
        moved.line = place.line
        moved.lines = [place.line]
        moved.section = place.section
        return moved
    }
}

extension DocumentPart {
    /// Whether a line of the whole document belongs to this part; what is behind the end belongs to the last.
    func holds(line: Int) -> Bool { lines.contains(line) || (number == count && line > lines.upperBound) }

    /// Whether the part is to be looked at for a finding: what has no place, such as a person's comment, concerns all.
    func concerns(_ finding: Finding) -> Bool {
        let hasPlace = !finding.quote.isEmpty || finding.line > 1
        return !hasPlace || finding.critic == Roundtable.commentsID || holds(line: finding.line)
    }
}

extension Prompt {
    /// The prompt as a request of a model.
    func request(outputTokensMax: Int) -> ModelRequest {
        ModelRequest(model: "", system: system, messages: [.user(user)], outputTokensMax: outputTokensMax)
    }
}
