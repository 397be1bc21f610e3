import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiModels

/// A moderator that is a model: it is asked for edits of numbered lines, section by section when the document is long.
struct ModelModerator: Refiner {
    /// The most tokens of the edits of one part, thoughts among them.
    static let outputTokensMax = 16_000

    let id = "moderator"
    private let model: Model
    private let focus: String?
    private let goal: String?
    private let partTokensMax: Int

    init(model: Model, input: RoundtableInput, panel: Panel) {
        self.model = model
        focus = panel.moderatorFocus
        goal = panel.goal
        partTokensMax = input.partTokensMax ?? RoundtableInput.partTokensDefault
    }

    /// What became of one part.
    private struct PartRevision: Codable, Sendable {
        var revision: Revision
        var spending: Spending
    }

    func refine(_ request: RefineRequest, _ ctx: Context) async throws -> Revision {
        let parts = DocumentSections.cut(request.document, tokensMax: partTokensMax)
        let revisions = try await ctx.branch("moderator") { ctx in
            guard parts.count > 1 else { return [try await mend(parts[0], request.findings, request, ctx)] }
            return try await ctx.all("part", parts, key: { "\($0.number)" }) { part, ctx in
                try await mend(part, request.findings.filter(part.concerns), request, ctx)
            }
        }
        let refused = revisions.flatMap { $0.revision.refused ?? [] }
        let unresolved = revisions.flatMap { $0.revision.unresolved ?? [] }
        return try await ctx.recordRevision(of: request, by: id) {
            var revision = Revision(
                text: DocumentSections.join(revisions.map(\.revision.text)),
                edits: revisions.flatMap(\.revision.edits), spending: revisions.map(\.spending).reduce(Spending(), +),
                refused: refused.isEmpty ? nil : refused)
            if !unresolved.isEmpty { revision.unresolved = unresolved }
            return revision
        }
    }

    private func mend(
        _ part: DocumentPart, _ findings: [Finding], _ request: RefineRequest, _ ctx: Context
    ) async throws -> PartRevision {
        guard !findings.isEmpty else { return PartRevision(revision: Revision(text: part.text), spending: Spending()) }
        let question = ModeratorQuestion(
            document: part, kind: request.kind, findings: findings, focus: focus, goal: goal)
        let asked = question.prompt.request(outputTokensMax: Self.outputTokensMax)
        let first = try await ask(asked, "ask", ctx)
        let applied = first.value.bounded.apply(to: part, findings: findings)
        guard !applied.problems.isEmpty else {
            return PartRevision(revision: applied.revision, spending: first.spending)
        }
        // Models miscount: shown what does not fit, most of them mend it. What still does not fit is left out.
        var again = asked
        again.messages.append(
            .assistant(String(decoding: try CanonicalJSON.encode(first.value.bounded), as: UTF8.self)))
        again.messages.append(.user(Self.instruction(for: applied.problems)))
        do {
            let second = try await ask(again, "mend", ctx)
            let mended = second.value.bounded.apply(to: part, findings: findings)
            // It may hold the corrected edits alone.
            let isBetter = mended.revision.edits.count >= applied.revision.edits.count
            let best = isBetter ? mended : applied
            return PartRevision(
                revision: best.told, spending: first.spending + second.spending)
        } catch let error as StepError {
            // What fits of the first answer is there, and paid for.
            let spent = Spending(lostTo: error) ?? Spending()
            return PartRevision(
                revision: applied.told, spending: first.spending + spent)
        }
    }

    private func ask(_ request: ModelRequest, _ name: String, _ ctx: Context) async throws -> ModelValue<
        ModeratorAnswer
    > {
        try await ctx.ask(
            model, request, for: ModeratorAnswer.self, schema: ModeratorAnswer.schema, as: name)
    }

    private static func instruction(for problems: [LineEditProblem]) -> String {
        let list = problems.prefix(20).map { "- edits[\($0.index)] \($0.problem)" }.joined(separator: "\n")
        return "Some edits do not fit the document:\n\n\(list)\n\nNo edit has been applied yet. Answer with the whole "
            + "corrected JSON object, all edits included."
    }
}
