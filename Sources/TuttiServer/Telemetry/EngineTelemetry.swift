import Synchronization
package import TuttiCore
import TuttiEngine
package import TuttiObservability
package import TuttiStore

/// Counts what an engine commits, and makes spans of it. Both are readings of the journal's commands: what is not on
/// disk is not told.
///
/// A run is one span; the attempts at its steps, and its children, are below it. Their names follow from the run and
/// the key, so that a run that is taken up by another process goes on in the same trace.
package final class EngineTelemetry: EngineObserver {
    private let tracer: Tracer
    private let metrics: EngineMetrics
    /// Runs of this process; bounded, since not every end of work is told.
    private let runs = Mutex<[RunID: RunSummary]>([:])

    private static let runsMax = 100_000

    package init(metrics: MetricRegistry, tracer: Tracer) {
        self.metrics = EngineMetrics(metrics)
        self.tracer = tracer
    }

    package func began(_ run: RunSummary) {
        runs.withLock { runs in
            if runs.count >= Self.runsMax { runs.removeAll() }
            runs[run.id] = run
        }
    }

    package func commitFailed(_ error: StoreError) {
        metrics.commits["failed"].add()
        metrics.storeErrors["journal", error.code.description].add()
    }

    package func context(ofStep key: String, attempt: Int, in run: RunSummary) -> TraceContext? {
        guard let context = context(of: run) else { return nil }
        return context.child(.derived(in: context.trace, from: "\(run.id)/\(key)/\(attempt)"))
    }

    /// Where the span of a run is; `nil` when its trace has no name.
    private func context(of run: RunSummary) -> TraceContext? {
        let parent = run.trace.flatMap(TraceContext.read)
        guard let trace = parent?.trace ?? run.root.bits.flatMap({ TraceID($0) }) else { return nil }
        return tracer.context(below: parent, trace: trace, id: .derived(in: trace, from: run.id.text))
    }

    package func committed(_ commands: [JournalCommand], _ outcomes: [JournalOutcome], took: Duration) {
        metrics.commits["ok"].add()
        metrics.commitDuration[].observe(took)
        metrics.commitSize[].observe(Double(commands.count))
        for (command, outcome) in zip(commands, outcomes) where outcome == .done {
            switch command {
            case .start(let command): metrics.started[command.workflow].add()
            case .record(let command):
                let run = runs.withLock { $0[command.owner.run] }
                for row in command.rows { tell(row, of: run) }
            case .end(let command):
                guard let run = runs.withLock({ $0.removeValue(forKey: command.owner.run) }) else { continue }
                tell(command, of: run)
            case .release(let command): runs.withLock { _ = $0.removeValue(forKey: command.owner.run) }
            default: break
            }
        }
    }

    // MARK: Steps

    private func tell(_ row: StepRow, of run: RunSummary?) {
        guard row.attempt > 0 else { return }
        let outcome: String
        var failure: StepError?
        switch row.result {
        case .completed: outcome = "completed"
        case .failed(let error): (outcome, failure) = ("failed", error)
        case .open(let error, _): (outcome, failure) = ("retried", error)
        case .waiting: return
        }
        metrics.steps[row.kind.rawValue, outcome].add()
        metrics.stepDuration[row.kind.rawValue].observe(row.ended - row.started)
        guard let run, let context = context(of: run), context.isSampled else { return }
        var attributes: SpanAttributes = [
            "tutti.run.id": .string(run.id.text), "tutti.step.key": .string(row.key),
            "tutti.step.kind": .string(row.kind.rawValue), "tutti.step.attempt": .int(Int64(row.attempt)),
        ]
        if let cost = row.cost {
            attributes["tutti.cost.microdollars"] = .int(cost.microdollars)
            attributes["tutti.cost.tokens"] = .int(cost.tokens)
        }
        let id = SpanID.derived(in: context.trace, from: "\(run.id)/\(row.key)/\(row.attempt)")
        var span = TraceSpan(
            context: context.child(id), parent: context.span, name: "step \(StepKey.name(of: row.key))",
            kind: .internal,
            start: row.started.nanoseconds, end: row.ended.nanoseconds, attributes: attributes, links: [])
        if let failure {
            span.attributes["error.type"] = .string(failure.code)
            span.status = .error("")
        }
        tracer.take(span)
    }

    // MARK: Runs

    private func tell(_ end: EndCommand, of run: RunSummary) {
        let (state, failure): (RunStatus, StepError?) =
            switch end.result {
            case .completed: (.completed, nil)
            case .failed(let error): (.failed, error)
            case .cancelled: (.cancelled, nil)
            case .blocked(_, let error): (.blocked, error)
            }
        metrics.ended[run.workflow, state.rawValue].add()
        guard let context = context(of: run), context.isSampled else { return }
        let draft = GenAISpan.workflow(run.workflow, run: run.id.text)
        let parent = run.trace.flatMap(TraceContext.read)
        var span = TraceSpan(
            context: context, parent: parent?.span, name: draft.name, kind: draft.kind,
            start: run.created.nanoseconds, end: end.at.nanoseconds, attributes: draft.attributes, links: draft.links)
        span.attributes["tutti.run.state"] = .string(state.rawValue)
        if let failure {
            span.attributes["error.type"] = .string(failure.code)
            span.status = .error("")
        }
        tracer.take(span)
    }
}

/// The numbers of an engine.
private struct EngineMetrics: Sendable {
    let started: MetricFamily<Counter>
    let ended: MetricFamily<Counter>
    let steps: MetricFamily<Counter>
    let stepDuration: MetricFamily<Histogram>
    let commits: MetricFamily<Counter>
    let commitDuration: MetricFamily<Histogram>
    let commitSize: MetricFamily<Histogram>
    let storeErrors: MetricFamily<Counter>

    init(_ registry: MetricRegistry) {
        started = registry.counter(EngineMetric.started)
        ended = registry.counter(EngineMetric.ended)
        steps = registry.counter(EngineMetric.steps)
        stepDuration = registry.histogram(EngineMetric.stepDuration)
        commits = registry.counter(EngineMetric.commits)
        commitDuration = registry.histogram(EngineMetric.commitDuration)
        commitSize = registry.histogram(EngineMetric.commitSize)
        storeErrors = registry.counter(StoreMetric.errors)
    }
}

extension Timestamp {
    /// Since 1970; times of the journal are whole milliseconds.
    fileprivate var nanoseconds: UInt64 { UInt64(max(0, milliseconds)) &* 1_000_000 }
}
