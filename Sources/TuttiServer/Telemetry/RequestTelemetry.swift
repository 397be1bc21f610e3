import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability
import TuttiRuntime

/// The outermost piece: each request has a name, a span, numbers, and a line in the log.
struct RequestTelemetry: Middleware {
    private let telemetry: Telemetry
    private let clock: any Timekeeper
    private let requests: MetricFamily<Counter>
    private let duration: MetricFamily<Histogram>
    private let active: Gauge
    private let streams: MetricFamily<Gauge>

    init(_ telemetry: Telemetry, clock: any Timekeeper) {
        self.telemetry = telemetry
        self.clock = clock
        requests = telemetry.metrics.counter(HTTPMetric.requests)
        duration = telemetry.metrics.histogram(HTTPMetric.duration)
        active = telemetry.metrics.gauge(HTTPMetric.active)[]
        streams = telemetry.metrics.gauge(HTTPMetric.streams)
    }

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        let request = exchange.request
        let begun = clock.uptime()
        active.add(1)
        defer { active.add(-1) }
        let parent = TraceContext.read(
            traceparent: request.headers.values(of: "traceparent"), tracestate: request.headers.values(of: "tracestate")
        )
        let draft = SpanDraft("\(request.method.rawValue) \(exchange.routeName)", kind: .server)
        return try await telemetry.tracer.span(draft, parent: parent) { span in
            do {
                var response = try await next(exchange)
                count(response.status, exchange, since: begun)
                span.set([
                    "http.request.method": .string(request.method.rawValue), "http.route": .string(exchange.routeName),
                    "http.response.status_code": .int(Int64(response.status)), "url.path": .string(request.path),
                ])
                if response.status >= 500 { span.fail(type: String(response.status)) }
                response.body = counted(response.body)
                return response
            } catch {
                count(499, exchange, since: begun)  // nobody is there to be answered
                throw error
            }
        }
    }

    private func count(_ status: Int, _ exchange: Exchange, since begun: Duration) {
        let took = clock.uptime() - begun
        let method = exchange.request.method.rawValue
        requests[method, exchange.routeName, String(status)].add()
        duration[method, exchange.routeName].observe(took)
        telemetry.log.info(
            "request",
            [
                "request.id": .string(exchange.id), "http.method": .string(method),
                "http.route": .string(exchange.routeName), "http.status": .int(Int64(status)),
                "duration_ms": .double(took / .milliseconds(1)),
                "client.address": .string(exchange.request.peer.address),
            ])
    }

    /// Streams count as long as they are open.
    private func counted(_ body: ResponseBody) -> ResponseBody {
        switch body {
        case .stream(let length, let write):
            let gauge = streams["sse"]
            return .stream(length: length) { writer in try await gauge.counting { try await write(writer) } }
        case .webSocket(let options, let serve):
            let gauge = streams["websocket"]
            return .webSocket(options) { socket in try await gauge.counting { try await serve(socket) } }
        case .none, .bytes: return body
        }
    }
}
