import Synchronization
import TuttiCore
import TuttiGateway
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// Answers that are given again: those in memory, and behind them those on the disk.
///
/// A disk that fails fails no call: for a while nothing is asked of it, and the memory goes on alone.
final class AnswerCache: Sendable {
    private struct State {
        var counts = CacheCounts()
        /// The disk is left alone until then; `nil` when it is well.
        var restsUntil: Duration?
        /// Counts removals: what was asked for before one is not kept behind it.
        var removals = 0
        /// When the disk was told that an answer in memory is used, so that it is not told each time.
        var touched: [AnswerKey: Duration] = [:]
    }

    private let memory = MemoryAnswers()
    /// `nil` for a server without a disk.
    private let shelf: (any AnswerShelf)?
    private let clock: any Timekeeper
    private let log: Log
    private let uses: MetricFamily<Counter>
    private let state = Mutex(State())

    /// How long a disk that has failed is left alone.
    static let restAfterFailure: Duration = .seconds(60)
    /// How often the disk is told at most that an answer is used.
    private static let touchedEvery: Duration = .seconds(60)
    /// How many answers are remembered to have been told of.
    private static let touchedMax = 10_000

    init(_ shelf: (any AnswerShelf)?, _ telemetry: Telemetry, clock: any Timekeeper) {
        self.shelf = shelf
        self.clock = clock
        log = telemetry.log
        uses = telemetry.metrics.counter(ModelMetric.cache)
    }

    /// The number of removals so far, for ``keep(_:under:_:since:)``.
    var removals: Int { state.withLock { $0.removals } }

    // MARK: Looking

    /// The answer to the same request.
    func answer(_ key: AnswerKey, _ rules: AnswerCacheRules) async -> CachedAnswer? {
        let start = start(rules)
        if let answer = memory.answer(key, notBefore: start) {
            if rules.diskBytes != nil, isTouchDue(key) {
                await onDisk { shelf throws(AnswerShelfError) in try await shelf.touch(key) }
            }
            return answer
        }
        guard rules.diskBytes != nil else { return nil }
        let removals = removals
        let found = await onDisk { shelf throws(AnswerShelfError) in
            try await shelf.answer(key, notBefore: start)
        }
        guard let answer = found ?? nil else { return nil }
        if removals == self.removals { memory.keep(answer, under: key, bytesMax: rules.memoryBytes) }
        return answer
    }

    /// The answer to a question that is near enough.
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, _ rules: AnswerCacheRules
    ) async -> SimilarAnswer? {
        let start = start(rules)
        if let near = memory.nearest(question, atLeast: similarity, notBefore: start) { return near }
        guard rules.diskBytes != nil else { return nil }
        let found = await onDisk { shelf throws(AnswerShelfError) in
            try await shelf.nearest(question, atLeast: similarity, notBefore: start)
        }
        return found ?? nil
    }

    private func start(_ rules: AnswerCacheRules) -> Timestamp {
        Timestamp(milliseconds: clock.now().milliseconds - rules.lifetime.milliseconds)
    }

    private func isTouchDue(_ key: AnswerKey) -> Bool {
        let now = clock.uptime()
        return state.withLock { state in
            if let last = state.touched[key], now - last < Self.touchedEvery { return false }
            if state.touched.count >= Self.touchedMax { state.touched = [:] }
            state.touched[key] = now
            return true
        }
    }

    /// Counts what there was for a call.
    func count(_ use: CallCacheUse, saving answer: CachedAnswer? = nil) {
        uses[use.rawValue].add()
        state.withLock { $0.counts.add(use, saving: answer) }
    }

    // MARK: Keeping

    /// Keeps an answer.
    ///
    /// - Parameter removals: those before it was asked for; after another one it is not kept.
    func keep(_ answer: CachedAnswer, under key: AnswerKey, _ rules: AnswerCacheRules, since removals: Int) async {
        guard removals == self.removals else { return }
        memory.keep(answer, under: key, bytesMax: rules.memoryBytes)
        guard let bytesMax = rules.diskBytes else { return }
        await onDisk { shelf throws(AnswerShelfError) in
            try await shelf.keep(answer, under: key, bytesMax: bytesMax)
        }
    }

    /// Removes the answers of a tenant.
    ///
    /// - Parameter model: only those of this one, as it was asked for.
    /// - Throws: ``AnswerShelfError`` when those on the disk may be left.
    func remove(of tenant: String, model: String?) async throws(AnswerShelfError) {
        state.withLock { $0.removals += 1 }
        memory.remove(of: tenant, model: model)
        try await shelf?.remove(of: tenant, model: model)
    }

    /// Removes what no rule keeps any more.
    ///
    /// - Parameter rules: `nil` when nothing is kept at all.
    func tidy(_ rules: AnswerCacheRules?) async {
        guard let rules else {
            memory.removeAll()
            await onDisk { shelf throws(AnswerShelfError) in try await shelf.discard() }
            return
        }
        let start = start(rules)
        memory.remove(before: start)
        await onDisk { [hasDisk = rules.diskBytes != nil] shelf throws(AnswerShelfError) in
            if hasDisk { try await shelf.remove(before: start) } else { try await shelf.discard() }
        }
    }

    /// What there is, and what it was good for since the start.
    func counts() async -> CacheCounts {
        var counts = state.withLock { $0.counts }
        counts.memory = memory.size
        counts.disk = await onDisk { shelf throws(AnswerShelfError) in try await shelf.size() }
        return counts
    }

    // MARK: The disk

    /// Does something with the disk; `nil` when it fails, rests, or is none.
    @discardableResult
    private func onDisk<Output: Sendable>(
        _ body: (any AnswerShelf) async throws(AnswerShelfError) -> Output
    ) async -> Output? {
        let now = clock.uptime()
        guard let shelf, state.withLock({ now >= $0.restsUntil ?? now }) else { return nil }
        do throws(AnswerShelfError) {
            let output = try await body(shelf)
            if state.withLock({ $0.restsUntil.take() }) != nil { log.notice("the kept answers can be used again") }
            return output
        } catch {
            let isNew = state.withLock { state in
                defer { state.restsUntil = now + Self.restAfterFailure }
                return state.restsUntil == nil
            }
            if isNew {
                log.warning(
                    "kept answers are in memory only, as long as their file cannot be used",
                    ["error.message": .string(error.description)])
            }
            return nil
        }
    }
}

/// What a cache of answers was good for.
struct CacheCounts: Sendable, Hashable {
    var hits: Int64 = 0
    var similar: Int64 = 0
    var misses: Int64 = 0
    /// What the answers that were given again had taken.
    var tokens: Int64 = 0
    var cost = USD(microdollars: 0)
    var memory = AnswerCount()
    /// `nil` while there is no disk that can be used.
    var disk: AnswerCount?

    mutating func add(_ use: CallCacheUse, saving answer: CachedAnswer?) {
        switch use {
        case .hit: hits += 1
        case .similar: similar += 1
        case .miss: misses += 1
        }
        guard let answer else { return }
        tokens = Int64(clamping: Int128(tokens) + Int128(answer.tokens))
        cost.microdollars = Int64(clamping: Int128(cost.microdollars) + Int128(answer.cost.microdollars))
    }
}
