import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct WaitTests {
    // MARK: Signals

    @Test("ends with a signal that came before or comes after", arguments: StoreKind.allCases, [true, false])
    func signal(kind: StoreKind, isEarly: Bool) async throws {
        try await withStore(kind) { store in
            let begun = Signal()
            let go = Signal()
            let script = Script { ctx in
                try await ctx.step("first") {
                    begun.give()
                    await go.wait()
                }
                return try await ctx.signal("go", as: String.self) + ctx.signal("go", as: String.self)
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                await begun.wait()
                if !isEarly { go.give() }
                if !isEarly { try await engine.untilOpen("go#1", of: run.id) }
                try await engine.signal(run.id, "go", "a", id: "1")
                try await engine.signal(run.id, "go", "a", id: "1")  // the same one
                try await engine.signal(run.id, "go", "b", id: "2")
                go.give()
                #expect(await run.outcome == .output("ab"))
            }
        }
    }

    @Test("ends after its time, with an error that names it", arguments: StoreKind.allCases)
    func timeout(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let script = Script { ctx in try await ctx.signal("go", as: Int.self, within: .seconds(3600)) }
            try await withEngine(on: store.journal, [script], clock: clock) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("go#1", of: run.id)
                #expect(try await engine.summary(of: run.id)?.reason == "signal")
                clock.advance(by: .seconds(3600))
                #expect(await run.outcome == .run(.failed, cause: "wait_timeout"))
            }
        }
    }

    @Test("fails when a signal brings something else", arguments: StoreKind.allCases)
    func badSignal(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.signal(run.id, "go", "no number")
                #expect(await run.outcome == .run(.failed, cause: "bad_signal"))
                let late = await #expect(throws: RunError.self) { try await engine.signal(run.id, "go", 1) }
                #expect(late?.reason == .ended)
            }
        }
    }

    @Test func twoBranchesNeverUseOneSignal() async throws {
        let script = Script { ctx in
            try await ctx.all("both", ["a", "b"], key: \.self) { _, ctx in try await ctx.signal("go", as: Int.self) }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            try await engine.untilOpen("both#1/a/go#1", of: run.id)
            try await engine.untilOpen("both#1/b/go#1", of: run.id)
            try await engine.signal(run.id, "go", 1)
            try await engine.signal(run.id, "go", 2)
            #expect(try await run.output.sorted() == [1, 2])
        }
    }

    // MARK: Time

    @Test("sleeps until the time that was recorded, over a restart", arguments: StoreKind.allCases)
    func sleeping(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let script = Script { ctx in
                try await ctx.sleep(for: .seconds(100))
                return try await ctx.now("woke").milliseconds
            }
            let started = clock.now()
            let id = try await withEngine(on: store.journal, [script], clock: clock) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("sleep#1", of: run.id)
                return run.id
            }
            clock.advance(by: .seconds(60))
            try await withEngine(on: store.journal, [script], clock: clock) { engine in
                #expect(try await engine.summary(of: id)?.reason == "timer")
                let run = try await engine.resume(id, as: Int64.self)
                await clock.untilSleeping(1)
                clock.advance(by: .seconds(40))
                #expect(try await run.output == (started + .seconds(100)).milliseconds)
            }
        }
    }

    // MARK: Approvals

    @Test("goes on with what was shown, or with what the person put in its place", arguments: StoreKind.allCases)
    func approval(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                try await ctx.approval("one", showing: "draft") + ctx.approval("two", showing: "draft")
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                let one = try await engine.untilAsked("one", of: run.id)
                #expect(String(decoding: one.shown, as: UTF8.self) == #""draft""#)
                let changed = await #expect(throws: RunError.self) {
                    try await engine.approve(run.id, "one", hash: "other", by: "ann")
                }
                #expect(changed?.reason == .approvalChanged)
                try await engine.approve(run.id, "one", hash: one.hash, by: "ann")
                let two = try await engine.untilAsked("two", of: run.id)
                try await engine.approve(run.id, "two", hash: two.hash, edited: "edited", by: "bob")
                #expect(await run.outcome == .output("draftedited"))
                let answered = try await engine.store.inbox(of: run.id, limit: 10)
                #expect(answered.map(\.answer?.by) == ["ann", "bob"])
            }
        }
    }

    @Test func aRejectionCarriesItsReason() async throws {
        let script = Script { ctx in try await ctx.approval("publish", showing: 1) }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            let asked = try await engine.untilAsked("publish", of: run.id)
            try await engine.reject(run.id, "publish", hash: asked.hash, by: "ann", reason: "too early")
            #expect(await run.outcome == .run(.failed, cause: "rejected"))
            let error = try await engine.summary(of: run.id)?.error
            #expect(error?.message == "ann rejected 'publish': too early" && error?.origin == "publish#1")
        }
    }

    @Test("tells a workflow that goes on what became of it", arguments: ["approved", "rejected", "expired"])
    func decision(end: String) async throws {
        let script = Script { ctx in
            switch try await ctx.decision("publish", showing: 7, within: .seconds(60)) {
            case .approved(let value, let answer): "approved \(value) by \(answer.by)"
            case .rejected(let answer): "rejected by \(answer.by): \(answer.reason ?? "")"
            case .expired: "expired"
            }
        }
        try await withEngine([script]) { engine, clock in
            let run = try await engine.start(script)
            let asked = try await engine.untilAsked("publish", of: run.id)
            switch end {
            case "approved": try await engine.approve(run.id, "publish", hash: asked.hash, by: "ann")
            case "rejected": try await engine.reject(run.id, "publish", hash: asked.hash, by: "bob", reason: "no")
            default: clock.advance(by: .seconds(60))
            }
            let expected = ["approved": "approved 7 by ann", "rejected": "rejected by bob: no", "expired": "expired"]
            #expect(await run.outcome == .output(expected[end] ?? ""))
            let late = await #expect(throws: RunError.self) {
                try await engine.approve(run.id, "publish", hash: asked.hash, by: "late")
            }
            // Who has answered says more than that it is over.
            #expect(late?.reason == (end == "expired" ? .ended : .approvalAnswered))
        }
    }

    @Test("takes one of two answers at once", arguments: StoreKind.allCases)
    func twoAnswers(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.decision("publish", showing: 1).isApproved }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                let hash = try await engine.untilAsked("publish", of: run.id).hash
                async let yes = Result(catching: { () async throws in
                    try await engine.approve(run.id, "publish", hash: hash, by: "ann")
                })
                async let no = Result(catching: { () async throws in
                    try await engine.reject(run.id, "publish", hash: hash, by: "bob")
                })
                let taken = await [yes.isSuccess, no.isSuccess]
                #expect(taken.count(where: \.self) == 1)
                #expect(await run.outcome == .output(taken[0]))
            }
        }
    }

    // MARK: Races

    @Test("ends with the first of several waits, and uses up nothing else", arguments: StoreKind.allCases)
    func first(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                let end = try await ctx.first(
                    of: .signal("stop"), .approval("go", showing: "x"), .timer(.seconds(3600)))
                let rest = try await ctx.signal("rest", as: String.self)
                return "\(end.position) \(try end.value(as: String.self)) \(rest)"
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                let asked = try await engine.untilAsked("go", of: run.id)
                try await engine.signal(run.id, "rest", "kept")
                try await engine.signal(run.id, "stop", "now")
                #expect(await run.outcome == .output("0 now kept"))
                let late = await #expect(throws: RunError.self) {
                    try await engine.approve(run.id, "go", hash: asked.hash, by: "ann")
                }
                #expect(late?.reason == .ended)
                let withdrawn = try await engine.store.inbox(of: run.id, limit: 9).filter { $0.kind == .approval }
                #expect(withdrawn.map(\.answer?.verdict) == [.withdrawn])
            }
        }
    }

    @Test func aRaceOfBranchesEndsWithTheFirstAndCancelsTheOthers() async throws {
        let script = Script { ctx in
            try await ctx.race("fastest", ["slow", "fast"], key: \.self) { item, ctx in
                if item == "slow" { try await ctx.sleep(for: .seconds(3600)) }
                return try await ctx.step("work") { item }
            }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            #expect(await run.outcome == .output("fast"))
            let keys = try await engine.store.steps(of: run.id).filter { $0.kind == .race || $0.kind == .step }
            #expect(keys.map(\.key) == ["fastest#1/fast/work#1", "fastest#1"])
        }
    }

    @Test func aRaceIsLostByWhoFailsLater() async throws {
        let script = Script { ctx in
            do {
                return try await ctx.race("fastest", ["bad", "good"], key: \.self) { item, ctx in
                    if item == "good" { try await ctx.signal("never") }
                    return try await ctx.step("work", StepOptions(retry: .never)) { () throws -> String in
                        throw Trouble(isRetryable: false)
                    }
                }
            } catch let error as StepError {
                return error.origin
            }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            #expect(await run.outcome == .output("fastest#1/bad/work#1"))
        }
    }

    // MARK: Restarts and ends

    @Test("waits on after a restart and keeps what came meanwhile", arguments: StoreKind.allCases)
    func restart(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                let signal = try await ctx.signal("go", as: Int.self)
                return signal + (try await ctx.approval("sum", showing: signal))
            }
            let id = try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("go#1", of: run.id)
                return run.id
            }
            let hash = try await withEngine(on: store.journal, [script]) { engine in
                let parked = try await engine.summary(of: id)
                #expect(parked?.reason == "signal" && parked?.isUnattended == true && parked?.executor == nil)
                try await engine.signal(id, "go", 4)
                _ = try await engine.resume(id, as: Int.self)
                return try await engine.untilAsked("sum", of: id).hash
            }
            try await withEngine(on: store.journal, [script]) { engine in
                try await engine.approve(id, "sum", hash: hash, edited: 5, by: "ann")
                #expect(try await engine.resume(id, as: Int.self).output == 9)
            }
        }
    }

    @Test("a waiting run of a queue is given back and goes on where the answer finds it", arguments: StoreKind.allCases)
    func queue(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.signal("go", as: Int.self) }
            var options = EngineOptions()
            options.queues = ["q"]
            let id = try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script, 0, queue: "q")
                try await engine.untilOpen("go#1", of: run.id)
                return run.id
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let parked = try await engine.summary(of: id)
                #expect(parked?.status == .waiting && parked?.reason == "signal" && parked?.executor == nil)
                try await engine.signal(id, "go", 4)
                #expect(try await engine.summary(of: id)?.status == .queued)
            }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = engine.handle(of: id, as: Int.self)
                #expect(await run.outcome == .output(4))
            }
        }
    }

    @Test("a cancel ends every kind of wait", arguments: ["signal", "approval", "sleep", "first"])
    func cancel(wait: String) async throws {
        let script = Script { ctx in
            switch wait {
            case "signal": try await ctx.signal("x")
            case "approval": _ = try await ctx.approval("x", showing: 1)
            case "sleep": try await ctx.sleep(for: .seconds(9), "x")
            default: _ = try await ctx.first("x", of: .signal("a"), .approval("b", showing: 1))
            }
            return 1
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            try await engine.untilOpen("x#1", of: run.id)
            try await engine.cancel(run.id)
            #expect(await run.outcome == .run(.cancelled, cause: nil))
            #expect(try await engine.store.steps(of: run.id).map(\.result) == [.cancelled])
        }
    }
}

extension Decision {
    fileprivate var isApproved: Bool { if case .approved = self { true } else { false } }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }

    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

extension Engine {
    /// Returns when the key has an open row.
    func untilOpen(_ key: String, of run: RunID) async throws {
        for try await _ in handle(of: run, as: Int.self).events {
            let rows = try await store.steps(of: run)
            if rows.contains(where: { $0.key == key && $0.ended == nil }) { return }
        }
        Issue.record("\(run) ended before \(key) was open")
    }

    /// Returns the approval when it has been asked for.
    func untilAsked(_ name: String, of run: RunID) async throws -> PendingApproval {
        for try await _ in handle(of: run, as: Int.self).events {
            if let asked = try await pendingApprovals(of: run).first(where: { $0.name == name }) { return asked }
        }
        Issue.record("\(run) ended before \(name) was asked")
        throw CancellationError()
    }
}
