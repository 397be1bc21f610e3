import Synchronization
import Testing
import TuttiCore
import TuttiGateway
import TuttiObservability
import TuttiRouting
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// What no rule keeps any more is removed, whether or not anybody asks for it.
struct AnswerCacheTidyTests {
    /// A disk that writes down what it is told.
    private final class Shelf: AnswerShelf {
        private let words = Mutex<[String]>([])

        var told: [String] {
            words.withLock { words in
                defer { words = [] }
                return words
            }
        }
        private func add(_ word: String) { words.withLock { $0.append(word) } }

        func answer(_ key: AnswerKey, within times: ClosedRange<Timestamp>) -> CachedAnswer? {
            add("answer")
            return nil
        }
        func nearest(
            _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
        ) -> SimilarAnswer? { nil }
        func keep(_ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, if isWanted: @Sendable () -> Bool) {
            add("keep \(bytesMax)")
        }
        func touch(_ key: AnswerKey) { add("touch") }
        func remove(of tenant: String, model: String?) { add("remove \(model ?? "all")") }
        func remove(outside times: ClosedRange<Timestamp>) { add("remove before \(times.lowerBound.milliseconds)") }
        func discard() { add("discard") }
        func size() -> AnswerCount { AnswerCount() }
        func close() {}
    }

    private let shelf = Shelf()
    private let clock = ManualClock(start: Timestamp(milliseconds: 10_000_000))
    private let cache: AnswerCache
    private let key: AnswerKey
    private var rules = AnswerCacheRules()

    init() throws {
        let metrics = MetricRegistry()
        let tracer = Tracer(sampler: .parentBased(.always), clock: clock) { _ in }
        let log = Log(LogSettings(level: .error, format: .json), clock: clock) { _ in }
        cache = AnswerCache(shelf, Telemetry(metrics: metrics, tracer: tracer, log: log), clock: clock)
        key = try #require(AnswerKey(stored: [UInt8](repeating: 1, count: 32)))
        rules.diskBytes = 1 << 20
        _ = shelf.told
    }

    private var answer: CachedAnswer {
        CachedAnswer(tenant: "default", model: "smart", bytes: [1, 2], providerModel: "a/m", time: clock.now())
    }

    @Test func theOldGo() async {
        await cache.keep(answer, under: key, rules, since: cache.removals)
        clock.advance(by: rules.lifetime)
        await cache.tidy(rules)
        #expect(await cache.counts().memory.entries == 1)
        clock.advance(by: .milliseconds(1))
        await cache.tidy(rules)
        #expect(await cache.counts().memory.entries == 0)
        #expect(shelf.told == ["keep 1048576", "remove before 10000000", "remove before 10000001"])
    }

    @Test func withoutASectionAllGo() async {
        await cache.keep(answer, under: key, rules, since: cache.removals)
        await cache.tidy(nil)
        #expect(await cache.counts().memory.entries == 0)
        #expect(shelf.told == ["keep 1048576", "discard"])
    }

    @Test func aDiskThatIsNoLongerWantedIsEmptied() async {
        await cache.keep(answer, under: key, rules, since: cache.removals)
        var rules = rules
        rules.diskBytes = nil
        await cache.tidy(rules)
        #expect(await cache.counts().memory.entries == 1)
        #expect(await cache.answer(key, rules) != nil)
        #expect(shelf.told == ["keep 1048576", "discard"])
    }

    /// What was asked for before everything was removed is not kept behind it.
    @Test func anAnswerFromBeforeARemovalIsNotKept() async throws {
        let removals = cache.removals
        try await cache.remove(of: "default", model: nil)
        await cache.keep(answer, under: key, rules, since: removals)
        #expect(await cache.counts().memory.entries == 0)
        #expect(shelf.told == ["remove all"])
    }

    /// The same where the section is gone in the meantime.
    @Test func anAnswerFromBeforeTheSectionWasGoneIsNotKept() async {
        let removals = cache.removals
        await cache.tidy(nil)
        await cache.keep(answer, under: key, rules, since: removals)
        #expect(await cache.counts().memory.entries == 0)
        #expect(shelf.told == ["discard"])
    }

    /// Otherwise an answer would live for longer than it is to.
    @Test func whatWasKeptBeforeTheClockWentBackIsGone() async {
        var answer = answer
        answer.time = clock.now() + AnswerCache.clockStepMax
        await cache.keep(answer, under: key, rules, since: cache.removals)
        #expect(await cache.answer(key, rules) != nil)
        answer.time = answer.time + .milliseconds(1)
        await cache.keep(answer, under: key, rules, since: cache.removals)
        #expect(await cache.answer(key, rules) == nil)
    }

    /// The disk need not know of every use of what memory holds.
    @Test func theDiskIsToldOfUsesNowAndThen() async {
        await cache.keep(answer, under: key, rules, since: cache.removals)
        for _ in 0..<3 { #expect(await cache.answer(key, rules) != nil) }
        clock.advance(by: .seconds(60))
        #expect(await cache.answer(key, rules) != nil)
        #expect(shelf.told == ["keep 1048576", "touch", "touch"])
    }
}
