import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// A world in which things are booked and given back.
private final class World: Sendable {
    private struct State {
        var booked: Set<String> = []
        var log: [String] = []
    }

    private let state = Mutex(State())
    let isBroken = Mutex(false)

    var booked: Set<String> { state.withLock { $0.booked } }
    var log: [String] { state.withLock { $0.log } }

    func book(_ thing: String) {
        state.withLock { state in
            state.booked.insert(thing)
            state.log.append("book " + thing)
        }
    }

    func giveBack(_ thing: String, _ outcome: String) {
        state.withLock { state in
            state.booked.remove(thing)
            state.log.append("undo \(thing) \(outcome)")
        }
    }
}

/// Books a flight, two hotels side by side and a car, and fails, waits or goes on as its input says.
private struct Travel: Workflow {
    static let name = "saga"
    let world: World

    var undos: [Undo] {
        [
            Undo("give-back", StepOptions(retry: RetryPolicy(attemptsMax: 2, delayFirst: .zero))) {
                (thing: String, context) in
                if world.isBroken.withLock({ $0 }) { throw Trouble() }
                world.giveBack(thing, context.result == nil ? "unknown" : "done")
            }
        ]
    }

    func run(_ input: String, _ ctx: Context) async throws -> String {
        try await book("flight", ctx)
        _ = try await ctx.all("hotels", ["rome", "oslo"], key: \.self) { city, ctx in
            try await book(city, ctx)
            return city
        }
        switch input {
        case "fail": try await ctx.step("car", StepOptions(retry: .never)) { () throws in throw Trouble() }
        case "mend":
            try await ctx.step("car", StepOptions(retry: .never)) {
                if world.log.count < 4 { throw Trouble() }
            }
        case "wait": try await ctx.signal("go")
        case "cut":
            try await ctx.step("car", "car", StepOptions(undo: "give-back")) { car in
                world.book(car)
                try await Signal().waitUnlessCancelled()
            }
        default: break
        }
        return "done"
    }

    func book(_ thing: String, _ ctx: Context) async throws {
        try await ctx.step("book", thing, StepOptions(undo: "give-back")) { thing in world.book(thing) }
    }
}

/// The same after a careless change: it asks for something else than is recorded.
private struct ChangedTravel: Workflow {
    static let name = Travel.name
    let world: World

    var undos: [Undo] { Travel(world: world).undos }

    func run(_ input: String, _ ctx: Context) async throws -> String {
        try await ctx.signal("book")
        return "done"
    }
}

@Suite struct UndoTests {
    @Test("undoes what was done in reverse order when the run fails", arguments: StoreKind.allCases)
    func failure(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "fail")
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                #expect(world.booked.isEmpty)
                #expect(world.log.suffix(3).allSatisfy { $0.hasSuffix("done") })
                #expect(world.log.last == "undo flight done")
                let types = try await store.journal.events(of: run.id, after: 0, limit: 99).map(\.type)
                #expect(types.count { $0 == "step.undone" } == 3 && types.contains("run.undoing"))
                #expect(types.last == "run.failed")
            }
        }
    }

    @Test("undoes nothing when the run completes", arguments: StoreKind.allCases)
    func success(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "go")
                #expect(await run.outcome == .output("done"))
                #expect(world.booked == ["flight", "rome", "oslo"])
            }
        }
    }

    @Test("undoes what was done when the run is cancelled, here or by another process", arguments: StoreKind.allCases)
    func cancel(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            let parked = try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "wait")
                try await engine.untilOpen("go#1", of: run.id)
                try await engine.cancel(run.id)
                #expect(await run.outcome == .run(.cancelled, cause: nil))
                #expect(world.booked.isEmpty)
                let other = try await engine.start(saga, "wait")
                try await engine.untilOpen("go#1", of: other.id)
                return other.id
            }
            #expect(!world.booked.isEmpty)
            try await withEngine(on: store.journal, [saga]) { engine in
                try await engine.cancel(parked)
                #expect(await engine.handle(of: parked, as: String.self).outcome == .run(.cancelled, cause: nil))
                #expect(world.booked.isEmpty)
            }
        }
    }

    @Test("tells an undo when it is unknown whether its step took place", arguments: StoreKind.allCases)
    func unknown(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "cut")
                try await engine.untilOpen("car#1", of: run.id)
                while !world.booked.contains("car") { await Task.yield() }
                try await engine.cancel(run.id)
                #expect(await run.outcome == .run(.cancelled, cause: nil))
                #expect(world.log.contains("undo car unknown") && world.booked.isEmpty)
            }
        }
    }

    @Test("blocks a run whose undo fails, until a retry brings it to its end", arguments: StoreKind.allCases)
    func blocked(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            world.isBroken.withLock { $0 = true }
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "fail")
                #expect(await run.outcome == .run(.blocked, cause: "trouble"))
                #expect(try await engine.summary(of: run.id)?.reason == "undo_failed")
                let resumed = await #expect(throws: RunError.self) {
                    try await engine.resume(run.id, as: String.self)
                }
                #expect(resumed?.reason == .undoFailed)
                world.isBroken.withLock { $0 = false }
                let again = try await engine.retry(run.id, as: String.self)
                #expect(await again.outcome == .run(.failed, cause: "trouble"))
                #expect(world.booked.isEmpty)
            }
        }
    }

    @Test("undoes what a blocked run has done when it is cancelled", arguments: StoreKind.allCases)
    func blockedAndCancelled(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            let parked = try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "wait")
                try await engine.untilOpen("go#1", of: run.id)
                return run.id
            }
            try await withEngine(on: store.journal, [ChangedTravel(world: world)]) { engine in
                let run = try await engine.resume(parked, as: String.self)
                #expect(await run.outcome == .run(.blocked, cause: "diverged"))
                #expect(!world.booked.isEmpty)
                try await engine.cancel(parked)
                #expect(await engine.handle(of: parked, as: String.self).outcome == .run(.cancelled, cause: nil))
                #expect(world.booked.isEmpty)
            }
        }
    }

    @Test("a retry does again what was undone", arguments: StoreKind.allCases)
    func retry(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "mend")
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                #expect(world.booked.isEmpty)
                let again = try await engine.retry(run.id, as: String.self)
                #expect(await again.outcome == .output("done"))
                #expect(world.booked == ["flight", "rome", "oslo"])
            }
        }
    }

    @Test("a fork does again what was undone, and undoes nothing of its source", arguments: StoreKind.allCases)
    func fork(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let world = World()
            let saga = Travel(world: world)
            try await withEngine(on: store.journal, [saga]) { engine in
                let run = try await engine.start(saga, "mend")
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                let plan = try await engine.forkPlan(of: run.id, at: "car#1")
                let undone = ["book#1", "hotels#1/oslo/book#1", "hotels#1/rome/book#1"]
                #expect(plan.repeated.map(\.key).sorted() == (undone + ["car#1"]).sorted() && plan.copied == 0)
                let gone = await #expect(throws: RunError.self) { try await engine.forkPlan(of: run.id, at: "book#1") }
                #expect(gone?.reason == .keyUnknown)
                let fork = try await engine.fork(run.id, at: "car#1", as: String.self)
                #expect(await fork.outcome == .output("done"))
                #expect(world.booked == ["flight", "rome", "oslo"])
                let source = try await engine.start(saga, "wait")
                try await engine.untilOpen("go#1", of: source.id)
                let copy = try await engine.fork(source.id, as: String.self)
                try await engine.untilOpen("go#1", of: copy.id)
                let before = world.log.count
                try await engine.cancel(copy.id)
                #expect(await copy.outcome == .run(.cancelled, cause: nil))
                #expect(world.log.count == before)
            }
        }
    }

    @Test func aStepThatNamesNoKnownUndoFailsAtOnce() async throws {
        let world = World()
        let script = Script { ctx in
            try await ctx.step("book", "x", StepOptions(undo: "nothing")) { world.book($0) }
            return 1
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            #expect(await run.outcome == .run(.failed, cause: "undo_unknown"))
            #expect(world.booked.isEmpty)
        }
    }

    @Test("undoes all, wherever the process dies", arguments: StoreKind.allCases, CrashingStore.Moment.allCases)
    func crashes(kind: StoreKind, moment: CrashingStore.Moment) async throws {
        for apply in 1...60 {
            let isOver = try await withStore(kind) { store in
                let world = World()
                let saga = Travel(world: world)
                let crashing = CrashingStore(store.journal, at: apply, moment, kill: store.kill)
                try await withEngine(on: crashing, [saga]) { engine in
                    _ = try? await engine.start(saga, "fail").output
                }
                if !crashing.isDead { return true }
                guard let run = try await store.journal.runs(RunFilter(), tenant: "default").first else { return false }
                if !run.status.isFinal {
                    try await withEngine(on: store.journal, [saga]) { engine in
                        let again = try await engine.resume(run.id, as: String.self)
                        #expect(await again.outcome == .run(.failed, cause: "trouble"), "dying \(moment) \(apply)")
                    }
                }
                #expect(world.booked.isEmpty, "dying \(moment) commit \(apply)")
                return false
            }
            if isOver { return }
        }
        Issue.record("the run needs more than 60 commits")
    }
}
