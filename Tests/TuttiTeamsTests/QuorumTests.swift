import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTeams
import TuttiTesting

/// Critics that fail.
@Suite struct QuorumTests {
    private func team(_ present: Int, _ absent: Int) -> [any Critic] {
        (0..<present).map { ScriptedCritic("here\($0)", .finds([:])) }
            + (0..<absent).map { ScriptedCritic("gone\($0)", .fails) }
    }

    @Test("exactly half may fail, and nothing converges without them", arguments: [(1, 1), (2, 1), (2, 2), (5, 5)])
    func half(present: Int, absent: Int) async throws {
        let result = try await sit(team(present, absent), Rewriter())
        #expect(result.outcome == .exhausted)
        #expect(!result.isGoalReached)
        #expect(result.reason.contains("no review from gone0"))
        #expect(result.rounds[0].critics.count { $0.error != nil } == absent)
    }

    @Test("more than half may not", arguments: [(0, 1), (1, 2), (2, 3), (0, 3)])
    func missed(present: Int, absent: Int) async throws {
        let error = try await failure(team(present, absent))
        let gone = (0..<absent).map { "gone\($0)" }.joined(separator: ", ")  // each reason is told once
        #expect(error?.code == "quorum_missed")
        #expect(error?.message.hasSuffix("failed: \(gone) (absent: nobody is at the desk)") == true)
        #expect(error?.origin == "review#1")
    }

    @Test func isCountedInEveryRound() async throws {
        let flaky = ScriptedCritic("a", .finds(["gap": .high]), .fails)
        let error = try await failure([flaky], Rewriter())
        #expect(error?.code == "quorum_missed")
        #expect(error?.origin == "review#2")
    }

    @Test func convergesWhenTheCriticIsBack() async throws {
        let flaky = ScriptedCritic("a", .fails, .finds([:]))
        let result = try await sit([flaky, ScriptedCritic("b", .finds([:]))], Rewriter())
        #expect(result.outcome == .converged)
        #expect(result.rounds.count == 2)
    }

    @Test func isStableWhenNobodyHasAnythingToChange() async throws {
        let result = try await sit(team(1, 1))
        #expect(result.outcome == .stable)
        #expect(result.reason == "the moderator has nothing left to change; no review from gone0")
    }

    @Test func aCriticThatFailsTwiceAndThenAnswersIsNoFailure() async throws {
        let critic = ScriptedCritic("a", .answersAfter(failures: 2))
        let roundtable = Roundtable(critics: [critic])
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a"]
        let started = input
        try await withEngine([roundtable]) { engine, clock in
            let run = try await engine.start(roundtable, started)
            async let output = run.output
            for _ in 1...2 {
                await clock.untilSleeping(2)  // the look for work, and the back-off
                clock.advance(by: .seconds(1))
            }
            let result = try await output
            #expect(result.outcome == .converged)
            #expect(result.rounds[0].critics[0].error == nil)
            let step = try await engine.store.steps(of: run.id).first { $0.key == "review#1/a/review#1" }
            #expect(step?.attempt == 3)
        }
    }

    @Test func keepsAllThatWasFoundWhenTheModeratorFailsAndAsksItAgainLater() async throws {
        final class Broken: Moderator {
            let id = "broken"
            let isMended = Atomic(false)
            func refine(_ request: RefineRequest) async throws -> Revision {
                guard isMended.load(ordering: .relaxed) else { throw Absence(isRetryable: false) }
                return Revision(text: request.document + "Mended.\n")
            }
        }
        let broken = Broken()
        let roundtable = Roundtable(
            critics: [ScriptedCritic("a", .finds(["gap": .high]), .finds([:]))], moderator: broken)
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a"]
        try await withEngine([roundtable]) { [input] engine, _ in
            let run = try await engine.start(roundtable, input)
            let result = try await run.output
            #expect(result.outcome == .stalled && !result.isGoalReached && result.document == input.document)
            #expect(result.reason.hasPrefix("the moderator failed (absent: "))
            #expect(result.open.map(\.finding.severity) == [.high])
            #expect(result.rounds[0].moderatorError?.origin == "refine#1")
            broken.isMended.store(true, ordering: .relaxed)
            let next = try Roundtable.continuation(of: result, input, maxIterations: 3)
            let fork = try await engine.fork(
                run.id, at: next.key,
                input: try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(next.input)),
                as: RoundtableResult.self)
            #expect(try await fork.output.outcome == .converged)
        }
    }

    @Test func failsWithTheRulesError() async throws {
        struct Broken: StopRule {
            func decide(_ round: RoundState) async throws -> StopDecision? { throw Absence(isRetryable: false) }
        }
        let error = try await failure([ScriptedCritic("a", .finds([:]))], rules: [Broken()])
        #expect(error?.code == "absent")
        #expect(error?.origin == "judge#1")
    }
}
