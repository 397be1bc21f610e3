import Synchronization
package import TuttiRuntime

/// Spans on their way: ``add(_:)`` never waits, and ``run(_:)`` takes them out in batches.
package final class SpanQueue: Sendable {
    private struct State {
        var buffer: SpanBuffer
        var isStopping = false
    }

    private let limits: SpanQueueLimits
    private let clock: any Timekeeper
    private let state: Mutex<State>
    private let wake = Nudge()
    private let stopping = Nudge()
    private let exported: Counter
    private let dropped: MetricFamily<Counter>

    /// How long ``run(_:)`` may take for what is left, once it has been stopped.
    private let flushLimit: Duration

    package init(
        limits: SpanQueueLimits = SpanQueueLimits(), flushLimit: Duration = .seconds(5), clock: some Timekeeper,
        metrics: MetricRegistry
    ) {
        self.limits = limits
        self.flushLimit = flushLimit
        self.clock = clock
        state = Mutex(State(buffer: SpanBuffer(limits)))
        exported = metrics.counter(TelemetryMetric.spansExported)[]
        dropped = metrics.counter(TelemetryMetric.spansDropped)
    }

    /// Takes a span, or counts it as lost when there is no room or the end has come.
    package func add(_ span: TraceSpan) {
        let (outcome, isStopping) = state.withLock { state -> (SpanBuffer.Outcome, Bool) in
            state.isStopping ? (.dropped, true) : (state.buffer.add(span), false)
        }
        switch outcome {
        case .kept: break
        case .batchIsFull: wake.call()
        case .dropped: drop(1, isStopping ? .shutdown : .queueFull)
        }
    }

    /// Exports until ``stop()`` and then what is left, for at most the flush limit; or until the task is cancelled,
    /// which loses what is left. Never throws: what goes wrong is counted.
    package func run(_ exporter: some SpanExporter) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.exportUntilStopped(exporter) }
            group.addTask {
                await self.stopping.wait()
                try? await self.clock.sleep(for: self.flushLimit)
            }
            await group.next()
            group.cancelAll()
        }
        let left = state.withLock { state -> Int in
            state.isStopping = true
            var count = 0
            while case let batch = state.buffer.takeBatch(), !batch.isEmpty { count += batch.count }
            return count
        }
        drop(left, .shutdown)
    }

    /// Lets ``run(_:)`` take what is left to the exporter and return.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wake.call()
        stopping.call()
    }

    private func exportUntilStopped(_ exporter: some SpanExporter) async {
        while !Task.isCancelled {
            let (isStopping, isFull) = state.withLock { ($0.isStopping, $0.buffer.hasFullBatch) }
            if !isStopping, !isFull { await wake.wait(atMost: limits.delay, on: clock) }
            let batch = state.withLock { $0.buffer.takeBatch() }
            if !batch.isEmpty {
                count(await exporter.export(batch), of: batch.count)
            } else if isStopping {
                return
            }
        }
    }

    private func count(_ outcome: SpanExportOutcome, of spans: Int) {
        switch outcome {
        case .exported(let rejected):
            let rejected = min(max(0, rejected), spans)
            exported.add(spans - rejected)
            drop(rejected, .rejected)
        case .dropped(let reason): drop(spans, reason)
        }
    }

    private func drop(_ spans: Int, _ reason: SpanExportOutcome.Reason) {
        if spans > 0 { dropped[reason.rawValue].add(spans) }
    }
}
