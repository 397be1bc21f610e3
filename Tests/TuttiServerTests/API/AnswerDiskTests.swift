import Synchronization
import Testing
import TuttiCore
import TuttiGateway
import TuttiObservability
import TuttiRouting
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// A disk that takes its time, with a cache before it.
@Suite("The disk behind a cache of answers", .timeLimit(.minutes(1)))
struct AnswerDiskTests {
    /// A disk whose calls wait at a gate.
    private actor Shelf: AnswerShelf {
        private var kept: [AnswerKey: CachedAnswer] = [:]
        private var isHeld = false
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private nonisolated let begun = Nudge()
        private nonisolated let keptLate = Nudge()

        func hold() { isHeld = true }
        func letGo() {
            isHeld = false
            for one in waiting { one.resume() }
            waiting = []
        }
        /// Waits until a call waits at the gate.
        func untilHeld() async { while waiting.isEmpty { await begun.wait() } }

        /// Waits until one that was held has kept its answer.
        func untilKeptLate() async { await keptLate.wait() }

        @discardableResult
        private func pass() async -> Bool {
            guard isHeld else { return false }
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                begun.call()
            }
            return true
        }

        func answer(_ key: AnswerKey, within times: ClosedRange<Timestamp>) async -> CachedAnswer? {
            await pass()
            return kept[key].flatMap { times.contains($0.time) ? $0 : nil }
        }
        func nearest(
            _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
        ) -> SimilarAnswer? { nil }
        func keep(
            _ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, if isWanted: @Sendable () -> Bool
        ) async {
            let isLate = await pass()
            if isWanted() { kept[key] = answer }
            if isLate { keptLate.call() }
        }
        func touch(_ key: AnswerKey) async { await pass() }
        func remove(of tenant: String, model: String?) { kept = [:] }
        func remove(outside times: ClosedRange<Timestamp>) {}
        func discard() { kept = [:] }
        func size() -> AnswerCount { AnswerCount(entries: Int64(kept.count)) }
        func close() {}
    }

    private let shelf = Shelf()
    private let clock = ManualClock(start: Timestamp(milliseconds: 10_000_000))
    private let cache: AnswerCache
    private let key: AnswerKey
    private var rules = AnswerCacheRules()

    init() throws {
        let tracer = Tracer(sampler: .parentBased(.always), clock: clock) { _ in }
        let log = Log(LogSettings(level: .error, format: .json), clock: clock) { _ in }
        cache = AnswerCache(shelf, Telemetry(metrics: MetricRegistry(), tracer: tracer, log: log), clock: clock)
        key = try #require(AnswerKey(stored: [UInt8](repeating: 1, count: 32)))
        rules.diskBytes = 1 << 20
    }

    private func answer(_ byte: UInt8) -> CachedAnswer {
        CachedAnswer(tenant: "default", model: "smart", bytes: [byte], providerModel: "a/m", time: clock.now())
    }

    /// Nobody waits for longer than a moment, and then nobody asks at all for a while.
    @Test func aDiskThatHangsHoldsNobodyUp() async throws {
        await cache.keep(answer(1), under: key, rules, since: cache.removals)
        let other = try #require(AnswerKey(stored: [UInt8](repeating: 2, count: 32)))
        await shelf.hold()
        async let found = cache.answer(other, rules)
        await shelf.untilHeld()
        await clock.untilSleeping(1)
        clock.advance(by: AnswerDisk.waitMax)
        #expect(await found == nil)
        #expect(await cache.counts().disk == nil, "it is left alone")
        #expect(await cache.answer(key, rules) != nil, "the memory goes on")
        await shelf.letGo()
        clock.advance(by: AnswerDisk.restAfterFailure)
        #expect(await cache.counts().disk?.entries == 1)
    }

    /// The answer is on its way to the disk when everything is removed, and comes there behind the removal.
    @Test func whatIsOnItsWayIsRemovedToo() async throws {
        await shelf.hold()
        async let kept: Void = cache.keep(answer(1), under: key, rules, since: cache.removals)
        await shelf.untilHeld()
        try await cache.remove(of: "default", model: nil)
        await shelf.letGo()
        await kept
        let counts = await cache.counts()
        #expect(counts.memory.entries == 0 && counts.disk?.entries == 0)
    }

    /// An answer that comes from the disk while everything is removed is not in memory afterwards.
    @Test func whatIsReadMeanwhileIsRemovedToo() async throws {
        await cache.keep(answer(1), under: key, rules, since: cache.removals)
        var small = rules
        small.memoryBytes = 1
        await cache.keep(answer(2), under: key, small, since: cache.removals)
        await shelf.hold()
        async let found = cache.answer(key, rules)
        await shelf.untilHeld()
        try await cache.remove(of: "default", model: nil)
        await shelf.letGo()
        _ = await found
        #expect(await cache.counts().memory.entries == 0)
    }

    /// An answer that has taken the place of another while the disk could not be used is not followed by that one.
    @Test func theDiskGivesNothingOlderThanWhatItMissed() async throws {
        await cache.keep(answer(1), under: key, rules, since: cache.removals)
        await shelf.hold()
        var small = rules
        small.memoryBytes = 1
        async let kept: Void = cache.keep(answer(2), under: key, small, since: cache.removals)
        await shelf.untilHeld()
        await clock.untilSleeping(1)
        clock.advance(by: AnswerDisk.waitMax)
        await kept
        clock.advance(by: AnswerDisk.restAfterFailure)
        // The disk is well again, and still has the old one.
        #expect(await cache.answer(key, rules) == nil)
        await shelf.letGo()
        await shelf.untilKeptLate()
        await cache.keep(answer(3), under: key, small, since: cache.removals)
        #expect(await cache.answer(key, rules)?.bytes == [3])
    }

    /// What is kept in memory counts what it takes there.
    @Test func anAnswerTakesNoMoreThanItsBytes() {
        let tape = AnswerTape()
        for _ in 0..<1_000 { tape.add([UInt8](repeating: 1, count: 67)) }
        let bytes = tape.bytes
        #expect(bytes?.count == 67_000 && (bytes?.capacity ?? 0) < 67_100)
    }
}
