/// What the gateway counts beside its calls.
package enum GatewayMetric {
    package static let found = MetricDescription.counter(
        "tutti_guard_findings_total",
        "What guards of the gateway have found, by guard and action: reported, redacted, refused or gave_up.",
        labels: ["guard", "action"], open: ["guard"])

    package static let all = [found]
}
