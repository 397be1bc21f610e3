import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability

/// `GET /metrics`, in the form that the scraper asks for.
struct MetricsRoute: Sendable {
    let metrics: MetricRegistry

    var route: Route {
        Route(
            .get, "/metrics", "getMetrics", .operations, "Gives all numbers, for Prometheus.",
            answers: [
                .content(200, "text/plain", "The numbers."),
                .content(200, "application/openmetrics-text", "The same, when the request accepts it."),
            ]
        ) { request in
            let (type, text) = metrics.scrape(accept: request.request.headers["Accept"])
            return ServerResponse(
                status: 200, headers: ["Content-Type": type, "Cache-Control": "no-store"],
                body: .bytes(Array(text.utf8)))
        }
    }

    /// Numbers whose truth is elsewhere, read when they are asked for.
    static func collect(
        into metrics: MetricRegistry, from engine: Engine, _ server: RunningServer, version: String
    ) {
        metrics.collect(ProcessReadings.read)
        metrics.collect {
            [
                MetricReading(ProcessMetric.build, 1, labels: [version]),
                MetricReading(EngineMetric.runs, Double(engine.runsInMemory), labels: ["work"]),
                MetricReading(EngineMetric.runs, Double(engine.runsAtRest), labels: ["rest"]),
                MetricReading(EngineMetric.degraded, engine.degraded == nil ? 0 : 1),
            ]
        }
        metrics.collect {
            guard let statistics = server.statistics else { return [] }
            let lags = statistics.loopLag.enumerated().map { index, lag in
                MetricReading(ProcessMetric.loopLag, lag / .seconds(1), labels: ["\(index + 1)"])
            }
            return lags + [
                MetricReading(HTTPMetric.connections, Double(statistics.connectionsOpen)),
                MetricReading(HTTPMetric.accepted, Double(statistics.connectionsAccepted)),
                MetricReading(HTTPMetric.refused, Double(statistics.connectionsRefused)),
                MetricReading(HTTPMetric.received, Double(statistics.bytesIn)),
                MetricReading(HTTPMetric.sent, Double(statistics.bytesOut)),
            ]
        }
    }
}
