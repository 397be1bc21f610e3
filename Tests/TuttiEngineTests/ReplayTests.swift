import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

/// Runs `before` to where `drive` leaves it, and gives what an export of it would hold.
func recordRun<A: Codable & Sendable & Equatable>(
    _ before: @escaping @Sendable (Context) async throws -> A, children: [any Workflow] = [],
    drive: @escaping @Sendable (Engine, RunHandle<A>) async throws -> Void = { _, run in _ = await run.outcome }
) async throws -> RunArchive {
    let store = MemoryJournalStore()
    let script = Script(before)
    let id = try await withEngine(on: store, [script] + children) { engine in
        let run = try await engine.start(script)
        try await drive(engine, run)
        return run.id
    }
    let record = try #require(try await store.run(id, tenant: "default"))
    let archive = try await RunArchive(record, from: store)
    // What a person would replay has been a file in between.
    let read = try RunArchive(archive.document())
    #expect(read.steps == archive.steps && read.inbox == archive.inbox && read.events == archive.events)
    #expect(read.input == archive.input && read.output == archive.output)
    return read
}

extension RunArchive {
    func replayed<B: Codable & Sendable>(
        by after: @escaping @Sendable (Context) async throws -> B
    ) async throws -> ReplayReport {
        try await Replay.run(Script(after), self)
    }
}

/// The code of today against the journals of yesterday, without any effect.
@Suite struct ReplayTests {
    typealias Reason = ReplayReport.Divergence.Reason

    @Test func carriesNothingOutAndChecksEveryKey() async throws {
        let store = MemoryJournalStore()
        let log = ExecutionLog()
        let id = try await withEngine(on: store, [Journey(log: log)]) { engine in
            let run = try await engine.start(Journey(log: log), 1)
            #expect(try await run.output == Journey.output)
            return run.id
        }
        let record = try #require(try await store.run(id, tenant: "default"))
        let archive = try RunArchive(try await RunArchive(record, from: store).document())
        let carriedOut = log.total
        for _ in 1...20 {
            let report = try await Replay.run(Journey(log: log), archive)
            #expect(report.divergence == nil && report.unasked == [] && report.frontier == [])
            #expect(report.checked == Journey.keys.count)
        }
        #expect(log.total == carriedOut)
        #expect(try await store.events(of: id, after: 0, limit: 1000) == archive.events)
    }

    // MARK: Divergences

    private func divergence<A: Codable & Sendable & Equatable, B: Codable & Sendable>(
        from before: @escaping @Sendable (Context) async throws -> A,
        to after: @escaping @Sendable (Context) async throws -> B
    ) async throws -> ReplayReport.Divergence? {
        try await recordRun(before).replayed(by: after).divergence
    }

    @Test func saysThatAKeyWasNotRecorded() async throws {
        let found = try await divergence {
            try await $0.step("a") { 1 }
        } to: { ctx in
            _ = try await ctx.step("a") { 1 }
            return try await ctx.step("b", [2]) { _ in 2 }
        }
        #expect(found?.reason == .notRecorded && found?.key == "b#1" && found?.recorded == "nothing")
        #expect(found?.replayed.hasPrefix("a step with the input ") == true)
    }

    @Test func saysThatAKeyIsOfAnotherKind() async throws {
        let found = try await divergence {
            try await $0.step("a") { 1 }
        } to: { ctx in
            (try? await ctx.signal("a", as: Int.self)) ?? 1  // no catch leads another way
        }
        #expect(
            found
                == .init(
                    reason: .otherKind, key: "a#1", recorded: "a step without input",
                    replayed: "a signal without input"))
    }

    @Test func saysThatAnInputOrATypeIsAnother() async throws {
        let input = try await divergence {
            try await $0.step("a", 1) { $0 }
        } to: {
            try await $0.step("a", 2) { $0 }
        }
        #expect(input?.reason == .otherInput && input?.key == "a#1" && input?.recorded != input?.replayed)
        let type = try await divergence {
            try await $0.step("a") { 1 }
        } to: {
            try await $0.step("a") { "one" }
        }
        #expect(type?.reason == .otherType && type?.key == "a#1" && type?.replayed.hasPrefix("String") == true)
    }

    /// The engine would not notice: it takes the result of a closed scope without looking inside.
    @Test("looks into scopes whose results are known", arguments: ["branch", "all", "settled", "race"])
    func scopes(kind: String) async throws {
        @Sendable func work(_ ctx: Context, _ plus: Int) async throws -> [Int] {
            let body: @Sendable (Int, Context) async throws -> [Int] = { item, ctx in
                [try await ctx.step("s") { 10 } + plus + item]
            }
            switch kind {
            case "branch": return try await ctx.branch("x") { try await body(0, $0) }
            case "all": return try await ctx.all("x", [0, 1], key: { "\($0)" }, body).flatMap(\.self)
            case "race": return try await ctx.race("x", [0], key: { "\($0)" }, body)
            default: return try await ctx.allSettled("x", [0], key: { "\($0)" }, body).flatMap { try $0.get() }
            }
        }
        let archive = try await recordRun { try await work($0, 0) }
        #expect(try await archive.replayed { try await work($0, 0) }.divergence == nil)
        let found = try await archive.replayed { ctx in
            _ = try await work(ctx, 1)
            return [0]
        }.divergence
        #expect(found?.reason == .otherResult && found?.key == "x#1")
        #expect(found?.recorded.hasPrefix("10") == true && found?.replayed.hasPrefix("11") == true)
        let missing = try await archive.replayed { ctx in
            try await ctx.branch("x") { ctx in try await ctx.step("new") { [1] } }
        }.divergence
        #expect(missing?.reason == (kind == "branch" ? .notRecorded : .otherKind))
    }

    @Test func saysThatTheEndIsAnother() async throws {
        let archive = try await recordRun { ctx in
            ["title": "tea", "rounds": try await ctx.step("a") { "2" }]
        }
        let output = try await archive.replayed { ctx in
            ["title": "tea", "rounds": try await ctx.step("a") { "" } + "!"]
        }.divergence
        #expect(
            output
                == .init(
                    reason: .otherEnd, key: "", recorded: #""2" at 'rounds'"#, replayed: #""2!" at 'rounds'"#))
        let error = try await archive.replayed { ctx in
            _ = try await ctx.step("a") { "" }
            if true { throw Trouble() }
            return 0
        }.divergence
        #expect(error?.reason == .otherEnd && error?.replayed.hasPrefix("the error trouble") == true)
        let failed = try await recordRun { ctx in
            try await ctx.step("a", StepOptions(retry: .never)) { if true { throw Trouble() } }
            return 0
        }
        #expect(failed.run.status == .failed)
        let mended = try await failed.replayed { ctx in
            try? await ctx.step("a") {}
            return 7
        }.divergence
        #expect(mended?.reason == .otherEnd && mended?.recorded.hasPrefix("the error trouble") == true)
        #expect(mended?.replayed == "the result 7")
    }

    @Test func aFaultOfTheAuthorsIsTheSameFault() async throws {
        let archive = try await recordRun { ctx in
            let one = try await ctx.step("a") { 1 }
            _ = try? await ctx.step("no/name") { 2 }
            return one
        }
        #expect(archive.run.error?.code == "bad_name")
        let same = try await archive.replayed { ctx in
            let one = try await ctx.step("a") { 1 }
            _ = try? await ctx.step("no/name") { 2 }
            return one
        }
        #expect(same.divergence == nil)
        #expect(try await archive.replayed { try await $0.step("a") { 1 } }.divergence?.reason == .otherEnd)
    }

    @Test func listsWhatTheCodeDoesNotAskForAnyMore() async throws {
        let archive = try await recordRun { ctx in
            _ = try await ctx.step("old") { 0 }
            _ = try await ctx.branch("part") { ctx in try await ctx.step("inner") { 1 } }
            return try await ctx.step("kept") { 2 }
        }
        let report = try await archive.replayed { try await $0.step("kept") { 2 } }
        #expect(report.divergence == nil && report.checked == 1)
        #expect(report.unasked == ["old#1", "part#1/inner#1", "part#1"])
        #expect(report.description.contains("does not ask for part#1/inner#1 any more"))
    }

    @Test func aLookGivesWhatIsRecordedAndANewOneFindsNothing() async throws {
        let archive = try await recordRun { ctx in
            try await ctx.signal("ready")
            return try await ctx.signalIfPresent("word", as: Int.self) ?? 0
        } drive: { engine, run in
            try await engine.signal(run.id, "word", 7)
            try await engine.signal(run.id, "ready")
            _ = await run.outcome
        }
        let report = try await archive.replayed { ctx in
            try await ctx.signal("ready")
            let first = try await ctx.signalIfPresent("word", as: Int.self) ?? 0
            return try await ctx.signalIfPresent("word", as: Int.self) ?? first
        }
        #expect(report.divergence == nil && report.unasked == [] && report.frontier == [])
    }

    @Test func refusesTheRunOfAnotherWorkflow() async throws {
        let archive = try await recordRun { try await $0.step("a") { 1 } }
        let error = await #expect(throws: RunError.self) {
            try await Replay.run(Journey(log: ExecutionLog()), archive)
        }
        #expect(error?.reason == .unknownWorkflow && error?.message.contains("'script', not of 'Journey'") == true)
    }

    // MARK: Runs without an end

    @Test func goesAsFarAsALiveRunIsRecorded() async throws {
        let work: @Sendable (Context) async throws -> Int = { ctx in
            let parts = try await ctx.all("parts", ["a", "b", "c"], key: \.self) { item, ctx in
                let one = try await ctx.step("one") { 1 }
                return item == "b" ? one : try await one + ctx.signal("go", as: Int.self)
            }
            return parts.reduce(0, +)
        }
        let archive = try await recordRun(work) { engine, run in
            for item in ["a", "c"] { try await engine.untilOpen("parts#1/\(item)/go#1", of: run.id) }
        }
        #expect(archive.run.status == .waiting)
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.unasked == [])
        #expect(report.frontier == ["parts#1/a/go#1", "parts#1/c/go#1"])
        #expect(report.checked == 5, "three steps and two open waits")
        let changed = try await archive.replayed { ctx in
            try await ctx.all("parts", ["a", "b", "c"], key: \.self) { item, ctx in
                if item == "c" { return try await ctx.now("one").milliseconds }
                return try await ctx.step("one") { Int64(1) } + ctx.signal("go", as: Int64.self)
            }
        }
        #expect(changed.divergence?.reason == .otherKind && changed.divergence?.key == "parts#1/c/one#1")
    }

    @Test("a run that was cut off has no end to compare", arguments: ["cancel", "deadline"])
    func cutOff(by way: String) async throws {
        let work: @Sendable (Context) async throws -> Int = { ctx in
            _ = try await ctx.step("first") { 1 }
            return try await ctx.signal("go", as: Int.self)
        }
        let archive: RunArchive
        if way == "cancel" {
            archive = try await recordRun(work) { engine, run in
                try await engine.untilOpen("go#1", of: run.id)
                try await engine.cancel(run.id)
                _ = await run.outcome
            }
        } else {
            let store = MemoryJournalStore()
            let clock = ManualClock()
            archive = try await withEngine(on: store, [Script(work)], clock: clock) { engine in
                let run = try await engine.start(Script(work), deadline: .seconds(60))
                try await engine.untilOpen("go#1", of: run.id)
                clock.advance(by: .seconds(60))
                _ = await run.outcome
                return try await engine.archive(of: run.id)
            }
        }
        #expect(archive.run.status == (way == "cancel" ? .cancelled : .failed))
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.frontier == ["go#1"] && report.checked == 2)
    }

    // MARK: What only the journal knows

    @Test("takes the winner that the journal names, whoever comes first now", arguments: ["a", "b"])
    func race(winner: String) async throws {
        let work: @Sendable (Context) async throws -> String = { ctx in
            let won = try await ctx.race("race", ["a", "b", "c"], key: \.self) { item, ctx in
                let own = try await ctx.step("own") { item }
                if item != winner { _ = try await ctx.signal("never", as: Int.self) }
                return own
            }
            return try await won + ctx.step("after", won) { $0 }
        }
        let archive = try await recordRun(work)
        #expect(archive.run.status == .completed)
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.frontier == [])
        let other = try await archive.replayed { ctx in
            try await ctx.race("race", ["a", "b", "c"], key: \.self) { item, ctx in
                let own = try await ctx.step("own") { item }
                if item == winner { _ = try await ctx.signal("never", as: Int.self) }
                return own
            }
        }
        #expect(other.divergence?.key == "race#1" || other.divergence?.key == "")
        #expect(other.divergence != nil)
    }

    @Test func bothHadEndedAndTheSecondWasLate() async throws {
        let slowIsIn = Signal()
        let work: @Sendable (Context, [String]) async throws -> String = { ctx, items in
            try await ctx.race("race", items, key: \.self) { item, ctx in
                let own = try await ctx.step("own") { item }
                if item == "slow" {
                    slowIsIn.give()
                    try await Signal().waitUnlessCancelled()
                } else {
                    await slowIsIn.wait()
                }
                return own
            }
        }
        let archive = try await recordRun { ctx in try await work(ctx, ["slow", "fast"]) }
        let report = try await archive.replayed { ctx in
            try await ctx.race("race", ["slow", "fast"], key: \.self) { item, ctx in try await ctx.step("own") { item }
            }
        }
        #expect(report.divergence == nil)
    }

    @Test func takesTheFailureThatTheJournalNames() async throws {
        let isSecondIn = Signal()
        let work: @Sendable (Context) async throws -> String = { ctx in
            do {
                return try await ctx.all("x", ["a", "b", "c"], key: \.self) { item, ctx -> String in
                    if item == "a" { await isSecondIn.wait() }
                    if item == "c" {
                        _ = try await ctx.step("own") { item }
                        return try await ctx.signal("never", as: String.self)
                    }
                    return try await ctx.step("own", StepOptions(retry: .never)) {
                        defer { isSecondIn.give() }
                        throw Trouble(code: item, isRetryable: false)
                    }
                }.joined()
            } catch let error as StepError {
                return try await ctx.step("handle", error.code) { $0 }
            }
        }
        let archive = try await recordRun(work)
        #expect(archive.run.status == .completed)
        for _ in 1...5 {
            let report = try await archive.replayed(by: work)
            #expect(report.divergence == nil && report.frontier == [])
        }
    }

    @Test func aTaskThatWasCancelledThenIsCancelledNow() async throws {
        let work: @Sendable (Context) async throws -> Int = { ctx in
            // Leaves the other one behind, which is cancelled.
            async let _ = ctx.branch("left") { ctx in try await ctx.signal("never", as: Int.self) }
            return try await ctx.branch("right") { ctx in try await ctx.step("r") { 1 } }
        }
        let archive = try await recordRun(work)
        #expect(archive.run.status == .completed)
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.frontier == [])
    }

    @Test func aForkHasTheResultsOfScopesWithoutTheirInside() async throws {
        let log = ExecutionLog()
        let work: @Sendable (Context) async throws -> Int = { ctx in
            let one = try await ctx.branch("b") { ctx in try await log.step(0, ctx, "inner", 1) { $0 } }
            return try await one + log.step(0, ctx, "last", 2) { $0 }
        }
        let archive = try await withEngine([Script(work)]) { engine, _ in
            let run = try await engine.start(Script(work))
            _ = try await run.output
            let fork = try await engine.fork(run.id, at: "last#1", as: Int.self)
            _ = try await fork.output
            return try await engine.archive(of: fork.id)
        }
        #expect(archive.run.forkedFrom != nil)
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.checked == 2)
    }

    @Test func childrenAreNotStarted() async throws {
        struct Small: Workflow {
            let log: ExecutionLog
            func run(_ input: Int, _ ctx: Context) async throws -> Int {
                try await log.step(0, ctx, "work", input) { $0 * 2 }
            }
        }
        let log = ExecutionLog()
        let work: @Sendable (Context) async throws -> Int = { ctx in try await ctx.child(Small(log: log), 21) }
        let archive = try await recordRun(work, children: [Small(log: log)])
        #expect(archive.run.status == .completed && log.total == 1)
        let report = try await archive.replayed(by: work)
        #expect(report.divergence == nil && report.checked == 1 && log.total == 1)
        let other = try await archive.replayed { ctx in try await ctx.child(Small(log: log), 22) }
        #expect(other.divergence?.reason == .otherInput && log.total == 1)
    }

    /// Undoing is the engine's, after the function has ended: no function asks for it.
    @Test func whatWasUndoneIsNotAskedFor() async throws {
        struct Booking: Workflow {
            let log: ExecutionLog
            var undos: [Undo] { [Undo("release") { (_: Int, _) in log.note("released") }] }

            func run(_ input: Int, _ ctx: Context) async throws -> Int {
                let seat = try await ctx.step("book", input, StepOptions(retry: .never, undo: "release")) { $0 }
                try await ctx.step("pay", StepOptions(retry: .never)) { throw Trouble(isRetryable: false) }
                return seat
            }
        }
        let log = ExecutionLog()
        let archive = try await withEngine([Booking(log: log)]) { engine, _ in
            let run = try await engine.start(Booking(log: log), 7)
            #expect(await run.outcome == .run(.failed, cause: "trouble"))
            return try await engine.archive(of: run.id)
        }
        #expect(archive.steps.map(\.key) == ["book#1", "pay#1", "book#1~undo"])
        let report = try await Replay.run(Booking(log: log), RunArchive(archive.document()))
        #expect(report.divergence == nil && report.checked == 2 && report.unasked == [])
        #expect(log.count(of: "released") == 1)
    }

    @Test func anInputThatCannotBeReadIsSaid() async throws {
        struct Numbers: Workflow {
            static let name = "script"
            func run(_ input: [String: Int], _ ctx: Context) async throws -> Int { try await ctx.step("a") { 1 } }
        }
        let ended = try await recordRun { try await $0.step("a") { 1 } }
        let live = try await recordRun({ try await $0.signal("a", as: Int.self) }) { engine, run in
            try await engine.untilOpen("a#1", of: run.id)
        }
        for archive in [ended, live] {
            let found = try await Replay.run(Numbers(), archive).divergence
            #expect(found?.reason == .otherType && found?.key == "" && found?.recorded == "the input 0")
            #expect(found?.replayed.contains("does not fit this release") == true)
        }
    }

    @Test func oneLineInATest() async throws {
        let path = try Scratch.folder() + "/run.json"
        let archive = try await recordRun { try await $0.step("a") { 1 } }
        try Scratch.write(archive.document(), to: path)
        try await expectReplays(Script { try await $0.step("a") { 1 } }, path)
        let failure = await #expect(throws: ReplayFailure.self) {
            try await expectReplays(Script { try await $0.step("a") { "x" } }, path)
        }
        #expect(failure?.description.contains("run.json diverges at a#1: the journal holds another type") == true)
    }
}
