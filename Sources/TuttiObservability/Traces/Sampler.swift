package import TuttiCore

/// Which traces are recorded.
package indirect enum Sampler: Hashable, Sendable {
    case always
    case never
    /// This part of all traces, from 0 to 1; every process with the same part records the same traces.
    case ratio(Double)
    /// What the span above says; a trace that begins here follows the sampler in parentheses.
    case parentBased(Sampler)

    /// What OpenTelemetry does unless told otherwise.
    package static let standard = Sampler.parentBased(.always)

    /// Whether a span is recorded.
    package func isSampled(_ trace: TraceID, parent: TraceContext?) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .ratio(let part):
            // The last 56 bits are random in every kind of trace id (W3C Trace Context, level 2), those of a UUID too.
            let range = Double(UInt64(1) << 56)
            return Double(trace.bits.low & (1 << 56 - 1)) >= (1 - min(1, max(0, part))) * range
        case .parentBased(let root): return parent?.isSampled ?? root.isSampled(trace, parent: nil)
        }
    }
}
