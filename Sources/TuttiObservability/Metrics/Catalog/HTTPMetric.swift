/// What the HTTP server counts. Routes are patterns of the router, never paths as they were asked for.
package enum HTTPMetric {
    package static let requests = MetricDescription.counter(
        "http_server_requests_total", "Requests that were answered, by method, route and status.",
        labels: ["method", "route", "status"], open: ["route"], combinationsMax: 1024)
    package static let duration = MetricDescription.histogram(
        "http_server_request_duration_seconds",
        "Time from the head of a request to its answer; of a stream, to its head.",
        unit: .seconds, buckets: Buckets.requestSeconds, labels: ["method", "route"], open: ["route"],
        combinationsMax: 256)
    package static let active = MetricDescription.gauge(
        "http_server_active_requests", "Requests whose answer is being made; streams that are open are counted apart.")
    package static let streams = MetricDescription.gauge(
        "http_server_streams", "Answers that stay open, by kind: sse or websocket.", labels: ["kind"])
    package static let connections = MetricDescription.gauge(
        "http_server_connections", "Connections that are open.")
    package static let accepted = MetricDescription.counter(
        "http_server_connections_accepted_total", "Connections that were taken.")
    package static let refused = MetricDescription.counter(
        "http_server_connections_refused_total", "Connections that were turned away at the limit.")
    package static let received = MetricDescription.counter(
        "http_server_received_bytes_total", "Bytes read from clients.", unit: .bytes)
    package static let sent = MetricDescription.counter(
        "http_server_sent_bytes_total", "Bytes written to clients.", unit: .bytes)

    package static let all = [
        requests, duration, active, streams, connections, accepted, refused, received, sent,
    ]
}
