import Synchronization
package import TuttiCore

/// A piece of work that is being done. Whoever began it ends it, once; what is told of it afterwards is lost.
package final class ActiveSpan: Sendable {
    /// Trace and span, for whatever is below it.
    package let context: TraceContext
    private let span: Mutex<TraceSpan?>
    private let clock: SpanClock
    private let record: @Sendable (TraceSpan) -> Void

    /// - Parameter span: `nil` for one that is not recorded.
    init(context: TraceContext, span: TraceSpan?, clock: SpanClock, record: @escaping @Sendable (TraceSpan) -> Void) {
        self.context = context
        self.span = Mutex(span)
        self.clock = clock
        self.record = record
    }

    /// Whether anybody will see it; else what is told of it need not be put together.
    package var isRecorded: Bool { span.withLock { $0 != nil } }

    /// Sets an attribute; `nil` sets none.
    package subscript(key: String) -> SpanValue? {
        get { span.withLock { $0?.attributes[key] } }
        set { span.withLock { $0?.attributes[key] = newValue } }
    }

    /// Sets all of these attributes.
    package func set(_ attributes: @autoclosure () -> SpanAttributes) {
        guard isRecorded else { return }
        let attributes = attributes()
        span.withLock { $0?.attributes.merge(attributes) }
    }

    /// Says what happened just now.
    package func event(_ name: String, _ attributes: SpanAttributes = [:]) {
        let time = clock.now()
        span.withLock { $0?.add(TraceSpan.Event(time: time, name: name, attributes: attributes)) }
    }

    /// Says how it went.
    package func status(_ status: TraceSpan.Status) { span.withLock { $0?.status = status } }

    /// Says that it failed: `type` is a stable code or the name of a type, and the message names no secret.
    package func fail(type: String, message: String = "") {
        span.withLock { span in
            span?.attributes["error.type"] = .string(type)
            span?.status = .error(SpanLimits.message(message))
        }
    }

    /// Ends the work, now.
    package func end() {
        let time = clock.now()
        let ended = span.withLock { span -> TraceSpan? in
            guard var ended = span.take() else { return nil }
            ended.end = max(time, ended.start)
            return ended
        }
        if let ended { record(ended) }
    }
}

extension SpanLimits {
    /// A message of an error on one line.
    static func message(_ text: String) -> String { CleanText.line(text, bytesMax: 1024) }
}
