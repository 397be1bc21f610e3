import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Looks at the inbox that do not wait.
@Suite struct LookTests {
    @Test("takes what is there, the oldest first, and tells when there is nothing", arguments: StoreKind.allCases)
    func looks(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (begun, go) = (Signal(), Signal())
            let script = Script { ctx in
                var found = [try await ctx.signalIfPresent("word", as: String.self)]
                try await ctx.step("pause") {
                    begun.give()
                    await go.wait()
                }
                for _ in 1...3 { found.append(try await ctx.signalIfPresent("word", as: String.self)) }
                return found.map { $0 ?? "-" }.joined()
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                await begun.wait()
                try await engine.signal(run.id, "word", "a")
                try await engine.signal(run.id, "word", "b")
                go.give()
                #expect(await run.outcome == .output("-ab-"))
                let evidence = try await Evidence(run.id, in: store.journal)
                let looks = evidence.steps.filter { $0.kind == .look }
                #expect(looks.map(\.key) == ["word#1", "word#2", "word#3", "word#4"])
                let inbox = try await store.journal.inbox(of: run.id, limit: 10)
                #expect(inbox.map(\.consumedBy) == ["word#2", "word#3"])
            }
        }
    }

    @Test("nothing stays nothing, though a signal has come since", arguments: StoreKind.allCases)
    func nothingIsRecorded(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                let first = try await ctx.signalIfPresent("word", as: String.self)
                try await ctx.signal("go")
                let second = try await ctx.signalIfPresent("word", as: String.self)
                return "\(first ?? "-")\(second ?? "-")"
            }
            let id = try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("go#1", of: run.id)
                return run.id
            }
            try await withEngine(on: store.journal, [script]) { engine in
                try await engine.signal(id, "word", "late")
                let run = try await engine.resume(id, as: String.self)
                try await engine.signal(id, "go")
                #expect(await run.outcome == .output("-late"))
            }
        }
    }

    @Test("what a look has told is on disk before a step begins", arguments: StoreKind.allCases, [true, false])
    func durableBeforeSteps(kind: StoreKind, isThere: Bool) async throws {
        try await withStore(kind) { store in
            let journal = store.journal
            let seen = Mutex<[String]>([])
            let script = Script { ctx in
                if isThere { try await ctx.signal("ready") }
                _ = try await ctx.signalIfPresent("word", as: String.self)
                let run = ctx.runID
                try await ctx.step("look at the disk") {
                    let keys = try await journal.steps(of: run).filter { $0.kind == .look && $0.ended != nil }.map(
                        \.key)
                    seen.withLock { $0 = keys }
                }
                return 0
            }
            try await withEngine(on: journal, [script]) { engine in
                let run = try await engine.start(script)
                if isThere {
                    try await engine.signal(run.id, "word", "a")
                    try await engine.signal(run.id, "ready")
                }
                _ = await run.outcome
                #expect(seen.withLock { $0 } == ["word#1"])
            }
        }
    }

    @Test("a wait takes what a look has left", arguments: StoreKind.allCases)
    func looksAndWaits(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                try await ctx.signal("ready")
                let first = try await ctx.signalIfPresent("word", as: Int.self)
                return try await ctx.signal("word", as: Int.self) * 10 + (first ?? 0)
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.signal(run.id, "word", 1)
                try await engine.signal(run.id, "word", 2)
                try await engine.signal(run.id, "ready")
                #expect(await run.outcome == .output(21))
            }
        }
    }

    @Test("two branches never take one signal", arguments: StoreKind.allCases)
    func branches(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                try await ctx.signal("ready")
                return try await ctx.all("both", Array(0..<20), key: { "\($0)" }) { _, ctx in
                    try await ctx.signalIfPresent("word", as: Int.self) ?? 0
                }.reduce(0, +)
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                for _ in 1...3 { try await engine.signal(run.id, "word", 1) }
                try await engine.signal(run.id, "ready")
                #expect(await run.outcome == .output(3))
            }
        }
    }

    @Test("fails when a signal brings something else, at every replay", arguments: StoreKind.allCases)
    func badSignal(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                try await ctx.signal("ready")
                do {
                    return try await ctx.signalIfPresent("word", as: Int.self) ?? 0
                } catch let error as StepError {
                    try await ctx.signal(error.code)
                    return -1
                }
            }
            let id = try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.signal(run.id, "word", "no number")
                try await engine.signal(run.id, "ready")
                try await engine.untilOpen("bad_signal#1", of: run.id)
                return run.id
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.resume(id, as: Int.self)
                try await engine.signal(id, "bad_signal")
                #expect(await run.outcome == .output(-1))
            }
        }
    }

    @Test("whenever it crashes, no signal is lost or used twice", arguments: StoreKind.allCases)
    func crashes(kind: StoreKind) async throws {
        var crashes = 0
        for commit in 1...8 {
            for moment in CrashingStore.Moment.allCases {
                try await withStore(kind) { store in
                    if try await crash(at: commit, moment, store) { crashes += 1 }
                }
            }
        }
        #expect(crashes >= 10, "the sweep reached the looks")
    }

    /// Looks twice with one signal there, in a process that dies at a commit, and goes on in another.
    private func crash(at commit: Int, _ moment: CrashingStore.Moment, _ store: TestStore) async throws -> Bool {
        let script = Script { ctx in
            try await ctx.signal("ready")
            let first = try await ctx.signalIfPresent("word", as: Int.self)
            try await ctx.step("between") {}
            let second = try await ctx.signalIfPresent("word", as: Int.self)
            return try await ctx.step("sum") { [first, second].map { $0.map { "\($0)" } ?? "-" }.joined() }
        }
        let id = try await withEngine(on: store.journal, [script]) { engine in
            let run = try await engine.start(script)
            try await engine.untilOpen("ready#1", of: run.id)
            try await engine.signal(run.id, "word", 7)
            return run.id
        }
        let crashing = CrashingStore(store.journal, at: commit, moment, kill: store.kill)
        _ = try? await withEngine(on: crashing, [script]) { engine in
            _ = try await engine.resume(id, as: String.self)
            try await engine.signal(id, "ready", JSONValue.null, id: "ready")
            // A run that waits does not notice that its process is dead.
            while !crashing.isDead, try await engine.summary(of: id)?.status.isFinal == false { await Task.yield() }
        }
        try await withEngine(on: store.journal, [script]) { engine in
            if try await engine.summary(of: id)?.status.isFinal == false {
                let run = try await engine.resume(id, as: String.self)
                try? await engine.signal(id, "ready", JSONValue.null, id: "ready")
                #expect(await run.outcome == .output("7-"), "commit \(commit), \(moment.rawValue)")
            }
            let evidence = try await Evidence(id, in: store.journal)
            #expect(evidence.hasOneRowAKey && evidence.record.summary.status == .completed)
            let words = try await store.journal.inbox(of: id, limit: 10).filter { $0.name == "word" }
            #expect(words.map(\.consumedBy) == ["word#1"])
        }
        return crashing.isDead
    }
}
