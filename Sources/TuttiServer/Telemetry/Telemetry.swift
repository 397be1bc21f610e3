package import TuttiObservability

/// Where a server tells what it does: numbers, spans and lines.
package struct Telemetry: Sendable {
    package let metrics: MetricRegistry
    package let tracer: Tracer
    package let log: Log

    package init(metrics: MetricRegistry, tracer: Tracer, log: Log) {
        self.metrics = metrics
        self.tracer = tracer
        self.log = log
    }
}
