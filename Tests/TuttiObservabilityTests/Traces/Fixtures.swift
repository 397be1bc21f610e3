import Synchronization
import TuttiCore
import TuttiObservability

/// The trace and span of the examples in OTLP's own documents.
let fixedContext = TraceContext.read(traceparent: ["00-000102030405060708090a0b0c0d0e0f-0001020304050607-01"])

func makeSpan(_ name: String = "work", attributes: SpanAttributes = [:]) -> TraceSpan {
    let bits = UUIDBits(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)
    guard let trace = TraceID(bits), let id = SpanID(0x0001_0203_0405_0607) else { preconditionFailure("not zero") }
    return TraceSpan(
        context: TraceContext(trace: trace, span: id, isSampled: true), parent: nil, name: name,
        start: 1_700_000_000_000_000_000, end: 1_700_000_000_100_000_000, attributes: attributes)
}

/// What came, in the order in which it came.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    @discardableResult
    func add(_ element: Element) -> Int {
        elements.withLock { elements in
            elements.append(element)
            return elements.count
        }
    }
}

extension MetricRegistry {
    func lost(_ reason: SpanExportOutcome.Reason) -> Double {
        counter(TelemetryMetric.spansDropped)[reason.rawValue].value
    }

    var exported: Double { counter(TelemetryMetric.spansExported)[].value }
}
