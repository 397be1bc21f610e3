import Synchronization
import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

/// Refuses parts of streams, and notes what it lets through.
final class ChunkStore: StoreDecorator {
    let base: any JournalStore
    private let refuses: Bool
    private let written = Mutex<[StreamChunk]>([])
    var chunks: [StreamChunk] { written.withLock { $0 } }

    init(_ base: any JournalStore, refuses: Bool = false) {
        self.base = base
        self.refuses = refuses
    }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        for command in commands {
            guard case .chunks(let command) = command else { continue }
            if refuses { throw StoreError(.constraint, "a part of a stream") }
            written.withLock { $0 += command.chunks }
        }
        return try await base.apply(commands)
    }
}

@Suite struct FramesTests {
    private func told(_ frame: StepFrame) -> String {
        switch frame.content {
        case .text(let text): "\(frame.key) \(frame.attempt):\(frame.offset) \(text)"
        case .reset: "\(frame.key) \(frame.attempt) reset"
        case .finished: "\(frame.key) \(frame.attempt):\(frame.offset) finished"
        }
    }

    private func all(_ frames: RunFrames) async throws -> [String] {
        var seen: [String] = []
        for try await frame in frames { seen.append(told(frame)) }
        return seen
    }

    /// The text of one step as a reader puts it together, checked for gaps and repeats.
    private func text(_ frames: RunFrames) async throws -> String {
        var joined = ""
        for try await frame in frames {
            switch frame.content {
            case .text(let text):
                #expect(frame.offset == joined.utf8.count)
                joined += text
            case .reset: joined = ""
            case .finished: return joined
            }
        }
        return joined
    }

    private func untilReads(_ engine: Engine, _ run: RunID, readers: Int = 1) async {
        while engine.services.streams.frames.hold(run).value.readers < readers { await Task.yield() }
    }

    @Test func showsTextAsItComesAndItsEnd() async throws {
        let go = Signal()
        let script = Script { ctx in
            try await ctx.step("say") {
                try await go.waitUnlessCancelled()
                for word in ["one ", "two ", ""] { StepContext.current?.stream(word) }
                return 1
            }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            let seen = Task { try await all(run.frames) }
            await untilReads(engine, run.id)
            go.give()
            #expect(try await run.output == 1)
            #expect(try await seen.value == ["say#1 1:0 one ", "say#1 1:4 two ", "say#1 1:8 finished"])
            #expect(try await all(run.frames) == [])
            #expect(engine.services.streams.frames.count == 0)
        }
    }

    @Test func givesEachOf100LateReadersTheWholeText() async throws {
        let words = (0..<2000).map { "word\($0) " }
        let done = Signal()
        let script = Script { ctx in
            try await ctx.step("say") {
                for word in words {
                    StepContext.current?.stream(word)
                    for _ in 0..<3 { await Task.yield() }
                }
                try await done.waitUnlessCancelled()
            }
            return 0
        }
        try await withEngine(on: MemoryJournalStore(), [script]) { engine in
            let run = try await engine.start(script)
            try await withThrowingTaskGroup(of: String.self) { group in
                var random = SeededNumbers(3)
                for _ in 0..<100 {
                    let delay = random.next(3000)
                    group.addTask {
                        for _ in 0..<delay { await Task.yield() }
                        return try await text(engine.frames(of: run.id))
                    }
                }
                await untilReads(engine, run.id, readers: 100)
                done.give()
                for try await text in group { #expect(text == words.joined()) }
            }
        }
    }

    @Test func tellsAReset() async throws {
        let go = Signal()
        let script = Script { ctx in
            try await ctx.step("say", StepOptions(retry: RetryPolicy(attemptsMax: 3))) {
                try await go.waitUnlessCancelled()
                let attempt = StepContext.current?.attempt ?? 0
                if attempt != 2 { StepContext.current?.stream("try \(attempt)") }
                if attempt < 3 { throw Trouble() }
            }
            return 0
        }
        try await withEngine(on: MemoryJournalStore(), [script], clock: HastyClock()) { engine in
            let run = try await engine.start(script)
            let seen = Task { try await all(run.frames) }
            await untilReads(engine, run.id)
            go.give()
            _ = try await run.output
            #expect(
                try await seen.value == [
                    "say#1 1:0 try 1", "say#1 2 reset", "say#1 3 reset", "say#1 3:0 try 3", "say#1 3:5 finished",
                ])
        }
    }

    @Test func isSilentAboutStepsThatAreReplayed() async throws {
        let (first, second) = (Signal(), Signal())
        let script = Script { ctx in
            try await ctx.step("one") { StepContext.current?.stream("one") }
            try await ctx.step("two") {
                first.give()
                try await second.waitUnlessCancelled()
                StepContext.current?.stream("two")
            }
            return 0
        }
        let store = MemoryJournalStore()
        let id = try await withEngine(on: store, [script]) { engine in
            let run = try await engine.start(script)
            await first.wait()
            engine.park(run.id)
            await #expect(throws: RunError.self) { try await run.output }
            return run.id
        }
        try await withEngine(on: store, [script]) { engine in
            let run = try await engine.resume(id, as: Int.self)
            let seen = Task { try await all(run.frames) }
            await untilReads(engine, id)
            second.give()
            #expect(try await seen.value == ["two#1 1:0 two", "two#1 1:3 finished"])
        }
    }

    @Test func cutsOffAReaderThatIsTooSlowAndNeverTheStep() async throws {
        let (joined, streamed, done) = (Signal(), Signal(), Signal())
        let count = StreamLimits.ringCountMax + 10
        let script = Script { ctx in
            try await ctx.step("say") {
                await joined.wait()
                for _ in 0..<count { StepContext.current?.stream("x") }
                streamed.give()
                try await done.waitUnlessCancelled()
            }
            return 0
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            var slow = run.frames.makeAsyncIterator()
            joined.give()
            await streamed.wait()
            let error = await #expect(throws: RunError.self) { _ = try await slow.next() }
            #expect(error?.reason == .lagged)
            let again = Task { try await text(run.frames) }
            await untilReads(engine, run.id, readers: 2)
            done.give()
            #expect(try await again.value == String(repeating: "x", count: count))
            #expect(try await run.output == 0)
        }
    }

    @Test("shows another process's streams by what it keeps", arguments: StoreKind.allCases)
    func otherProcess(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (go, seen) = (Signal(), Signal())
            let block = String(repeating: "ä", count: StreamLimits.chunkSize / 2)
            let script = Script { ctx in
                try await ctx.step("say") {
                    StepContext.current?.stream(block)
                    try await go.waitUnlessCancelled()
                    StepContext.current?.stream(block)
                    await seen.wait()
                }
                return 0
            }
            var options = EngineOptions()
            options.poll = .milliseconds(2)
            try await withEngine(on: store.journal, [script], options: options) { [options] engine in
                try await withEngine(on: store.journal, [script], options: options) { other in
                    let run = try await engine.start(script)
                    var frames: [StepFrame] = []
                    for try await frame in other.frames(of: run.id) {
                        frames.append(frame)
                        if frames.count == 1 { go.give() }
                        if frames.count == 2 { seen.give() }
                    }
                    #expect(frames.prefix(2).map(\.content) == [.text(block), .text(block)])
                    #expect(frames.prefix(2).map(\.offset) == [0, StreamLimits.chunkSize])
                    // The end of the run may come before the look that would have seen the end of the step.
                    #expect(frames.dropFirst(2).allSatisfy { $0.content == .finished })
                    #expect(try await store.journal.chunks(of: run.id, after: 0, limit: 10).keys.isEmpty)
                }
            }
        }
    }

    @Test("resets what a dead process has streamed when another one begins", arguments: StoreKind.allCases)
    func deadProcess(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let block = String(repeating: "a", count: StreamLimits.chunkSize)
            let (isSecond, go) = (Signal(), Signal())
            let script = Script { ctx in
                try await ctx.step("say") {
                    if !isSecond.isGiven {
                        StepContext.current?.stream(block)
                        try await Signal().waitUnlessCancelled()
                    }
                    try await go.waitUnlessCancelled()
                    StepContext.current?.stream("again")
                }
                return 0
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                while try await store.journal.chunks(of: run.id, after: 0, limit: 1).chunks.isEmpty {
                    await Task.yield()
                }
                isSecond.give()
                try await withEngine(on: store.journal, [script]) { other in
                    let frames = Task { try await all(other.frames(of: run.id)) }
                    await untilReads(other, run.id)
                    while other.services.streams.frames.hold(run.id).value.lastChunk == 0 { await Task.yield() }
                    _ = try await other.resume(run.id, takeOver: true, as: Int.self)
                    go.give()
                    #expect(
                        try await frames.value == [
                            "say#1 1:0 \(block)", "say#1 1 reset", "say#1 1:0 again", "say#1 1:5 finished",
                        ])
                }
            }
        }
    }

    @Test func writesNothingForARunThatWasTakenOver() async throws {
        let store = ChunkStore(MemoryJournalStore())
        let (begun, late) = (Counter(), Signal())
        let script = Script { ctx in
            try await ctx.step("say") {
                let isFirst = begun["say"] == 0
                begun.add("say")
                if isFirst {
                    await late.wait()
                    StepContext.current?.stream(String(repeating: "z", count: StreamLimits.chunkSize))
                    begun.add("late")
                } else {
                    StepContext.current?.stream("mine")
                    await begun.until("late", atLeast: 1)
                }
            }
            return 0
        }
        try await withEngine(on: store, [script]) { engine in
            try await withEngine(on: store, [script]) { other in
                let run = try await engine.start(script)
                await begun.until("say", atLeast: 1)
                let taken = try await other.resume(run.id, takeOver: true, as: Int.self)
                await begun.until("say", atLeast: 2)
                late.give()
                #expect(try await taken.output == 0)
                #expect(try await store.chunks(of: run.id, after: 0, limit: 10).keys.isEmpty)
            }
        }
    }

    @Test func putsSmallTextsTogetherBeforeTheyAreWritten() async throws {
        let store = ChunkStore(MemoryJournalStore())
        let (clock, streamed, done) = (ManualClock(), Signal(), Signal())
        let script = Script { ctx in
            try await ctx.step("say") {
                for word in ["a", "b", "c"] { StepContext.current?.stream(word) }
                streamed.give()
                await done.wait()
            }
            return 0
        }
        try await withEngine(on: store, [script], clock: clock) { engine in
            let run = try await engine.start(script)
            await streamed.wait()
            await clock.untilSleeping(2)
            #expect(store.chunks.isEmpty)
            clock.advance(by: StreamLimits.chunkDelay)
            while store.chunks.isEmpty { await Task.yield() }
            let expected = StreamChunk(
                key: "say#1", stamp: AttemptStamp(fence: 1, attempt: 1), offset: 0, text: "abc")
            #expect(store.chunks == [expected])
            #expect(try await store.chunks(of: run.id, after: 0, limit: 9).chunks == [expected])
            done.give()
            #expect(try await run.output == 0)
            #expect(try await store.chunks(of: run.id, after: 0, limit: 9).keys.isEmpty)
        }
    }

    @Test func doesItsWorkWhenNothingOfAStreamCanBeKept() async throws {
        let store = ChunkStore(MemoryJournalStore(), refuses: true)
        let script = Script { ctx in
            for n in 0..<20 {
                try await ctx.step("say\(n)") {
                    StepContext.current?.stream(String(repeating: "x", count: StreamLimits.chunkSize))
                }
            }
            return 20
        }
        try await withEngine(on: store, [script]) { engine in
            let output = try await engine.start(script).output
            #expect(output == 20)
        }
    }

    @Test func endsForAnUnknownRun() async throws {
        try await withEngine([]) { engine, _ in
            let error = await #expect(throws: RunError.self) {
                _ = try await all(engine.frames(of: RunID(trusted: "run_0000000000000000000000000a")))
            }
            #expect(error?.reason == .notFound)
        }
    }

    @Test func endsAStepThatLostARace() async throws {
        let go = Signal()
        let script = Script<Int> { ctx in
            try await ctx.race("race", ["slow", "fast"], key: \.self) { item, ctx in
                try await ctx.step("say") {
                    if item == "slow" {
                        StepContext.current?.stream("half a")
                        try await Signal().waitUnlessCancelled()
                    }
                    try await go.waitUnlessCancelled()
                    return 2
                }
            }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            let seen = Task { try await all(run.frames) }
            await untilReads(engine, run.id)
            while engine.services.streams.frames.hold(run.id).value.last == 0 { await Task.yield() }
            go.give()
            #expect(try await run.output == 2)
            #expect(try await seen.value == ["race#1/slow/say#1 1:0 half a", "race#1/slow/say#1 1:6 finished"])
        }
    }
}
