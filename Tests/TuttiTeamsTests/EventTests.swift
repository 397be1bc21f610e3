import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTeams
import TuttiTesting

/// What a roundtable tells while it runs.
@Suite struct EventTests {
    private let roundtable = Roundtable(
        critics: [
            ScriptedCritic("a", .finds(["gap": .high, "blot": .low]), .finds([:])),
            ScriptedCritic("b", .finds([:]), .fails, .finds([:])),
        ], moderator: Rewriter())

    private func events() async throws -> [RunEvent] {
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a", "b"]
        let started = input
        return try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
            let run = try await engine.start(roundtable, started)
            return try await run.events.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func tellsOfEachThingOnce() async throws {
        let events = try await events()
        let own = events.filter { ["critic.completed", "round.judged", "moderator.completed"].contains($0.type) }
        let told = own.map { "\($0.type) \($0.key ?? "")" }.sorted()
        #expect(
            told == [
                "critic.completed review#1/a/review#1", "critic.completed review#1/b/review#1",
                "critic.completed review#2/a/review#1", "critic.completed review#3/a/review#1",
                "critic.completed review#3/b/review#1", "moderator.completed refine#1", "moderator.completed refine#2",
                "round.judged judge#1", "round.judged judge#2", "round.judged judge#3",
            ])
        #expect(events.count { $0.type == "step.failed" && $0.key == "review#2/b/review#1" } == 1)
        #expect(events.last?.type == "run.completed")
    }

    @Test func tellsInTheOrderOfTheRounds() async throws {
        let rounds = try await events().compactMap { event in
            try CanonicalJSON.decode(JSONValue.self, from: event.data)["round"]?.intValue
        }
        #expect(rounds == rounds.sorted())
        #expect(rounds.count == 10)
    }

    @Test func tellsWhatProgramsNeed() async throws {
        let events = try await events()
        func data(_ type: String, _ key: String) throws -> JSONValue {
            let event = try #require(events.first { $0.type == type && $0.key == key })
            return try CanonicalJSON.decode(JSONValue.self, from: event.data)
        }
        #expect(
            try data("critic.completed", "review#1/a/review#1") == [
                "round": 1, "critic": "a", "counts": ["critical": 0, "high": 1, "medium": 0, "low": 1],
            ])
        #expect(
            try data("round.judged", "judge#1") == [
                "round": 1, "reason": "1 open finding is high or worse",
                "counts": ["critical": 0, "high": 1, "medium": 0, "low": 1],
            ])
        #expect(try data("round.judged", "judge#3")["outcome"] == "converged")
        #expect(
            try data("moderator.completed", "refine#1") == ["round": 1, "edits": 0, "inserted": 1, "deleted": 1])
    }
}
