import FoundationEssentials
package import TuttiCore
package import TuttiRuntime

/// Posts spans to a collector of OpenTelemetry.
package struct OTLPTraceExporter: SpanExporter {
    private let settings: OTLPSettings
    private let encoder: OTLPTraceEncoder
    private let clock: any Timekeeper
    private let random: LockedGenerator
    private let post: OTLPTransport

    package init(
        settings: OTLPSettings, version: String, redactions: Redactions = Redactions(), clock: some Timekeeper,
        random: LockedGenerator = LockedGenerator(), post: @escaping OTLPTransport
    ) {
        self.settings = settings
        encoder = OTLPTraceEncoder(resource: settings.resource, version: version, redactions: redactions)
        self.clock = clock
        self.random = random
        self.post = post
    }

    /// Posts the batch, again and again while the collector asks for patience or is not there, within
    /// ``OTLPSettings/exportTimeout``.
    package func export(_ batch: [TraceSpan]) async -> SpanExportOutcome {
        let request = OTLPRequest(
            url: settings.endpoint, headers: [OTLPHeader("Content-Type", "application/json")] + settings.headers,
            body: encoder.encode(batch), timeout: settings.requestTimeout)
        let outcome = try? await withTimeout(settings.exportTimeout, on: clock) { await deliver(request) }
        return outcome ?? .dropped(.unreachable)
    }

    private func deliver(_ request: OTLPRequest) async -> SpanExportOutcome {
        for attempt in 1...OTLPRetry.attemptsMax {
            let answer = try? await withTimeout(request.timeout, on: clock) { try await post(request) }
            switch OTLPRetry.decide(answer) {
            case .done: return .exported(rejected: Self.rejected(answer?.body ?? []))
            case .refused: return .dropped(.refused)
            case .again(let asked):
                guard attempt < OTLPRetry.attemptsMax else { break }
                let jitter = random.draw { Double.random(in: 0...1, using: &$0) }
                let delay = OTLPRetry.delay(beforeAttempt: attempt, asked: asked, jitter: jitter)
                guard (try? await clock.sleep(for: delay)) != nil else { return .dropped(.shutdown) }
            }
        }
        return .dropped(.unreachable)
    }

    /// `{"partialSuccess":{"rejectedSpans":"1"}}`; the number may be one, too.
    private static func rejected(_ body: [UInt8]) -> Int {
        let answer = try? CanonicalJSON.decode(JSONValue.self, from: Data(body))
        let count = answer?["partialSuccess"]?["rejectedSpans"]
        return count?.intValue.map { Int($0) } ?? count?.stringValue.flatMap { Int($0) } ?? 0
    }
}
