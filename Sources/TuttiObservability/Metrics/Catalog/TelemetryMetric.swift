/// What logs, traces and metrics count of themselves: nothing is lost in silence.
package enum TelemetryMetric {
    package static let spansExported = MetricDescription.counter(
        "tutti_spans_exported_total", "Spans that a collector has taken.")
    package static let spansDropped = MetricDescription.counter(
        "tutti_spans_dropped_total",
        "Spans that were lost, by reason: queue_full, refused, rejected, unreachable or shutdown.", labels: ["reason"])
    package static let logLines = MetricDescription.counter(
        "tutti_log_lines_total", "Lines of the log, by level.", labels: ["level"])
    package static let logLinesLeftOut = MetricDescription.counter(
        "tutti_log_lines_left_out_total", "Lines that repeated too often and were left out, by level.",
        labels: ["level"])
    package static let folded = MetricDescription.counter(
        "tutti_metric_labels_folded_total",
        "Uses of a metric beyond its limit of label values, which were counted as other.", labels: ["metric"])

    package static let all = [spansExported, spansDropped, logLines, logLinesLeftOut, folded]
}
