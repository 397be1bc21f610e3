package import TuttiCore
package import TuttiRuntime

/// Begins spans, and hands those that ended to whoever exports them.
///
/// ```swift
/// try await tracer.span(SpanDraft("POST /api/v1/runs", kind: .server)) { span in
///     span["http.response.status_code"] = 202        // inside, TraceContext.current is this span
/// }
/// ```
package final class Tracer: Sendable {
    private let sampler: Sampler
    private let random: LockedGenerator
    private let clock: SpanClock
    private let record: @Sendable (TraceSpan) -> Void

    /// A tracer.
    ///
    /// - Parameter record: gets each sampled span at its end; it must not wait. ``SpanQueue/add(_:)`` is one.
    package init(
        sampler: Sampler = .standard, clock: some Timekeeper,
        random: LockedGenerator = LockedGenerator(BufferedRandomNumberGenerator()),
        record: @escaping @Sendable (TraceSpan) -> Void
    ) {
        self.sampler = sampler
        self.random = random
        self.clock = SpanClock(clock)
        self.record = record
    }

    /// One that records nothing, and still makes contexts that can be passed on and logged.
    package static func silent(clock: some Timekeeper) -> Tracer {
        Tracer(sampler: .parentBased(.never), clock: clock) { _ in }
    }

    /// Begins a span; its end is to be told by ``ActiveSpan/end()``.
    ///
    /// - Parameters:
    ///   - parent: the span above; unless told otherwise, that of the task.
    ///   - trace: the trace that begins when there is no parent, such as that of a run; else a random one.
    ///   - id: the span, when it has to be the same each time (``SpanID/derived(in:from:)``); else a random one.
    package func begin(
        _ draft: SpanDraft, parent: TraceContext? = TraceContext.current, trace: TraceID? = nil, id: SpanID? = nil
    ) -> ActiveSpan {
        let context = context(below: parent, trace: trace, id: id)
        guard context.isSampled else { return ActiveSpan(context: context, span: nil, clock: clock) { _ in } }
        let start = clock.now()
        let span = TraceSpan(
            context: context, parent: parent?.span, name: draft.name, kind: draft.kind, start: start, end: start,
            attributes: draft.attributes, links: draft.links)
        return ActiveSpan(context: context, span: span, clock: clock, record: record)
    }

    /// A span as long as `body`, which runs with it as `TraceContext.current`. An error that `body` throws makes it
    /// failed, with the type of the error and not its text, which could name what nobody else should read.
    ///
    /// - Throws: what `body` throws.
    package func span<Output>(
        _ draft: SpanDraft, parent: TraceContext? = TraceContext.current, trace: TraceID? = nil, id: SpanID? = nil,
        _ body: (ActiveSpan) async throws -> Output
    ) async rethrows -> Output {
        let span = begin(draft, parent: parent, trace: trace, id: id)
        defer { span.end() }
        do {
            return try await TraceContext.$current.withValue(span.context) { try await body(span) }
        } catch {
            span.fail(type: Self.type(of: error))
            throw error
        }
    }

    /// Takes a span that was put together elsewhere, from its own times, when its trace is recorded.
    package func take(_ span: TraceSpan) {
        if span.context.isSampled { record(span) }
    }

    /// The context of a span that is to begin.
    package func context(below parent: TraceContext?, trace: TraceID? = nil, id: SpanID? = nil) -> TraceContext {
        let (fresh, span) = random.draw { random in
            (parent?.trace ?? trace ?? TraceID.random(using: &random), id ?? SpanID.random(using: &random))
        }
        let isSampled = sampler.isSampled(fresh, parent: parent)
        return TraceContext(trace: fresh, span: span, isSampled: isSampled, state: parent?.state ?? "")
    }

    /// The code of an error of ours, `cancelled`, or the name of its type.
    private static func type(of error: any Error) -> String {
        if let error = error as? StepError { return error.code }
        return error is CancellationError ? "cancelled" : "\(Swift.type(of: error))"
    }
}
