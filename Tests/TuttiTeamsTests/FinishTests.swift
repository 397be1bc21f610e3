import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Roundtables that a person ends.
@Suite struct FinishTests {
    /// Where somebody asks for the end.
    enum Moment: CaseIterable { case whileReviewing, whileRefining }

    /// A place in which a run waits until the test lets it go on.
    private struct Gate: Sendable {
        private let reached = AsyncStream.makeStream(of: Void.self)
        private let opened = AsyncStream.makeStream(of: Void.self)

        func wait() async {
            reached.continuation.yield()
            for await _ in opened.stream { break }
        }

        func untilReached() async { for await _ in reached.stream { break } }
        func open() { opened.continuation.yield() }
    }

    /// A critic that stands at the gate in one round.
    private struct GatedCritic: Critic {
        let base: ScriptedCritic
        let gate: Gate
        let round: Int
        var id: String { base.id }

        func review(_ request: ReviewRequest) async throws -> Review {
            if request.round == round { await gate.wait() }
            return try await base.review(request)
        }
    }

    /// A moderator that stands at the gate in one round.
    private struct GatedModerator: Moderator {
        let base: ScriptedModerator
        let gate: Gate
        let round: Int
        var id: String { base.id }

        func refine(_ request: RefineRequest) async throws -> Revision {
            if request.round == round { await gate.wait() }
            return try await base.refine(request)
        }
    }

    /// Holds a roundtable in which somebody asks for the end in a round.
    private func sit(
        _ critic: ScriptedCritic, finishing moment: Moment, inRound round: Int,
        _ request: FinishRequest = FinishRequest(by: "ada", reason: "good enough"), rules: [any StopRule] = []
    ) async throws -> (result: RoundtableResult, input: RoundtableInput) {
        let gate = Gate()
        let moderator = ScriptedModerator(Words.text(20), Words.text(40), Words.text(60), Words.text(80))
        let roundtable = Roundtable(
            critics: [
                GatedCritic(base: critic, gate: gate, round: moment == .whileReviewing ? round : 0)
            ],
            moderator: GatedModerator(base: moderator, gate: gate, round: moment == .whileRefining ? round : 0),
            stopRules: rules)
        var input = RoundtableInput(document: Words.first)
        input.critics = [critic.id]
        input.maxIterations = 5
        let fixed = input
        let result = try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
            let run = try await engine.start(roundtable, fixed)
            await gate.untilReached()
            try await engine.signal(run.id, Roundtable.finishSignal, request)
            gate.open()
            return try await run.output
        }
        return (result, input)
    }

    @Test("ends after the present round, with a version that was reviewed", arguments: Moment.allCases, 1...2)
    func ends(moment: Moment, round: Int) async throws {
        let (result, input) = try await sit(
            ScriptedCritic("a", .finds(["gap": .high])), finishing: moment, inRound: round)
        expectCoherence(result, of: input)
        #expect(result.outcome == .custom && !result.isGoalReached)
        #expect(result.reason == "ada ended it: good enough")
        #expect(result.rounds.count == round && result.rounds.last?.edits.isEmpty == true)
        #expect(result.finish?.request.by == "ada" && result.documentVersion == round)
    }

    @Test func returnsTheVersionWithTheLeastSevereFindings() async throws {
        let critic = ScriptedCritic(
            "a", .finds(["a": .critical]), .finds(["b": .high]), .finds(["c": .high, "d": .medium]))
        let (result, _) = try await sit(critic, finishing: .whileReviewing, inRound: 3, FinishRequest(by: "ada"))
        #expect(result.rounds.count == 3 && result.documentVersion == 2)
        #expect(result.document == result.versions[1])
        #expect(result.open.map(\.finding.subject) == ["b"])
        #expect(result.reason == "ada ended it; version 2 has the least severe open findings")
        #expect(result.rounds.last?.verdict.reason == result.reason)
        let report = RoundtableReport(run: RunID(trusted: "run"), input: RoundtableInput(document: "a"), result: result)
        #expect(report.documentVersion == 2 && report.open.high == 1)
    }

    @Test func aRoundThatReachesTheGoalStaysConverged() async throws {
        let (result, _) = try await sit(
            ScriptedCritic("a", .finds(["blot": .low])), finishing: .whileReviewing, inRound: 1)
        #expect(result.outcome == .converged && result.isGoalReached && result.finish == nil)
    }

    @Test func anOwnRuleIsAskedFirst() async throws {
        let rule = ScriptedRule(inRound: 1, isGoalReached: true)
        let (result, _) = try await sit(
            ScriptedCritic("a", .finds(["gap": .high])), finishing: .whileReviewing, inRound: 1, rules: [rule])
        #expect(result.outcome == .custom && result.reason == "enough" && result.finish == nil)
    }

    @Test func aRequestThatCannotBeReadFailsTheRun() async throws {
        let gate = Gate()
        let critic = GatedCritic(base: ScriptedCritic("a", .finds(["gap": .high])), gate: gate, round: 1)
        let roundtable = Roundtable(critics: [critic], moderator: ScriptedModerator())
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a"]
        let fixed = input
        let error = try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
            let run = try await engine.start(roundtable, fixed)
            await gate.untilReached()
            try await engine.signal(run.id, Roundtable.finishSignal, "stop it")
            gate.open()
            return await #expect(throws: RunError.self) { try await run.output }
        }
        #expect(error?.cause?.code == "bad_signal" && error?.cause?.origin == "finish#1")
    }
}
