import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Two steps, the first of which waits where a test can see it.
private struct Paused: Workflow {
    let executed: Counter
    let entered: Signal
    let proceed: Signal

    func run(_ input: Int, _ ctx: Context) async throws -> String {
        let first = try await ctx.step("first") {
            executed.add("first")
            entered.give()
            await proceed.wait()
            return "from \(input)"
        }
        return try await ctx.step("second", first) { first in
            executed.add("second")
            return first + " and on"
        }
    }
}

@Suite struct OwnershipTests {
    private var options: EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(2)
        return options
    }

    @Test("lets a stopped owner change nothing after a takeover", arguments: StoreKind.allCases)
    func zombie(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let entered = Signal()
            let (frozen, free) = (Signal(), Signal())
            free.give()
            let (ofA, ofB) = (Counter(), Counter())
            let slow = Paused(executed: ofA, entered: entered, proceed: frozen)
            let fast = Paused(executed: ofB, entered: Signal(), proceed: free)
            try await withEngine(on: store.journal, [slow], options: options) { a in
                let run = try await a.start(slow, 1)
                await entered.wait()
                try await withEngine(on: store.journal, [fast], options: options) { b in
                    await #expect(throws: RunError.self) { try await b.resume(run.id, as: String.self) }
                    let taken = try await b.resume(run.id, takeOver: true, as: String.self)
                    #expect(try await taken.output == "from 1 and on")
                }
                let before = try await Evidence(run.id, in: store.journal)
                frozen.give()
                #expect(try await run.output == "from 1 and on")
                let after = try await Evidence(run.id, in: store.journal)
                #expect(after.steps == before.steps)
                #expect(after.events == before.events)
                #expect(after.record == before.record)
            }
            #expect(ofA.all == ["first": 1])
            #expect(ofB.all == ["first": 1, "second": 1])
        }
    }

    @Test("lets exactly one of two resumes in two engines win", arguments: StoreKind.allCases)
    func twoResumes(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let free = Signal()
            free.give()
            let workflow = Paused(executed: Counter(), entered: Signal(), proceed: Signal())
            let id = try await interrupted(workflow, store)
            let (counter, entered, proceed) = (Counter(), Signal(), Signal())
            let resumed = Paused(executed: counter, entered: entered, proceed: proceed)
            try await withEngine(on: store.journal, [resumed], options: options) { a in
                try await withEngine(on: store.journal, [resumed], options: options) { b in
                    let results = await resumeAtOnce([a, b], id)
                    let winners = results.compactMap { try? $0.get() }
                    #expect(winners.count == 1)
                    #expect(results.compactMap(Self.reason).map(\.rawValue) == ["run_owned"])
                    await entered.wait()
                    proceed.give()
                    let output = try await winners.first?.output
                    #expect(output == "from 1 and on")
                }
            }
            #expect(counter.all == ["first": 1, "second": 1])
        }
    }

    @Test("lets exactly one of two resumes in one engine win", arguments: StoreKind.allCases)
    func twoResumesInOne(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let id = try await interrupted(
                Paused(executed: Counter(), entered: Signal(), proceed: Signal()), store)
            let (counter, entered, proceed) = (Counter(), Signal(), Signal())
            let resumed = Paused(executed: counter, entered: entered, proceed: proceed)
            try await withEngine(on: store.journal, [resumed], options: options) { engine in
                let results = await resumeAtOnce([engine, engine, engine], id)
                #expect(results.compactMap { try? $0.get() }.count == 1)
                #expect(results.compactMap(Self.reason) == [.owned, .owned])
                await entered.wait()
                await #expect(throws: RunError.self) { try await engine.resume(id, as: String.self) }
                proceed.give()
                let output = try await results.compactMap { try? $0.get() }.first?.output
                #expect(output == "from 1 and on")
            }
            #expect(counter.all == ["first": 1, "second": 1])
        }
    }

    @Test("keeps those who wait when a run is taken over within one engine", arguments: StoreKind.allCases)
    func takeOverHere(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (entered, proceed) = (Signal(), Signal())
            let workflow = Paused(executed: Counter(), entered: entered, proceed: proceed)
            try await withEngine(on: store.journal, [workflow], options: options) { engine in
                let run = try await engine.start(workflow, 1)
                await entered.wait()
                async let first = run.output
                let again = try await engine.resume(run.id, takeOver: true, as: String.self)
                proceed.give()
                #expect(try await again.output == "from 1 and on")
                #expect(try await first == "from 1 and on")
            }
        }
    }

    @Test("starts once for one idempotency key, from two engines", arguments: StoreKind.allCases)
    func idempotentStart(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let counter = Counter()
            let free = Signal()
            free.give()
            let workflow = Paused(executed: counter, entered: Signal(), proceed: free)
            try await withEngine(on: store.journal, [workflow], options: options) { a in
                try await withEngine(on: store.journal, [workflow], options: options) { b in
                    let ids = try await withThrowingTaskGroup(of: RunID.self) { group in
                        for engine in [a, b, a, b] {
                            group.addTask {
                                let run = try await engine.start(workflow, 1, idempotencyKey: "once")
                                let output = try await run.output
                                #expect(output == "from 1 and on")
                                return run.id
                            }
                        }
                        return try await group.reduce(into: Set()) { $0.insert($1) }
                    }
                    #expect(ids.count == 1)
                    let conflict = await #expect(throws: RunError.self) {
                        try await b.start(workflow, 2, idempotencyKey: "once")
                    }
                    #expect(conflict?.reason == .inputConflict)
                    #expect(conflict?.run == ids.first)
                }
            }
            #expect(counter.all == ["first": 1, "second": 1])
        }
    }

    /// A run whose process has died inside of its first step.
    private func interrupted(_ workflow: Paused, _ store: TestStore) async throws -> RunID {
        let crashing = CrashingStore(store.journal, at: .max, .beforeCommit, kill: store.kill)
        return try await withEngine(on: crashing, [workflow], options: options) { engine in
            let run = try await engine.start(workflow, 1)
            await workflow.entered.wait()
            crashing.die()
            workflow.proceed.give()
            return run.id
        }
    }

    private func resumeAtOnce(_ engines: [Engine], _ id: RunID) async -> [Result<RunHandle<String>, any Error>] {
        await withTaskGroup(of: Result<RunHandle<String>, any Error>.self) { group in
            for engine in engines {
                group.addTask {
                    do {
                        return .success(try await engine.resume(id, as: String.self))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func reason(_ result: Result<RunHandle<String>, any Error>) -> RunError.Reason? {
        if case .failure(let error as RunError) = result { error.reason } else { nil }
    }
}
