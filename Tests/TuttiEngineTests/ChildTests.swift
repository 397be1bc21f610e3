import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// A child whose way is told by its input.
private struct Child: Workflow {
    static let name = "child"
    let log: ExecutionLog

    func run(_ input: String, _ ctx: Context) async throws -> String {
        switch input {
        case "wait": return try await ctx.signal("go", as: String.self)
        case "fail": return try await ctx.step("work", StepOptions(retry: .never)) { throw Trouble(isRetryable: false) }
        case "mend":
            return try await ctx.step("work", StepOptions(retry: .never)) {
                if log.note("mend") == 1 { throw Trouble(isRetryable: false) }
                return "mended"
            }
        default: return try await log.step(0, ctx, "work", input) { $0 + "!" }
        }
    }
}

@Suite struct ChildTests {
    private let log = ExecutionLog()
    private var child: Child { Child(log: log) }

    @Test("runs on its own and gives its result to its parent", arguments: StoreKind.allCases)
    func result(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in try await ctx.child(child, "a") + ctx.child(child, "b") }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .output("a!b!"))
                let children = try await store.journal.runs(RunFilter(parent: run.id), tenant: "default")
                #expect(children.count == 2 && children.allSatisfy { $0.status == .completed && $0.parent == run.id })
                let types = try await store.journal.events(of: run.id, after: 0, limit: 99).map(\.type)
                let expected = ["child.started", "child.ended", "child.started", "child.ended"]
                #expect(types.filter { $0.hasPrefix("child.") } == expected)
            }
        }
    }

    @Test("shows its parent how it failed", arguments: StoreKind.allCases)
    func failure(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in
                do {
                    return try await ctx.child(child, "fail")
                } catch let error as StepError {
                    return "\(error.code) \(error.data?["code"] == "trouble") \(error.origin)"
                }
            }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .output("child_failed true child#1"))
            }
        }
    }

    @Test(
        "is looked at by its parent although it was taken while both were in no memory", arguments: StoreKind.allCases)
    func takenWhileResting(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in try await ctx.child(child, "wait") }
            var resting = EngineOptions()
            resting.poll = .milliseconds(2)
            resting.restingInMemoryMax = 0
            let options = resting
            try await withEngine(on: store.journal, [script, child], options: options) { former in
                let run = try await former.start(script)
                try await former.untilOpen("child#1", of: run.id)
                let known = try #require(try await store.journal.child(of: run.id, at: "child#1", tenant: "default"))
                try await former.untilOpen("go#1", of: known.summary.id)
                try await withEngine(on: store.journal, [script, child], options: options) { other in
                    let taken = try await other.resume(known.summary.id, takeOver: true, as: String.self)
                    try await other.signal(known.summary.id, "go", "on")
                    #expect(await taken.outcome == .output("on"))
                    #expect(await run.outcome == .output("on"))
                }
            }
        }
    }

    @Test("is found again after a restart, and goes on with its parent", arguments: StoreKind.allCases)
    func restart(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in try await ctx.child(child, "wait") }
            let (id, childID) = try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("child#1", of: run.id)
                let id = try #require(try await store.journal.child(of: run.id, at: "child#1", tenant: "default"))
                try await engine.untilOpen("go#1", of: id.summary.id)
                #expect(try await engine.summary(of: run.id)?.reason == "child")
                return (run.id, id.summary.id)
            }
            #expect(try await store.journal.run(childID, tenant: "default")?.summary.executor == nil)
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.resume(id, as: String.self)
                try await engine.signal(childID, "go", "on")
                #expect(await run.outcome == .output("on"))
            }
        }
    }

    @Test(
        "is cancelled with its parent, and with a branch that has lost", arguments: StoreKind.allCases, [true, false])
    func cancel(kind: StoreKind, isParent: Bool) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in
                try await ctx.race("race", ["child", "signal"], key: \.self) { item, ctx in
                    if item == "child" { return try await ctx.child(child, "wait") }
                    return try await ctx.signal("win", as: String.self)
                }
            }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                let key = "race#1/child/child#1"
                try await engine.untilOpen(key, of: run.id)
                let id = try #require(try await store.journal.child(of: run.id, at: key, tenant: "default")).summary.id
                try await engine.untilOpen("go#1", of: id)
                if isParent { try await engine.cancel(run.id) } else { try await engine.signal(run.id, "win", "won") }
                #expect(await run.outcome == (isParent ? .run(.cancelled, cause: nil) : .output("won")))
                #expect(await engine.handle(of: id, as: String.self).outcome == .run(.cancelled, cause: nil))
            }
        }
    }

    @Test("ends with the deadline of its parent", arguments: StoreKind.allCases)
    func deadline(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let clock = ManualClock()
            let script = Script { ctx in try await ctx.child(child, "wait") }
            try await withEngine(on: store.journal, [script, child], clock: clock) { engine in
                let run = try await engine.start(script, deadline: .seconds(60))
                try await engine.untilOpen("child#1", of: run.id)
                let id = try #require(try await store.journal.child(of: run.id, at: "child#1", tenant: "default"))
                try await engine.untilOpen("go#1", of: id.summary.id)
                clock.advance(by: .seconds(60))
                #expect(await run.outcome == .run(.failed, cause: "deadline_exceeded"))
                let ended = await engine.handle(of: id.summary.id, as: String.self).outcome
                #expect(
                    ended == .run(.failed, cause: "deadline_exceeded") || ended == .run(.cancelled, cause: nil))
            }
        }
    }

    @Test("a retry of the parent retries the child and repeats nothing else", arguments: StoreKind.allCases)
    func retry(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let log = self.log
            let script = Script { ctx in
                let first = try await log.step(0, ctx, "first", 1) { "\($0)" }
                return try await first + ctx.child(child, "mend")
            }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .run(.failed, cause: "child_failed"))
                let id = try #require(try await store.journal.child(of: run.id, at: "child#1", tenant: "default"))
                let alone = await #expect(throws: RunError.self) {
                    _ = try await engine.retry(id.summary.id, as: String.self)
                }
                #expect(alone?.reason == .isChild)
                let again = try await engine.retry(run.id, as: String.self)
                #expect(await again.outcome == .output("1mended"))
                let children = try await store.journal.runs(RunFilter(parent: run.id), tenant: "default")
                #expect(children.map(\.generation) == [1])
                #expect(log.count(of: "first#1") == 1)
            }
        }
    }

    @Test("a retry asks anew for what a failure beside it has cut off", arguments: StoreKind.allCases)
    func retryBeside(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let log = self.log
            let isDue = Signal()
            let script = Script { ctx in
                try await ctx.all("all", ["ask", "child", "fail"], key: \.self) { item, ctx in
                    switch item {
                    case "ask": return try await ctx.approval("ask", showing: "this")
                    case "child": return try await ctx.child(child, "wait")
                    default:
                        return try await ctx.step("fail", StepOptions(retry: .never)) {
                            if log.note("fail") > 1 { return "mended" }
                            try await isDue.waitUnlessCancelled()
                            throw Trouble(isRetryable: false)
                        }
                    }
                }.joined(separator: " ")
            }
            let key = "all#1/child/child#1"
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                _ = try await engine.untilAsked("ask", of: run.id)
                try await engine.untilOpen(key, of: run.id)
                let first = try #require(try await store.journal.child(of: run.id, at: key, tenant: "default"))
                isDue.give()
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                let again = try await engine.retry(run.id, as: String.self)
                try await engine.untilOpen(key, of: run.id)
                let second = try #require(try await store.journal.child(of: run.id, at: key, tenant: "default"))
                #expect(second.summary.id != first.summary.id)
                let asked = try await engine.untilAsked("ask", of: run.id)
                try await engine.approve(run.id, "ask", hash: asked.hash, by: "ada")
                try await engine.signal(second.summary.id, "go", "on")
                #expect(await again.outcome == .output("this on mended"))
                let cancelled = await engine.handle(of: first.summary.id, as: String.self).outcome
                #expect(cancelled == .run(.cancelled, cause: nil))
            }
        }
    }

    @Test("thousands of children end, each once", arguments: StoreKind.allCases)
    func many(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = self.child
            let script = Script { ctx in
                try await ctx.all("parts", Array(0..<1000), key: { "\($0)" }) { item, ctx in
                    try await ctx.child(child, "\(item)")
                }.count
            }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .output(1000))
            }
        }
    }
}

@Suite struct WaitingSlotTests {
    @Test("a run that waits leaves its slot to others, its own children among them", arguments: StoreKind.allCases)
    func slots(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = Child(log: ExecutionLog())
            let script = Script { ctx in try await ctx.child(child, "a") + ctx.child(child, "b") }
            var options = EngineOptions()
            options.queues = ["q"]
            options.slots = 2
            try await withEngine(on: store.journal, [script, child], options: options) { engine in
                var runs: [RunHandle<String>] = []
                for number in 0..<8 { runs.append(try await engine.start(script, number, queue: "q")) }
                for run in runs { #expect(await run.outcome == .output("a!b!")) }
            }
        }
    }
}
