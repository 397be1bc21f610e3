import Synchronization
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// A roundtable that loses its process at each commit gives the result and the report of an undisturbed one.
@Suite struct CrashTests {
    @Test("survives a death at every commit", arguments: CrashingStore.Moment.allCases)
    func sweep(moment: CrashingStore.Moment) async throws {
        let undisturbed = try await finish(MemoryJournalStore(), Attendance())
        #expect(undisturbed.result.outcome == .exhausted)
        var deaths = 0
        for apply in 1...80 {
            let store = MemoryJournalStore()
            let before = Attendance()
            guard try await die(at: apply, moment, store, before) else { break }
            deaths += 1
            let recorded = try await recordedKeys(store)
            let after = Attendance()
            let finished = try await finish(store, after)
            #expect(finished.result == undisturbed.result)
            #expect(finished.report == undisturbed.report)
            #expect(finished.told == undisturbed.told)
            #expect(after.seen.isDisjoint(with: recorded), "read again what was recorded, after death \(apply)")
            #expect(after.seen.union(recorded) == undisturbed.seen)
        }
        #expect(deaths > 15)
        #expect(deaths < 80, "the sweep did not come to the end of the run")
    }

    // MARK: The team

    private struct Attending: Critic {
        let critic: ScriptedCritic
        let attendance: Attendance
        var id: String { critic.id }

        func review(_ request: ReviewRequest) async throws -> Review {
            attendance.add()
            return try await critic.review(request)
        }
    }

    private func roundtable(_ attendance: Attendance) -> Roundtable {
        let critics = [
            ScriptedCritic("a", .finds(["one": .high, "two": .low]), .finds(["one": .high])),
            ScriptedCritic("b", .finds(["one": .medium]), .fails, .finds(["three": .critical])),
            ScriptedCritic("c", .finds(["four": .high]), .finds([:])),
        ]
        return Roundtable(
            critics: critics.map { Attending(critic: $0, attendance: attendance) },
            moderator: ScriptedModerator(Words.text(50), Words.text(90)),
            stopRules: [ScriptedRule(inRound: 9, isGoalReached: true)])
    }

    private var input: RoundtableInput {
        var input = RoundtableInput(document: Words.first)
        input.critics = ["a", "b", "c"]
        return input
    }

    // MARK: Life and death

    private struct Finished {
        var result: RoundtableResult
        var report: String
        /// Events of the roundtable's own, each with how often it was told.
        var told: [String: Int]
        var seen: Set<String>
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.batchMax = 1  // each command is a point to die at
        options.poll = .milliseconds(2)
        return options
    }

    private func die(
        at apply: Int, _ moment: CrashingStore.Moment, _ store: MemoryJournalStore, _ attendance: Attendance
    ) async throws -> Bool {
        let crashing = CrashingStore(store, at: apply, moment) { store.kill($0) }
        let roundtable = roundtable(attendance)
        _ = try? await withEngine(on: crashing, [roundtable], options: options) { engine in
            try await run(engine, store, roundtable).output
        }
        return crashing.isDead
    }

    private func finish(_ store: MemoryJournalStore, _ attendance: Attendance) async throws -> Finished {
        let roundtable = roundtable(attendance)
        return try await withEngine(on: store, [roundtable], options: options) { engine in
            let handle = try await run(engine, store, roundtable)
            var result = try await handle.output
            #expect(result.started <= result.finished)
            (result.started, result.finished) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 0))
            let report = RoundtableReport(run: RunID(trusted: "run"), input: input, result: result)
            let events = try await store.events(of: handle.id, after: 0, limit: 10_000)
            let own = events.filter { ["critic.completed", "round.judged", "moderator.completed"].contains($0.type) }
            return Finished(
                result: result, report: String(decoding: try report.json(), as: UTF8.self),
                told: Dictionary(own.map { ("\($0.type) \($0.key ?? "") \($0.data)", 1) }, uniquingKeysWith: +),
                seen: attendance.seen)
        }
    }

    private func run(
        _ engine: Engine, _ store: MemoryJournalStore, _ roundtable: Roundtable
    ) async throws -> RunHandle<RoundtableResult> {
        let known = try await store.runs(RunFilter(), tenant: "default").first
        if let known, !known.status.isFinal { return try await engine.resume(known.id, as: RoundtableResult.self) }
        return try await engine.start(roundtable, input, idempotencyKey: "roundtable")
    }

    /// The reviews that a dead process has left in the journal.
    private func recordedKeys(_ store: MemoryJournalStore) async throws -> Set<String> {
        guard let run = try await store.runs(RunFilter(), tenant: "default").first else { return [] }
        let steps = try await store.steps(of: run.id)
        return Set(steps.filter { $0.kind == .step && $0.ended != nil && $0.key.hasPrefix("review#") }.map(\.key))
    }
}

/// The keys of the steps in which critics have read something.
private final class Attendance: Sendable {
    private let keys = Mutex<Set<String>>([])
    var seen: Set<String> { keys.withLock { $0 } }
    func add() { keys.withLock { _ = $0.insert(StepContext.current?.key ?? "") } }
}
