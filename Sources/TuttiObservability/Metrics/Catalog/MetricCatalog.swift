/// Every metric that there is, in the order of their areas.
package enum MetricCatalog {
    package static let all =
        HTTPMetric.all + EngineMetric.all + ModelMetric.all + GatewayMetric.all + StoreMetric.all + ProcessMetric.all
        + TelemetryMetric.all
}
