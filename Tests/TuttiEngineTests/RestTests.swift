import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Runs that only wait leave memory, and nobody can tell but by the memory.
@Suite struct RestTests {
    /// No run that rests stays in memory.
    private static var atOnce: EngineOptions {
        var options = EngineOptions()
        options.restingInMemoryMax = 0
        options.poll = .milliseconds(2)
        return options
    }

    @Test("a signal brings it back, and no step is repeated", arguments: StoreKind.allCases)
    func signal(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let counter = Counter()
            let script = Script { ctx in
                let (moment, number) = (try await ctx.now(), try await ctx.random(in: 0...1_000_000))
                let first = try await ctx.step("first", number) { number in
                    counter.add("first")
                    return number
                }
                try await ctx.signal("go")
                try await ctx.signal("go on")
                return [first == number ? 1 : 0, moment == (try await ctx.now("again")) ? 0 : 1]
            }
            try await withEngine(on: store.journal, [script], options: Self.atOnce) { engine in
                let run = try await engine.start(script)
                for (name, key) in [("go", "go#1"), ("go on", "go on#1")] {
                    try await engine.untilOpen(key, of: run.id)
                    await engine.untilResting(1)
                    #expect(engine.runsInMemory == 0)
                    #expect(try await engine.summary(of: run.id)?.reason == "signal")
                    try await engine.signal(run.id, name)
                }
                #expect(await run.outcome == .output([1, 1]))
                #expect(counter.all == ["first": 1])
                #expect(engine.runsAtRest == 0)
            }
        }
    }

    @Test(
        "its times come to pass", arguments: StoreKind.allCases,
        ["sleep", "timeout", "first", "expiry", "back-off", "deadline"])
    func times(kind: StoreKind, what: String) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let hour: Duration = .seconds(3600)
            let counter = Counter()
            let script = Script { ctx -> String in
                switch what {
                case "sleep": try await ctx.sleep(for: hour, "it")
                case "timeout": try await ctx.signal("it", within: hour)
                case "first": return try await "\(ctx.first("it", of: .signal("x"), .timer(hour)).position)"
                case "expiry": _ = try await ctx.approval("it", showing: 1, within: hour)
                case "back-off":
                    let policy = RetryPolicy(attemptsMax: 2, delayFirst: hour, delayMax: hour)
                    try await ctx.step("it", StepOptions(retry: policy)) {
                        counter.add("attempt")
                        if counter["attempt"] == 1 { throw Trouble() }
                    }
                default: try await ctx.signal("it")
                }
                return what
            }
            let random = SeededGenerator(seed: 1)  // a back-off that is long enough to be written down
            try await withEngine(
                on: store.journal, [script], options: Self.atOnce, clock: clock, random: random
            ) { engine in
                let run = try await engine.start(script, deadline: what == "deadline" ? hour : nil)
                try await store.untilStep("it#1", of: run.id)
                await engine.untilResting(1)
                clock.advance(by: hour)
                let expected: Outcome<String> =
                    switch what {
                    case "timeout": .run(.failed, cause: "wait_timeout")
                    case "first": .output("1")
                    case "expiry": .run(.failed, cause: "approval_expired")
                    case "deadline": .run(.failed, cause: "deadline_exceeded")
                    default: .output(what)
                    }
                #expect(await run.outcome == expected)
                #expect(counter["attempt"] == (what == "back-off" ? 2 : 0))
            }
        }
    }

    @Test("a parent and its children leave and come back", arguments: StoreKind.allCases)
    func family(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = Waiter()
            let script = Script { ctx in
                try await ctx.all("all", ["a", "b", "c"], key: \.self) { item, ctx in
                    try await ctx.child(child, item)
                }.joined()
            }
            try await withEngine(on: store.journal, [script, child], options: Self.atOnce) { engine in
                let run = try await engine.start(script)
                await engine.untilResting(4)
                let children = try await store.journal.runs(RunFilter(parent: run.id), tenant: "default")
                #expect(children.count == 3)
                for (number, child) in children.enumerated() {
                    try await engine.signal(child.id, "go")
                    await engine.untilResting(3 - number)
                }
                #expect(await run.outcome == .output("abc"))
            }
        }
    }

    @Test("is cancelled, its children too", arguments: StoreKind.allCases)
    func cancelled(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = Waiter()
            let script = Script { ctx in try await ctx.child(child, "x") }
            try await withEngine(on: store.journal, [script, child], options: Self.atOnce) { engine in
                let run = try await engine.start(script)
                await engine.untilResting(2)
                let children = try await store.journal.runs(RunFilter(parent: run.id), tenant: "default")
                try await engine.cancel(run.id)
                #expect(await run.outcome == .run(.cancelled, cause: nil))
                let end = await engine.handle(of: try #require(children.first).id, as: String.self).outcome
                #expect(end == .run(.cancelled, cause: nil))
            }
        }
    }

    @Test("is parked, and resumed by name", arguments: StoreKind.allCases)
    func parked(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
            try await withEngine(on: store.journal, [script], options: Self.atOnce) { engine in
                let run = try await engine.start(script)
                await engine.untilResting(1)
                engine.park(run.id)
                #expect(await run.outcome == .run(.interrupted, cause: nil))
                #expect(try await engine.summary(of: run.id)?.executor == nil)
                try await engine.signal(run.id, "go", 4)
                #expect(await (try engine.resume(run.id, as: Int.self)).outcome == .output(4))
            }
        }
    }

    @Test(
        "at the end it waits on, and whoever serves its queue takes it up when it is woken",
        arguments: StoreKind.allCases)
    func shutDown(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
            var serving = Self.atOnce
            serving.queues = ["q"]
            let options = serving
            let (queued, foreground) = try await withEngine(on: store.journal, [script], options: options) { engine in
                let queued = try await engine.start(script, 0, queue: "q")
                let foreground = try await engine.start(script)
                await engine.untilResting(2)
                return (queued.id, foreground.id)
            }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                for id in [queued, foreground] {
                    let summary = try #require(try await engine.summary(of: id))
                    #expect(summary.status == .waiting && summary.reason == "signal" && summary.executor == nil)
                }
                try await engine.signal(queued, "go", 1)
                #expect(await engine.handle(of: queued, as: Int.self).outcome == .output(1))
                try await engine.signal(foreground, "go", 2)
                #expect(try await engine.summary(of: foreground)?.executor == nil)
                #expect(await (try engine.resume(foreground, as: Int.self)).outcome == .output(2))
            }
        }
    }

    @Test("stays when another task of its function, or a branch, may still be at work")
    func atWork() async throws {
        for isOwnTask in [true, false] {
            let go = Signal()
            let waiting = Signal()
            let script = Script { ctx -> Int in
                @Sendable func work(_ ctx: Context) async throws -> Int {
                    waiting.give()
                    await go.wait()  // what no step tells the engine of
                    return try await ctx.step("work") { 1 }
                }
                @Sendable func wait(_ ctx: Context) async throws -> Int { try await ctx.signal("go", as: Int.self) }
                guard isOwnTask else {
                    return try await ctx.all("all", [0, 1], key: { "\($0)" }) { item, ctx in
                        item == 0 ? try await wait(ctx) : try await work(ctx)
                    }.reduce(0, +)
                }
                async let signal = wait(ctx)
                let done = try await work(ctx)
                return try await done + signal
            }
            try await withEngine([script], options: Self.atOnce) { engine, _ in
                let run = try await engine.start(script)
                await waiting.wait()
                try await engine.untilOpen(isOwnTask ? "go#1" : "all#1/0/go#1", of: run.id)
                go.give()
                try await engine.untilEnded(isOwnTask ? "work#1" : "all#1/1/work#1", of: run.id)
                if isOwnTask { #expect(engine.runsAtRest == 0) }
                try await engine.signal(run.id, "go", 2)
                #expect(await run.outcome == .output(3))
            }
        }
    }

    @Test("so many stay as may, the others leave, and after their time all do")
    func limits() async throws {
        let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
        var options = EngineOptions()
        options.restingInMemoryMax = 3
        options.restingInMemoryFor = .seconds(30)
        try await withEngine([script], options: options) { engine, clock in
            var runs: [RunHandle<Int>] = []
            for _ in 0..<10 { runs.append(try await engine.start(script)) }
            await engine.untilResting(7)
            #expect(engine.runsInMemory == 3)
            clock.advance(by: .seconds(31))
            await engine.untilResting(10)
            #expect(engine.runsInMemory == 0)
            for run in runs { try await engine.signal(run.id, "go", 1) }
            for run in runs { #expect(await run.outcome == .output(1)) }
        }
    }

    @Test("comes back as what it was started as, also when the engine knows no such workflow")
    func unknown() async throws {
        let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
        try await withEngine([], options: Self.atOnce) { engine, _ in
            let run = try await engine.start(script)
            await engine.untilResting(1)
            try await engine.signal(run.id, "go", 3)
            #expect(await run.outcome == .output(3))
        }
    }

    @Test("no call is lost, however it meets the leaving", arguments: StoreKind.allCases)
    func calls(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                var sum = 0
                for _ in 0..<20 { sum += try await ctx.signal("go", as: Int.self) }
                return sum
            }
            try await withEngine(on: store.journal, [script], options: Self.atOnce) { engine in
                let run = try await engine.start(script)
                for number in 1...20 { try await engine.signal(run.id, "go", number) }
                #expect(await run.outcome == .output(210))
            }
        }
    }
}

/// A child that waits for a signal, and returns what it was started on.
private struct Waiter: Workflow {
    static let name = "waiter"

    func run(_ input: String, _ ctx: Context) async throws -> String {
        try await ctx.signal("go")
        return input
    }
}

extension Engine {
    /// Returns when so many runs of this engine are in no memory.
    fileprivate func untilResting(_ count: Int) async { while runsAtRest != count { await Task.yield() } }

    /// Returns when a step has its result.
    fileprivate func untilEnded(_ key: String, of run: RunID) async throws {
        for try await event in handle(of: run, as: Int.self).events {
            if event.type == "step.completed", event.key == key { return }
        }
        Issue.record("\(run) ended before \(key)")
    }
}
