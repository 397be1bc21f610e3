/// Takes spans to where they are looked at.
package protocol SpanExporter: Sendable {
    /// Takes a batch there; returns when it has arrived or is lost for good.
    func export(_ batch: [TraceSpan]) async -> SpanExportOutcome
}

/// What became of a batch.
package enum SpanExportOutcome: Hashable, Sendable {
    /// It has arrived; the collector has refused that many of it.
    case exported(rejected: Int)
    /// All of it is lost.
    case dropped(Reason)

    /// Why spans are lost; the values of a label.
    package enum Reason: String, Sendable, CaseIterable {
        /// More came than go out.
        case queueFull = "queue_full"
        /// The collector does not take the request.
        case refused
        /// The collector has taken the request, and not these spans.
        case rejected
        /// No answer, or none but "later", until the patience was over.
        case unreachable
        /// The program ended first.
        case shutdown
    }
}
