import Synchronization
import Testing
import TuttiCore
import TuttiTesting

@testable import TuttiObservability

/// Takes batches, and lets the test wait for them.
private final class TestExporter: SpanExporter {
    let batches = Collected<[TraceSpan]>()
    private let arrivals: AsyncStream<Int>
    private let arrival: AsyncStream<Int>.Continuation
    private let act: @Sendable (Int) async -> SpanExportOutcome

    init(_ act: @escaping @Sendable (Int) async -> SpanExportOutcome = { _ in .exported(rejected: 0) }) {
        self.act = act
        (arrivals, arrival) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(100))
    }

    func export(_ batch: [TraceSpan]) async -> SpanExportOutcome {
        let count = batches.add(batch)
        arrival.yield(count)
        return await act(count)
    }

    func untilBatch(_ number: Int) async {
        for await count in arrivals where count >= number { return }
    }
}

struct SpanQueueTests {
    private let clock = ManualClock()
    private let metrics = MetricRegistry()

    private func queue(_ change: (inout SpanQueueLimits) -> Void = { _ in }) -> SpanQueue {
        var limits = SpanQueueLimits()
        change(&limits)
        return SpanQueue(limits: limits, clock: clock, metrics: metrics)
    }

    @Test func dropsAndCountsWhatFindsNoRoom() async {
        let queue = queue { $0.spansMax = 3 }
        for index in 0..<10 { queue.add(makeSpan("s\(index)")) }
        #expect(metrics.lost(.queueFull) == 7)
        let exporter = TestExporter()
        queue.stop()
        await queue.run(exporter)
        #expect(exporter.batches.all.flatMap { $0 }.map(\.name) == ["s0", "s1", "s2"])
        #expect(metrics.exported == 3)
    }

    @Test func takesABatchAtOnceWhenItIsFull() async {
        let queue = queue { $0.batchSpansMax = 2 }
        let exporter = TestExporter()
        async let running: Void = queue.run(exporter)
        for index in 0..<4 { queue.add(makeSpan("s\(index)")) }
        await exporter.untilBatch(2)
        #expect(exporter.batches.all.map(\.count) == [2, 2])
        queue.stop()
        await running
    }

    @Test func takesWhatIsThereAfterTheDelay() async {
        let queue = queue()
        let exporter = TestExporter()
        async let running: Void = queue.run(exporter)
        queue.add(makeSpan())
        await clock.untilSleeping(1)
        #expect(exporter.batches.all.isEmpty)
        clock.advance(by: .seconds(5))
        await exporter.untilBatch(1)
        queue.stop()
        await running
        #expect(metrics.exported == 1)
    }

    @Test func flushesWhatIsLeftAtTheEnd() async {
        let queue = queue { $0.batchSpansMax = 2 }
        let exporter = TestExporter()
        for index in 0..<5 { queue.add(makeSpan("s\(index)")) }
        queue.stop()
        queue.add(makeSpan("late"))
        await queue.run(exporter)
        #expect(exporter.batches.all.map(\.count) == [2, 2, 1])
        #expect(metrics.exported == 5 && metrics.lost(.shutdown) == 1)
    }

    @Test func theFlushHasALimit() async {
        let clock = clock
        let queue = queue { $0.batchSpansMax = 1 }
        let exporter = TestExporter { _ in
            guard (try? await clock.sleep(for: .seconds(1000))) != nil else { return .dropped(.shutdown) }
            return .exported(rejected: 0)
        }
        for index in 0..<3 { queue.add(makeSpan("s\(index)")) }
        async let running: Void = queue.run(exporter)
        await exporter.untilBatch(1)
        queue.stop()
        await clock.untilSleeping(2)  // the export, and the limit
        clock.advance(by: .seconds(5))
        await running
        #expect(metrics.exported == 0 && metrics.lost(.shutdown) == 3)
    }

    @Test func cancellingLosesWhatIsLeft() async {
        let queue = queue()
        queue.add(makeSpan())
        let task = Task { await queue.run(TestExporter()) }
        await clock.untilSleeping(1)
        task.cancel()
        await task.value
        queue.add(makeSpan())
        #expect(metrics.exported + metrics.lost(.shutdown) == 2)
    }

    @Test func countsWhatTheCollectorRefuses() async {
        let queue = queue { $0.batchSpansMax = 2 }
        let exporter = TestExporter { $0 == 1 ? .exported(rejected: 1) : .dropped(.refused) }
        for _ in 0..<4 { queue.add(makeSpan()) }
        queue.stop()
        await queue.run(exporter)
        #expect(metrics.exported == 1 && metrics.lost(.rejected) == 1 && metrics.lost(.refused) == 2)
    }

    @Test func neitherLosesNorDoublesWhatManyTasksAdd() async {
        let queue = queue {
            $0.spansMax = 100_000
            $0.batchSpansMax = 64
        }
        let exporter = TestExporter()
        async let running: Void = queue.run(exporter)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask { for index in 0..<200 { queue.add(makeSpan("\(task)/\(index)")) } }
            }
        }
        queue.stop()
        await running
        let names = exporter.batches.all.flatMap { $0 }.map(\.name)
        #expect(names.count == 3200 && Set(names).count == 3200)
    }
}

struct SpanBufferTests {
    @Test func isBoundedByBytes() {
        var limits = SpanQueueLimits()
        limits.bytesMax = makeSpan().bytes * 2
        var buffer = SpanBuffer(limits)
        #expect(buffer.add(makeSpan()) == .kept && buffer.add(makeSpan()) == .kept)
        #expect(buffer.add(makeSpan()) == .dropped)
        #expect(buffer.takeBatch().count == 2 && buffer.bytes == 0)
        #expect(buffer.add(makeSpan()) == .kept)
    }

    @Test func aBatchIsBoundedByBytesAndNeverEmpty() {
        var limits = SpanQueueLimits()
        limits.batchBytesMax = makeSpan().bytes + 1
        var buffer = SpanBuffer(limits)
        let large = makeSpan(attributes: ["text": .string(String(repeating: "x", count: 4000))])
        #expect(buffer.add(large) == .batchIsFull)
        _ = buffer.add(makeSpan("b"))
        _ = buffer.add(makeSpan("c"))
        #expect(buffer.takeBatch() == [large])
        #expect(buffer.takeBatch().map(\.name) == ["b"])
        #expect(buffer.takeBatch().map(\.name) == ["c"])
        #expect(buffer.takeBatch().isEmpty && buffer.count == 0)
    }
}
