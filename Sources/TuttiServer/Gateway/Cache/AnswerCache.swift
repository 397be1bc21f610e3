import Synchronization
import TuttiCore
import TuttiGateway
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// Answers that are given again: those in memory, and behind them those on the disk.
///
/// A disk that fails, or takes its time, holds up no call: for a while nothing is asked of it, and the memory goes on
/// alone.
final class AnswerCache: Sendable {
    private struct State {
        var counts = CacheCounts()
        /// What the disk was to keep while it could not: what it has under these names is older.
        var unkept: Set<AnswerKey> = []
        /// When the disk was told that an answer in memory is used, so that it is not told each time.
        var touched: [AnswerKey: Duration] = [:]
    }

    private let memory = MemoryAnswers()
    /// `nil` for a server without a disk.
    private let disk: AnswerDisk?
    private let clock: any Timekeeper
    private let uses: MetricFamily<Counter>
    private let state = Mutex(State())

    /// How often the disk is told at most that an answer is used.
    private static let touchedEvery: Duration = .seconds(60)
    /// How many answers are remembered to have been told of.
    private static let touchedMax = 10_000
    /// How many answers are remembered that the disk could not keep.
    private static let unkeptMax = 10_000
    /// How far the clock may have gone back since an answer was kept. One from later still is not given: it would live
    /// for longer than it is to.
    static let clockStepMax: Duration = .seconds(60)

    init(_ shelf: (any AnswerShelf)?, _ telemetry: Telemetry, clock: any Timekeeper) {
        disk = shelf.map { AnswerDisk($0, log: telemetry.log, clock: clock) }
        self.clock = clock
        uses = telemetry.metrics.counter(ModelMetric.cache)
    }

    /// The number of removals so far, for ``keep(_:under:_:since:)``.
    var removals: Int { memory.removals }

    // MARK: Looking

    /// The answer to the same request.
    func answer(_ key: AnswerKey, _ rules: AnswerCacheRules) async -> CachedAnswer? {
        let times = times(rules)
        if let answer = memory.answer(key, within: times) {
            if rules.diskBytes != nil, isTouchDue(key) {
                await disk?.use { shelf throws(AnswerShelfError) in try await shelf.touch(key) }
            }
            return answer
        }
        guard rules.diskBytes != nil, !isUnkept(key) else { return nil }
        let removals = removals
        let found: CachedAnswer?? = await disk?.use { shelf throws(AnswerShelfError) in
            try await shelf.answer(key, within: times)
        }
        guard let answer = found ?? nil else { return nil }
        memory.keep(answer, under: key, bytesMax: rules.memoryBytes, since: removals)
        return answer
    }

    /// The answer to a question that is near enough.
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, _ rules: AnswerCacheRules
    ) async -> SimilarAnswer? {
        let times = times(rules)
        if let near = memory.nearest(question, atLeast: similarity, within: times) { return near }
        guard rules.diskBytes != nil else { return nil }
        let found = await disk?.use { shelf throws(AnswerShelfError) in
            try await shelf.nearest(question, atLeast: similarity, within: times)
        }
        guard let near = found ?? nil, !isUnkept(near.key) else { return nil }
        return near
    }

    /// When an answer was kept that is still good.
    private func times(_ rules: AnswerCacheRules) -> ClosedRange<Timestamp> {
        let now = clock.now()
        return Timestamp(milliseconds: now.milliseconds - rules.lifetime.milliseconds)...(now + Self.clockStepMax)
    }

    private func isUnkept(_ key: AnswerKey) -> Bool { state.withLock { $0.unkept.contains(key) } }

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
        guard memory.keep(answer, under: key, bytesMax: rules.memoryBytes, since: removals),
            let bytesMax = rules.diskBytes
        else { return }
        let kept: Void? = await disk?.use { [memory] shelf throws(AnswerShelfError) in
            // A removal may have come first, or comes to the disk behind this.
            try await shelf.keep(answer, under: key, bytesMax: bytesMax) { memory.removals == removals }
        }
        state.withLock { state in
            if kept != nil {
                state.unkept.remove(key)
            } else if state.unkept.count < Self.unkeptMax {
                state.unkept.insert(key)
            }
        }
    }

    /// Removes the answers of a tenant.
    ///
    /// - Parameter model: only those of this one, as it was asked for.
    /// - Throws: ``AnswerShelfError`` when those on the disk may be left.
    func remove(of tenant: String, model: String?) async throws(AnswerShelfError) {
        memory.remove(of: tenant, model: model)
        try await disk?.shelf.remove(of: tenant, model: model)
    }

    /// Removes what no rule keeps any more.
    ///
    /// - Parameter rules: `nil` when nothing is kept at all.
    func tidy(_ rules: AnswerCacheRules?) async {
        guard let rules else {
            memory.removeAll()
            await disk?.use(waiting: nil) { shelf throws(AnswerShelfError) in try await shelf.discard() }
            return
        }
        let times = times(rules)
        memory.remove(outside: times)
        await disk?.use(waiting: nil) { [hasDisk = rules.diskBytes != nil] shelf throws(AnswerShelfError) in
            if hasDisk { try await shelf.remove(outside: times) } else { try await shelf.discard() }
        }
    }

    /// What there is, and what it was good for since the start.
    func counts() async -> CacheCounts {
        var counts = state.withLock { $0.counts }
        counts.memory = memory.size
        counts.disk = await disk?.use { shelf throws(AnswerShelfError) in try await shelf.size() }
        return counts
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
