public import TuttiAgents
package import TuttiCore
import TuttiDocuments
public import TuttiEngine

/// Gives a document to a team of critics and refines it, round by round, until it is good enough or gets no better.
///
/// In each round the critics read in parallel; then the verdict: own rules, `converged`, `stable`, `oscillating`,
/// `exhausted`, in this order; then, if the loop goes on, the moderator makes the next version. The verdict comes
/// before the moderator, so the document that is returned is one that was reviewed.
public struct Roundtable: Workflow {
    /// The name in the journal.
    public static let name = "roundtable"

    private let critics: [any Reviewer]
    private let moderator: any Refiner
    private let models: any ModelSource
    private let retrievers: any RetrieverSource
    private let memory: (any Memory)?
    private let stopRules: [any StopRule]
    private let delivery: (any RoundtableDelivery)?

    /// A roundtable with a team of one's own.
    ///
    /// - Parameters:
    ///   - critics: those that an input may name.
    ///   - moderator: who changes the document, unless the input names a model for it.
    ///   - models: where the models of an input's participants are found.
    ///   - retrievers: where the folder of an input is searched for passages.
    ///   - memory: where critics remember what they have found, for inputs that name a memory.
    ///   - stopRules: asked in their order before the built-in ones.
    ///   - delivery: takes the result to its reader before the run has its end.
    public init(
        critics: [any Reviewer] = RulebookCritic.all(), moderator: any Refiner = RulebookModerator(),
        models: any ModelSource = ListedModels(), retrievers: any RetrieverSource = NoRetrievers(),
        memory: (any Memory)? = nil, stopRules: [any StopRule] = [], delivery: (any RoundtableDelivery)? = nil
    ) {
        self.critics = critics
        self.moderator = moderator
        self.models = models
        self.retrievers = retrievers
        self.memory = memory
        self.stopRules = stopRules
        self.delivery = delivery
    }

    /// The ids that an input may name.
    public var criticIDs: [String] { critics.map(\.id) }

    /// The id of the moderator.
    public var moderatorID: String { moderator.id }

    /// The document's title.
    public func title(of input: RoundtableInput) -> String? { input.title }

    /// Reviews and refines.
    ///
    /// - Throws: `StepError` `unknown_critic`, `bad_input`; `quorum_missed` when more than half of the critics failed
    ///   in a round.
    public func run(_ input: RoundtableInput, _ ctx: Context) async throws -> RoundtableResult {
        let team = try await team(for: input)
        let started = try await ctx.now("started")
        let tableMemory = try tableMemory(of: input, team)
        let recalled = try await tableMemory?.recall(ctx) ?? [:]
        let judgement = Judgement(
            bar: input.bar, threshold: input.threshold, maxIterations: input.maxIterations,
            forcesMaxIterations: input.forcesMaxIterations ?? false)
        var versions = [input.document]
        var rounds: [RoundRecord] = []
        var tracker = FindingTracker()
        var comments = input.comments ?? []
        var desk = CommentDesk()
        while true {
            try await hear(&comments, input, ctx)
            let results = try await review(versions, team, tracker.open, recalled, input, ctx)
            try await hear(&comments, input, ctx)  // what has come meanwhile keeps the roundtable from ending
            let open = desk.take(results.compactMap { try? $0.get() }, comments)
            let reviewed = try collect(results, open, team, &tracker, versions)
            var finish = try await finishRequest(ctx, lookedAt: 2 * versions.count - 1)
            var record = try await judge(reviewed, versions, judgement, finish?.request, ctx)
            if record.verdict.outcome == nil,
                let revision = try await refine(reviewed.state, &record, judgement, input, team.moderator, ctx)
            {
                if let verdict = judgement.unchanged(reviewed.state, by: revision) {
                    record.edits = revision.edits
                    record.verdict = verdict
                } else if let heard = try await finishRequest(ctx, lookedAt: 2 * versions.count) {
                    // Nobody has reviewed the new version, so it is not what is returned.
                    finish = heard
                    record.verdict = judgement.finished(heard.request)
                } else {
                    record.edits = revision.edits
                    versions.append(revision.text)
                }
            }
            rounds.append(record)
            if let outcome = record.verdict.outcome {
                var result = RoundtableResult(
                    outcome: outcome, reason: record.verdict.reason, isGoalReached: record.verdict.isGoalReached,
                    document: reviewed.state.document, rounds: rounds, versions: versions, started: started,
                    finished: try await ctx.now("finished"))
                // An own rule that decided at the same time was asked first.
                if let finish, record.verdict == judgement.finished(finish.request) { result.finish(finish) }
                result.unremembered = try await tableMemory?.remember(result, recalled, ctx)
                return try await deliver(result, of: input, ctx)
            }
        }
    }

    // MARK: The parts of a round

    /// A round before it is judged.
    private struct Reviewed {
        var state: RoundState
        var record: RoundRecord
    }

    private func review(
        _ versions: [String], _ team: Team, _ open: [Finding], _ recalled: [String: [RememberedFinding]],
        _ input: RoundtableInput, _ ctx: Context
    ) async throws -> [Result<Review, StepError>] {
        let request = ReviewRequest(
            document: versions[versions.count - 1], kind: input.kind, round: versions.count, open: open)
        return try await ctx.allSettled("review", team.critics, key: \.id) { critic, ctx in
            var request = request
            request.remembered = recalled[critic.id] ?? []
            return try await critic.review(request, ctx)
        }
    }

    private func collect(
        _ results: [Result<Review, StepError>], _ comments: [Finding], _ team: Team, _ tracker: inout FindingTracker,
        _ versions: [String]
    ) throws -> Reviewed {
        let (document, round) = (versions[versions.count - 1], versions.count)
        var records: [CriticRecord] = []
        var reviews: [String: [Finding]] = [:]
        var failed: [String] = []
        for (critic, result) in zip(team.critics, results) {
            let review = try? result.get()
            var record = CriticRecord(
                critic: critic.id, counts: FindingCounts(review?.findings ?? []), silenced: review?.silenced ?? [],
                assessment: review?.assessment, answers: review?.answers, spending: review?.spending)
            if case .failure(let error) = result {
                record.error = "\(error.code): \(error.message)"
                record.spending = Spending(lostTo: error)
                failed.append(critic.id)
            }
            if let review { reviews[critic.id] = review.findings }
            records.append(record)
        }
        guard failed.count * 2 <= team.critics.count else { throw StepError.quorumMissed(round, records) }
        if !comments.isEmpty || tracker.knows(Self.commentsID) {
            reviews[Self.commentsID] = comments
            records.append(CriticRecord(critic: Self.commentsID, counts: FindingCounts(comments), silenced: []))
        }
        let findings = records.flatMap { reviews[$0.critic] ?? [] }.sorted(by: Finding.isWorse)
        let change = versions.count > 1 ? TextDiff.changeRatio(from: versions[versions.count - 2], to: document) : nil
        let tracked = tracker.take(reviews, findings)
        let state = RoundState(
            round: round, document: document, findings: findings, failedCritics: failed, change: change)
        let record = RoundRecord(
            round: round, sha256: Digest.sha256Hex(document), change: change, critics: records, findings: tracked.now,
            fixed: tracked.fixed, verdict: Verdict(reason: "", isGoalReached: false), edits: [])
        return Reviewed(state: state, record: record)
    }

    private func judge(
        _ reviewed: Reviewed, _ versions: [String], _ judgement: Judgement, _ finish: FinishRequest?, _ ctx: Context
    ) async throws -> RoundRecord {
        let state = reviewed.state
        let isKnown = versions.dropLast().contains(state.document)
        let rules = stopRules
        var record = reviewed.record
        record.verdict = try await ctx.step("judge") {
            var custom: StopDecision?
            for rule in rules where custom == nil { custom = try await rule.decide(state) }
            let verdict = judgement.verdict(state, isKnownVersion: isKnown, custom: custom, finish: finish)
            try StepContext.current?.emit(
                RoundtableEvent.RoundJudged.type,
                RoundtableEvent.RoundJudged(
                    round: state.round, outcome: verdict.outcome, reason: verdict.reason,
                    counts: FindingCounts(state.findings)))
            return verdict
        }
        return record
    }

    /// The next version; `nil` when the moderator failed, which ends the roundtable with all that was found.
    private func refine(
        _ state: RoundState, _ record: inout RoundRecord, _ judgement: Judgement, _ input: RoundtableInput,
        _ moderator: any Refiner, _ ctx: Context
    ) async throws -> Revision? {
        let request = RefineRequest(
            document: state.document, kind: input.kind, round: state.round, findings: state.findings)
        do {
            let revision = try await moderator.refine(request, ctx)
            record.moderatorSpending = revision.spending
            record.refusedEdits = revision.refused
            record.unresolved = revision.unresolved
            return revision
        } catch let error as StepError {
            record.moderatorSpending = Spending(lostTo: error)
            record.moderatorError = ModeratorError(error)
            record.verdict = judgement.stalled(state, error)
            return nil
        }
    }

    /// The result is an effect like any other: a run that ends before its files are there would never write them.
    private func deliver(
        _ result: RoundtableResult, of input: RoundtableInput, _ ctx: Context
    ) async throws -> RoundtableResult {
        guard let delivery else { return result }
        var result = result
        let run = ctx.runID
        do {
            let delivered = result
            try await ctx.step("deliver") { try await delivery.deliver(delivered, of: input, run: run) }
        } catch let error as StepError {
            result.undelivered = error.message
        }
        return result
    }

    // MARK: The team

    /// Who sits at the table of an input.
    private struct Team {
        var critics: [any Reviewer]
        var moderator: any Refiner
    }

    private func team(for input: RoundtableInput) async throws -> Team {
        try input.check()
        let named: [any Reviewer] = try input.critics.map { id in
            guard let critic = critics.first(where: { $0.id == id }) else {
                throw StepError.unknownCritic(id, known: criticIDs)
            }
            return critic
        }
        guard let panel = input.panel, let assignment = input.models else {
            return Team(critics: named, moderator: moderator)
        }
        let retriever = try await retrievers.retriever(of: input.contextFolder)
        let participants = try panel.participants.map { participant in
            ModelCritic(
                participant, model: try model(assignment.participants[participant.name] ?? assignment.moderator),
                input: input, panel: panel, retriever: retriever)
        }
        return Team(
            critics: named + participants,
            moderator: ModelModerator(model: try model(assignment.moderator), input: input, panel: panel))
    }

    private func tableMemory(of input: RoundtableInput, _ team: Team) throws(StepError) -> TableMemory? {
        guard let name = input.memory else { return nil }
        guard let memory else {
            throw .badInput("memory", "is '\(name)', and this roundtable has no memory; give it one, or leave it out")
        }
        let critics = team.critics.filter { !($0 is RulebookCritic) }.map(\.id)
        return TableMemory(memory, name: name, critics: critics, document: input.title)
    }

    private func model(_ name: String) throws(StepError) -> Model {
        do {
            return try models.model(named: name)
        } catch {
            throw StepError(error, at: "")
        }
    }
}

extension RoundtableInput {
    /// - Throws: `StepError` `bad_input` that names the field, the rule and the way out.
    package func check() throws(StepError) {
        try checkText()
        if !Self.iterations.contains(maxIterations) {
            throw .badInput("maxIterations", "is \(maxIterations); use 1 to 10")
        }
        if !(0...1).contains(threshold) { throw .badInput("threshold", "is \(threshold); use 0 to 1") }
        try checkPanel()
        if critics.isEmpty, panel == nil { throw .badInput("critics", "is empty; name at least one") }
        if let twice = critics.enumerated().first(where: { critics[..<$0].contains($1) }) {
            throw .badInput("critics", "names '\(twice.element)' twice; name each critic once")
        }
    }

    /// - Throws: `StepError` `bad_input` for a document that nobody could review.
    package func checkText() throws(StepError) {
        if let problem = Self.problem(of: document) { throw .badInput("document", problem) }
    }

    /// Why nobody could review a text; `nil` when all is well.
    static func problem(of document: String) -> String? {
        let size = document.utf8.count
        if document.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
            return "is empty; give a text to review"
        }
        return size > documentSizeMax
            ? "has \(size) bytes, the limit is \(documentSizeMax); review it in parts" : nil
    }
}

extension StepError {
    static func badInput(_ field: String, _ problem: String) -> StepError {
        StepError(code: "bad_input", message: "\(field) \(problem)", origin: "")
    }

    fileprivate static func unknownCritic(_ id: String, known: [String]) -> StepError {
        StepError(
            code: "unknown_critic", message: "there is no critic '\(id)'; there are \(known.joined(separator: ", "))",
            origin: "")
    }

    fileprivate static func quorumMissed(_ round: Int, _ records: [CriticRecord]) -> StepError {
        // Those that failed alike are told together.
        var reasons: [String] = []
        for error in records.compactMap(\.error) where !reasons.contains(error) { reasons.append(error) }
        let failures = reasons.map { reason in
            records.filter { $0.error == reason }.map(\.critic).joined(separator: ", ") + " (\(reason))"
        }
        return StepError(
            code: "quorum_missed",
            message: "round \(round): more than half of the critics failed: \(failures.joined(separator: "; "))",
            origin: "review#\(round)")
    }
}
