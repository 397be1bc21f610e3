import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

/// Counts reads of events.
final class CountingStore: StoreDecorator {
    let base: any JournalStore
    let reads = Counter()

    init(_ base: any JournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await base.apply(commands)
    }

    func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        reads.add("events")
        return try await base.events(of: run, after: n, limit: limit)
    }
}

@Suite struct RunEventsTests {
    /// A run whose steps are let go one by one.
    private func gated(_ gates: [Signal]) -> Script<Int> {
        Script { ctx in
            for (index, gate) in gates.enumerated() {
                try await ctx.step("s\(index)") { try await gate.waitUnlessCancelled() }
            }
            return gates.count
        }
    }

    /// What a subscriber has seen, checked to be without gap or repeat; at most `limit` events.
    private func numbers(
        of events: RunEvents, behind n: Int64, limit: Int = .max, pausing: Bool = false
    ) async throws -> Int64 {
        var last = n
        var count = 0
        for try await event in events.after(n) {
            #expect(event.n == last + 1)
            last = event.n
            count += 1
            if count >= limit { break }
            if pausing { for _ in 0..<50 { await Task.yield() } }
        }
        return last
    }

    @Test("gives everything once to each of 200 readers that come, dawdle and leave", arguments: StoreKind.allCases)
    func manyReaders(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let steps = 300
            let script = Script { ctx in
                for n in 0..<steps { try await ctx.step("s\(n)") { for _ in 0..<20 { await Task.yield() } } }
                return steps
            }
            try await withEngine(on: store.journal, [script]) { engine in
                try await withEngine(on: store.journal, [script]) { other in
                    let run = try await engine.start(script)
                    try await withThrowingTaskGroup(of: (Int64, Bool).self) { group in
                        var random = SeededNumbers(7)
                        for number in 0..<200 {
                            let host = number.isMultiple(of: 4) ? other : engine
                            let (from, delay) = (Int64(random.next(steps)), random.next(400))
                            let limit = number.isMultiple(of: 5) ? random.next(40) + 1 : .max
                            group.addTask {
                                for _ in 0..<delay { await Task.yield() }
                                let events = host.handle(of: run.id, as: Int.self).events
                                let last = try await numbers(
                                    of: events, behind: from, limit: limit, pausing: number.isMultiple(of: 3))
                                return (last, limit == .max)
                            }
                        }
                        for try await (last, isToTheEnd) in group where isToTheEnd { #expect(last == Int64(steps + 2)) }
                    }
                    #expect(try await run.output == steps)
                    #expect(engine.services.streams.events.count == 0)
                    #expect(other.services.streams.events.count == 0)
                }
            }
        }
    }

    @Test func looksAtTheJournalOnceForAllReaders() async throws {
        let store = CountingStore(MemoryJournalStore())
        let gates = (0..<20).map { _ in Signal() }
        let script = gated(gates)
        try await withEngine(on: store, [script]) { engine in
            let run = try await engine.start(script)
            let seen = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        for try await event in run.events.after(1) { seen.add("\(event.n)") }
                    }
                }
                let joined = { engine.services.streams.events.hold(run.id).value.relay }
                while joined().waiting < 29 { await Task.yield() }
                let before = store.reads["events"]
                for (index, gate) in gates.enumerated() {
                    gate.give()
                    await seen.until("\(index + 2)", atLeast: 30)
                }
                try await group.waitForAll()
                // For each event one look that finds it and one that is in vain at most, and some by the poll.
                #expect(store.reads["events"] - before < 30 * gates.count / 4)
            }
            #expect(seen["22"] == 30)
        }
    }

    @Test func goesOnWhenTheReaderThatLooksIsCancelled() async throws {
        let gate = Signal()
        let script = gated([gate])
        // Nothing moves this clock, so that only signs count.
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            let relay = engine.services.streams.events.hold(run.id)
            let first = Task { try await numbers(of: run.events, behind: 1) }
            while relay.value.relay.last == nil { await Task.yield() }
            let others = (0..<10).map { _ in Task { try await numbers(of: run.events, behind: 1) } }
            while relay.value.relay.waiting < 10 { await Task.yield() }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            for other in others.prefix(9) { other.cancel() }
            for other in others.prefix(9) { _ = await other.result }
            gate.give()
            #expect(try await others[9].value == 3)
        }
    }

    @Test func tellsAllReadersWhatTheLookFailedWith() async throws {
        try await withEngine([]) { engine, _ in
            let unknown = RunID(trusted: "run_0000000000000000000000000a")
            await withTaskGroup(of: RunError.Reason?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            for try await _ in engine.handle(of: unknown, as: Int.self).events {}
                            return nil
                        } catch {
                            return (error as? RunError)?.reason
                        }
                    }
                }
                for await reason in group { #expect(reason == .notFound) }
            }
        }
    }

    @Test func waitsBehindTheEndUntilThereIsMore() async throws {
        let gates = [Signal(), Signal()]
        let script = gated(gates)
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            let ahead = Task { try await numbers(of: run.events, behind: 3) }
            let atEnd = Task { try await numbers(of: run.events, behind: 1, limit: 1) }
            gates[0].give()
            #expect(try await atEnd.value == 2)
            gates[1].give()
            #expect(try await ahead.value == 4)
        }
    }

    @Test func readsFromTheJournalWhatTheRingHasLetGo() async throws {
        let count = StreamLimits.ringCountMax + 500
        let script = Script { ctx in
            for n in 0..<count { try await ctx.step("s\(n)") {} }
            return count
        }
        try await withEngine(on: MemoryJournalStore(), [script]) { engine in
            let run = try await engine.start(script)
            var slow = run.events.makeAsyncIterator()
            #expect(try await slow.next()?.n == 1)
            #expect(try await numbers(of: run.events, behind: 0) == Int64(count + 2))
            var last: Int64 = 1
            while let event = try await slow.next() {
                #expect(event.n == last + 1)
                last = event.n
            }
            #expect(last == Int64(count + 2))
        }
    }
}
