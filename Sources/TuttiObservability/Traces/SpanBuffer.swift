/// How many spans wait, and how many go at one time.
package struct SpanQueueLimits: Hashable, Sendable {
    /// `OTEL_BSP_MAX_QUEUE_SIZE`
    package var spansMax = 2048
    /// About how many bytes wait in all.
    package var bytesMax = 16 << 20
    /// `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`
    package var batchSpansMax = 512
    /// About how many bytes go in one request; a single larger span goes alone.
    package var batchBytesMax = 1 << 20
    /// `OTEL_BSP_SCHEDULE_DELAY`: how long a span waits for others to go with.
    package var delay: Duration = .seconds(5)

    /// The default values.
    package init() {}
}

/// Spans that wait to be exported.
struct SpanBuffer {
    enum Outcome: Hashable {
        case kept
        /// Kept, and there is enough for a batch.
        case batchIsFull
        /// There is no room.
        case dropped
    }

    private let limits: SpanQueueLimits
    private var spans: [TraceSpan] = []
    /// Those before it are gone already.
    private var head = 0
    private(set) var bytes = 0

    init(_ limits: SpanQueueLimits) { self.limits = limits }

    var count: Int { spans.count - head }

    mutating func add(_ span: TraceSpan) -> Outcome {
        let size = span.bytes
        guard count < limits.spansMax, bytes + size <= limits.bytesMax else { return .dropped }
        spans.append(span)
        bytes += size
        return count >= limits.batchSpansMax || bytes >= limits.batchBytesMax ? .batchIsFull : .kept
    }

    /// The next batch, oldest first; empty when nothing waits.
    mutating func takeBatch() -> [TraceSpan] {
        var batch: [TraceSpan] = []
        var size = 0
        while head < spans.count, batch.count < limits.batchSpansMax {
            let next = spans[head].bytes
            if !batch.isEmpty, size + next > limits.batchBytesMax { break }
            batch.append(spans[head])
            size += next
            head += 1
        }
        bytes -= size
        if head * 2 >= spans.count {
            spans.removeFirst(head)
            head = 0
        }
        return batch
    }

    /// Whether a batch is due without waiting for more.
    var hasFullBatch: Bool { count >= limits.batchSpansMax || bytes >= limits.batchBytesMax }
}
