import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Roundtables that go on with more rounds.
@Suite struct ContinuationTests {
    /// Counts reviews by round.
    private final class CountingCritic: Critic {
        let id = "a"
        private let rounds = Mutex<[Int]>([])
        var reviewed: [Int] { rounds.withLock { $0 } }

        func review(_ request: ReviewRequest) async throws -> Review {
            rounds.withLock { $0.append(request.round) }
            return try await ScriptedCritic("a", .finds(["gap": .high]), .finds(["hole": .high]), .finds([:]))
                .review(request)
        }
    }

    private static let moderator = ScriptedModerator(Words.text(30), Words.text(60))

    private func input(_ maxIterations: Int) -> RoundtableInput {
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a"]
        input.maxIterations = maxIterations
        return input
    }

    @Test func goesOnWithoutRepeatingAReview() async throws {
        let critic = CountingCritic()
        let roundtable = Roundtable(critics: [critic], moderator: Self.moderator)
        let store = MemoryJournalStore()
        let first = input(1)
        let (one, both) = try await withEngine(on: store, [roundtable]) { engine in
            let run = try await engine.start(roundtable, first)
            let one = try await run.output
            let next = try Roundtable.continuation(of: one, first, maxIterations: 2)
            #expect(next.key == "judge#1" && next.input.maxIterations == 2)
            let json = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(next.input))
            let fork = try await engine.fork(run.id, at: next.key, input: json, as: RoundtableResult.self)
            let both = try await fork.output
            #expect(try await run.output == one, "the first run stays as it is")
            return (one, both)
        }
        #expect(critic.reviewed == [1, 2])
        #expect(one.outcome == .exhausted && both.outcome == .exhausted)
        #expect(both.rounds.count == 2 && both.started == one.started)
        #expect(both.versions == [Words.first, Words.text(30)])
        #expect(both.rounds[0].findings == one.rounds[0].findings)
        #expect(both.rounds[1].fixed.map(\.subject) == ["gap"])
        #expect(both.rounds[0].verdict.outcome == nil, "the verdict of the limit is not replayed")
        expectCoherence(both, of: input(2))
    }

    @Test func canBeDoneAgainAndAgain() async throws {
        let critic = CountingCritic()
        let roundtable = Roundtable(critics: [critic], moderator: Self.moderator)
        let start = input(1)
        let result = try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
            let run = try await engine.start(roundtable, start)
            var (id, result) = (run.id, try await run.output)
            for limit in 2...3 {
                let next = try Roundtable.continuation(of: result, start, maxIterations: limit)
                let json = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(next.input))
                let fork = try await engine.fork(id, at: next.key, input: json, as: RoundtableResult.self)
                (id, result) = (fork.id, try await fork.output)
            }
            return result
        }
        #expect(critic.reviewed == [1, 2, 3])
        #expect(result.outcome == .converged && result.rounds.count == 3)
    }

    @Test("takes back the end that a person asked for", arguments: [1, 2])
    func afterAFinish(look: Int) throws {
        var result = Self.result(.custom, rounds: 1)
        result.finish = .init(request: FinishRequest(by: "ada"), key: "finish#\(look)", version: 1)
        let next = try Roundtable.continuation(of: result, input(3), maxIterations: 4)
        #expect(next.key == "finish#\(look)" && next.input.maxIterations == 4)
    }

    @Test(
        "is refused where it would change nothing",
        arguments: [
            (RoundtableOutcome.converged, 1, 3, "it has converged"), (.stable, 1, 3, "only its author can"),
            (.oscillating, 1, 3, "in circles"), (.custom, 1, 3, "an own rule"),
            (.exhausted, 2, 2, "it has had 2 rounds, and the new limit is 2; use 3 to 10"),
            (.exhausted, 1, 11, "it has had 1 round, and the new limit is 11; use 2 to 10"),
            (.exhausted, 9, 9, "use 10"), (.exhausted, 10, 10, "there are no more"),
        ])
    func refusals(outcome: RoundtableOutcome, rounds: Int, limit: Int, reason: String) {
        let error = #expect(throws: StepError.self) {
            try Roundtable.continuation(
                of: Self.result(outcome, rounds: rounds), input(rounds), maxIterations: limit)
        }
        #expect(error?.code == "not_continuable" && error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    private static func result(_ outcome: RoundtableOutcome, rounds: Int) -> RoundtableResult {
        let records = (1...rounds).map { round in
            RoundRecord(
                round: round, sha256: "", change: nil, critics: [], findings: [], fixed: [],
                verdict: Verdict(outcome: outcome, reason: "", isGoalReached: false), edits: [])
        }
        return RoundtableResult(
            outcome: outcome, reason: "", isGoalReached: false, document: "a", rounds: records,
            versions: records.map { _ in "a" }, started: Timestamp(milliseconds: 0),
            finished: Timestamp(milliseconds: 1))
    }
}
