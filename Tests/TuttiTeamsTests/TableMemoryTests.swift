import FoundationEssentials
import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiDocuments
@testable import TuttiTeams

/// Finds in each round what it is told to, and notes what it was told to remember.
private final class Forgetful: Critic {
    let id: String
    private let rounds: [[Finding]]
    private let told = Mutex<[[RememberedFinding]]>([])

    init(_ rounds: [[Finding]], id: String = "ops") {
        self.id = id
        self.rounds = rounds
    }

    var remembered: [[RememberedFinding]] { told.withLock { $0 } }

    func review(_ request: ReviewRequest) async throws -> Review {
        told.withLock { $0.append(request.remembered) }
        let round = min(request.round, rounds.count) - 1
        return Review(critic: id, findings: rounds[round])
    }
}

private struct Growing: Moderator {
    let id = "growing"

    func refine(_ request: RefineRequest) async throws -> Revision {
        Revision(text: request.document + "Round \(request.round) has added this line.\n", edits: [])
    }
}

/// A memory that takes nothing, or tells nothing.
private struct Broken: Memory {
    let isReadable: Bool

    func put(_: String, for key: String, in _: String, timeToLive _: Duration?) async throws -> MemoryEntry {
        throw MemoryError(.full, "the memory is full")
    }
    func get(_: String, in _: String) async throws -> MemoryEntry? { nil }
    func delete(_: String, in _: String) async throws -> Bool { false }
    func search(_: String, in _: String, limit _: Int) async throws -> [MemoryEntry] {
        if isReadable { return [] }
        throw MemoryError(.corrupt, "the memory is no database")
    }
}

private func finding(_ code: String, _ severity: Severity = .high, by critic: String = "ops") -> Finding {
    Finding(critic: critic, code: code, severity: severity, subject: code, message: "About \(code).")
}

private func input(_ name: String? = "payments", rounds: Int = 2) -> RoundtableInput {
    var input = RoundtableInput(document: "# Plan\n\nWe take payments.\n")
    input.critics = ["ops"]
    input.maxIterations = rounds
    input.threshold = 0
    input.memory = name
    return input
}

private func hold(
    _ critic: Forgetful, _ input: RoundtableInput, in memory: (any Memory)?,
    on store: MemoryJournalStore = MemoryJournalStore()
) async throws -> RoundtableResult {
    let table = Roundtable(critics: [critic], moderator: Growing(), memory: memory)
    return try await withEngine(on: store, [table]) { engine in try await engine.start(table, input).output }
}

@Suite("A roundtable with a memory")
struct TableMemoryTests {
    @Test func tellsACriticWhatItHasFoundAndWhatBecameOfIt() async throws {
        let memory = InMemoryMemory()
        let first = Forgetful([[finding("limit"), finding("owner", .low)], [finding("limit")]])
        _ = try await hold(first, input(), in: memory)
        #expect(first.remembered == [[], []])

        let second = Forgetful([[]])
        _ = try await hold(second, input(), in: memory)
        let told = try #require(second.remembered.first)
        #expect(told.map(\.code) == ["limit", "owner"])
        #expect(told.map(\.isFixed) == [false, true])
        #expect(told.map(\.message) == ["About limit.", "About owner."])
        #expect(told.map(\.document) == ["Plan", "Plan"])
    }

    @Test func takesForAnsweredWhatWasOpenAndIsNotFoundAgain() async throws {
        let memory = InMemoryMemory()
        _ = try await hold(Forgetful([[finding("limit")]]), input(rounds: 1), in: memory)
        _ = try await hold(Forgetful([[]]), input(rounds: 1), in: memory)
        let third = Forgetful([[finding("limit")]])
        _ = try await hold(third, input(rounds: 1), in: memory)
        #expect(third.remembered.first?.map(\.isFixed) == [true])
        let fourth = Forgetful([[]])
        _ = try await hold(fourth, input(rounds: 1), in: memory)
        #expect(fourth.remembered.first?.map(\.isFixed) == [false])
    }

    @Test func keepsNamesAndCriticsApart() async throws {
        let memory = InMemoryMemory()
        _ = try await hold(Forgetful([[finding("limit")]]), input("payments", rounds: 1), in: memory)
        let other = Forgetful([[]])
        _ = try await hold(other, input("refunds", rounds: 1), in: memory)
        #expect(other.remembered == [[]])
        var asked = input("payments", rounds: 1)
        asked.critics = ["legal"]
        let stranger = Forgetful([[]], id: "legal")
        _ = try await hold(stranger, asked, in: memory)
        #expect(stranger.remembered == [[]])
    }

    @Test func tellsNoMoreThanItsLimitAndTheOpenAndWorstFirst() async throws {
        let memory = InMemoryMemory()
        let many = (1...20).map { finding("low-\($0)", .low) } + [finding("worst", .critical)]
        _ = try await hold(Forgetful([many]), input(rounds: 1), in: memory)
        let next = Forgetful([[]])
        _ = try await hold(next, input(rounds: 1), in: memory)
        let told = try #require(next.remembered.first)
        #expect(told.count == TableMemory.toldMax && told.first?.code == "worst")
    }

    @Test func leavesEntriesOfOthersAlone() async throws {
        let memory = InMemoryMemory()
        try await memory.put("not a finding", for: "note", in: TableMemory.namespace(of: "payments"))
        let critic = Forgetful([[]])
        _ = try await hold(critic, input(rounds: 1), in: memory)
        #expect(critic.remembered == [[]])
        #expect(try await memory.get("note", in: TableMemory.namespace(of: "payments"))?.value == "not a finding")
    }

    @Test func aMemoryThatTakesNothingDoesNotCostTheResult() async throws {
        let result = try await hold(Forgetful([[finding("limit")]]), input(), in: Broken(isReadable: true))
        #expect(result.outcome == .exhausted && result.unremembered?.contains("full") == true)
    }

    @Test func aMemoryThatCannotBeReadEndsTheRunBeforeAnybodyReads() async throws {
        let critic = Forgetful([[]])
        let error = await #expect(throws: RunError.self) {
            try await hold(critic, input(), in: Broken(isReadable: false))
        }
        #expect(error?.message.contains("no database") == true && critic.remembered.isEmpty)
    }

    @Test("a name needs a memory, and has its rules", arguments: ["", "a\nb", String(repeating: "x", count: 101)])
    func badNames(name: String) async throws {
        let error = await #expect(throws: RunError.self) {
            try await hold(Forgetful([[]]), input(name), in: InMemoryMemory())
        }
        #expect(error?.message.contains("memory") == true)
        let missing = await #expect(throws: RunError.self) { try await hold(Forgetful([[]]), input(), in: nil) }
        #expect(missing?.message.contains("this roundtable has no memory") == true)
    }

    @Test func whereverTheProcessDiesWhatWasRecalledStaysAndWhatWasFoundIsKept() async throws {
        var options = EngineOptions()
        options.batchMax = 1  // each command is a point to die at
        options.poll = .milliseconds(2)
        var deaths = 0
        for apply in 1...80 {
            let (store, memory) = (MemoryJournalStore(), InMemoryMemory())
            _ = try await hold(Forgetful([[finding("limit")]]), input(rounds: 1), in: memory)
            let critic = Forgetful([[finding("limit")], []])
            let table = Roundtable(critics: [critic], moderator: Growing(), memory: memory)
            let crashing = CrashingStore(store, at: apply, .afterCommit) { store.kill($0) }
            _ = try? await withEngine(on: crashing, [table], options: options) { engine in
                try await engine.start(table, input(), idempotencyKey: "table").output
            }
            guard crashing.isDead else { break }
            deaths += 1
            if !critic.remembered.isEmpty {
                // It must not matter any more what the memory tells of before.
                for entry in try await memory.list(in: space, limit: 10)
                where TableMemory.finding(in: entry)?.isFixed == false {
                    try await memory.delete(entry.key, in: space)
                }
            }
            let result = try await withEngine(on: store, [table], options: options) { engine in
                try await goOn(engine, store, table).output
            }
            #expect(result.outcome == .converged && result.unremembered == nil)
            #expect(critic.remembered.allSatisfy { $0.map(\.code) == ["limit"] })
            let kept = try await memory.list(in: space, limit: 10).compactMap(TableMemory.finding(in:))
            #expect(kept.map(\.isFixed) == [true], "after death \(apply)")
        }
        #expect(deaths > 8 && deaths < 80)
    }

    /// Takes up what was interrupted, unless the engine has been faster; starts what never was.
    private func goOn(
        _ engine: Engine, _ store: MemoryJournalStore, _ table: Roundtable
    ) async throws -> RunHandle<RoundtableResult> {
        guard let known = try await store.runs(RunFilter(), tenant: "default").first, !known.status.isFinal else {
            return try await engine.start(table, input(), idempotencyKey: "table")
        }
        do {
            return try await engine.resume(known.id, as: RoundtableResult.self)
        } catch let error as RunError where error.reason == .owned {
            return engine.handle(of: known.id)
        }
    }

    private let space = TableMemory.namespace(of: "payments")
}
