import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

@Suite struct GroupCommitWriterTests {
    /// Notes the size of each batch, and waits before the first one.
    private final class Recording: Sendable {
        let sizes = Mutex<[Int]>([])
        let began = Signal()
        let proceed = Signal()
    }

    private func run(_ n: UInt64) -> RunID {
        var random = SeededGenerator(seed: n)
        return RunID(at: Timestamp(milliseconds: Int64(n)), using: &random)
    }

    private func start(_ n: UInt64, size: Int = 2) -> JournalCommand {
        .start(
            StartCommand(
                id: run(n), tenant: "default", workflow: "w", input: Payload(Data(repeating: 0x31, count: size)),
                inputHash: "h", at: Timestamp(milliseconds: 0)))
    }

    /// Submits commands while the writer is held up in its first batch, and gives the sizes of all batches.
    private func batches(of commands: [JournalCommand], max: Int) async throws -> [Int] {
        let store = GatedStore(MemoryJournalStore())
        let writer = GroupCommitWriter(
            store: store, clock: HastyClock(), commandsMax: max, patience: .seconds(1)
        ) { _, _, _ in }
        let running = Task { await writer.run() }
        async let first = writer.submit(start(0))
        await store.entered.wait()
        try await withThrowingTaskGroup(of: JournalOutcome.self) { group in
            for command in commands { group.addTask { try await writer.submit(command) } }
            while writer.waiting < commands.count { await Task.yield() }
            store.open.give()
            for try await outcome in group { #expect(outcome == .done) }
        }
        let outcome = try await first
        #expect(outcome == .done)
        writer.close()
        await running.value
        return store.batches
    }

    @Test func commitsTogetherWhatQueuedUpWhileTheLastCommitWasOnItsWay() async throws {
        let found = try await batches(of: (1...20).map { start($0) }, max: 512)
        #expect(found == [1, 20])
    }

    @Test func takesNoMoreCommandsThanItsLimit() async throws {
        let found = try await batches(of: (1...20).map { start($0) }, max: 8)
        #expect(found == [1, 8, 8, 4])
        let single = try await batches(of: (1...3).map { start($0) }, max: 1)
        #expect(single == [1, 1, 1, 1])
    }

    @Test func takesNoMoreBytesThanItsLimit() async throws {
        let found = try await batches(of: (1...4).map { start($0, size: 600 << 10) }, max: 512)
        #expect(found == [1, 2, 2])
    }

    @Test func letsOneCommandThatBreaksARuleFailAlone() async throws {
        let bad = run(5)
        let store = ConstraintStore(MemoryJournalStore(), refusing: bad)
        let writer = GroupCommitWriter(
            store: store, clock: HastyClock(), commandsMax: 512, patience: .seconds(1)
        ) { _, _, _ in }
        let submitted = (1...9).map { n in Task { try await writer.submit(start(n)) } }
        while writer.waiting < 9 { await Task.yield() }
        let running = Task { await writer.run() }
        for (n, task) in zip(1..., submitted) {
            switch await task.result {
            case .success(let outcome): #expect(outcome == .done && n != 5)
            case .failure(let error): #expect((error as? StoreError)?.code == .constraint && n == 5)
            }
        }
        writer.close()
        await running.value
        let runs = try await store.runs(RunFilter(), tenant: "default")
        #expect(runs.count == 8)
    }

    @Test func commitsWhatIsQueuedBeforeItCloses() async throws {
        let store = MemoryJournalStore()
        let writer = GroupCommitWriter(store: store, clock: HastyClock(), commandsMax: 2, patience: .seconds(1)) {
            _, _, _ in
        }
        let submitted = (1...5).map { n in Task { try await writer.submit(start(n)) } }
        while writer.waiting < 5 { await Task.yield() }
        writer.close()
        await writer.run()
        for task in submitted { #expect(try await task.value == .done) }
        let late = await #expect(throws: StoreError.self) { try await writer.submit(start(9)) }
        #expect(late?.code == .closed)
    }

    @Test func waitsForTheOutcomeEvenWhenItsCallerIsCancelled() async throws {
        let store = GatedStore(MemoryJournalStore())
        let writer = GroupCommitWriter(store: store, clock: HastyClock(), commandsMax: 2, patience: .seconds(1)) {
            _, _, _ in
        }
        let running = Task { await writer.run() }
        let caller = Task { try await writer.submit(start(1)) }
        await store.entered.wait()
        caller.cancel()
        store.open.give()
        #expect(try await caller.value == .done)
        writer.close()
        await running.value
    }

    @Test func triesAgainUntilItsPatienceIsUsedUpAndClosesWhileDegraded() async throws {
        let plan = StoreFaultPlan.nthApply(1, times: 1_000_000, .before(StoreError(.busy, "busy")))
        let clock = HastyClock()
        let writer = GroupCommitWriter(
            store: FaultyStore(MemoryJournalStore(), plan), clock: clock, commandsMax: 2, patience: .seconds(5)
        ) { _, _, _ in }
        let submitted = (1...6).map { n in Task { try await writer.submit(start(n)) } }
        while writer.waiting < 6 { await Task.yield() }
        writer.close()
        await writer.run()
        for task in submitted {
            let error = await #expect(throws: StoreError.self) { try await task.value }
            #expect(error?.code == .busy)
        }
        #expect(writer.degraded?.code == .busy)
        #expect(clock.uptime() < .seconds(10), "those behind the first batch did not begin to wait anew")
        #expect(plan.applies < 20)
    }

    @Test func answersWhatWasAppliedAndReportedAsFailed() async throws {
        let store = MemoryJournalStore()
        let plan = StoreFaultPlan.nthApply(1, .after(StoreError(.ioFailure, "broken")))
        let told = Counter()
        let writer = GroupCommitWriter(
            store: FaultyStore(store, plan), clock: HastyClock(), commandsMax: 2, patience: .seconds(5)
        ) { commands, _, _ in for _ in commands { told.add("commit") } }
        let running = Task { await writer.run() }
        let outcome = try await writer.submit(start(1))
        #expect(outcome == .done)
        #expect(writer.degraded == nil)
        #expect(told["commit"] == 1)
        writer.close()
        await running.value
        let events = try await store.events(of: run(1), after: 0, limit: 10)
        #expect(events.count == 1)
    }
}
