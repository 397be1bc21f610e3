/// Where in which trace we are: what travels with a request from one process to the next.
///
/// ```swift
/// let context = TraceContext.read(traceparent: request.fields("traceparent"), tracestate: …)
/// try await TraceContext.$current.withValue(context) { try await handle(request) }
/// ```
///
/// A caller over HTTP sends ``traceparent`` and, when it is not empty, ``state`` of ``current``.
package struct TraceContext: Hashable, Sendable {
    /// The trace.
    package let trace: TraceID
    /// The span that is at work, whose children other spans become.
    package let span: SpanID
    /// Whether whoever began the trace records it.
    package let isSampled: Bool
    /// What other tracing systems pass along, as the field `tracestate` has it; may be empty.
    package let state: String

    /// The context of the work that this task does, or none outside of any trace.
    @TaskLocal package static var current: TraceContext?

    package init(trace: TraceID, span: SpanID, isSampled: Bool, state: String = "") {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
        self.state = state
    }

    /// The context of a span below this one.
    package func child(_ span: SpanID, isSampled: Bool? = nil) -> TraceContext {
        TraceContext(trace: trace, span: span, isSampled: isSampled ?? self.isSampled, state: state)
    }

    /// The same with a fresh span.
    package func child(using random: inout some RandomNumberGenerator) -> TraceContext {
        child(SpanID.random(using: &random))
    }
}
