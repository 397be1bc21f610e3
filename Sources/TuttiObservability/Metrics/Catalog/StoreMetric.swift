/// What the stores tell. The label is the name of the store, such as `journal` or `memory`.
package enum StoreMetric {
    package static let fileBytes = MetricDescription.gauge(
        "tutti_store_file_bytes", "Size of the database file.", unit: .bytes, labels: ["store"])
    package static let walBytes = MetricDescription.gauge(
        "tutti_store_wal_bytes", "Size of the write-ahead log beside the file.", unit: .bytes, labels: ["store"])
    package static let errors = MetricDescription.counter(
        "tutti_store_errors_total", "Writes of a store that failed, by error code; each try counts.",
        labels: ["store", "code"], open: ["code"])

    package static let all = [fileBytes, walBytes, errors]
}
