/// What the stores tell. The label is the name of the store, such as `journal` or `memory`.
package enum StoreMetric {
    package static let fileBytes = MetricDescription.gauge(
        "tutti_store_file_bytes", "Size of the database file.", unit: .bytes, labels: ["store"])
    package static let walBytes = MetricDescription.gauge(
        "tutti_store_wal_bytes", "Size of the write-ahead log beside the file.", unit: .bytes, labels: ["store"])
    package static let checkpoints = MetricDescription.counter(
        "tutti_store_checkpoints_total", "Moves of the write-ahead log into the file, by outcome.",
        labels: ["store", "outcome"])
    package static let checkpointDuration = MetricDescription.histogram(
        "tutti_store_checkpoint_duration_seconds", "Time that such a move took.", unit: .seconds,
        buckets: Buckets.shortSeconds, labels: ["store"])
    package static let errors = MetricDescription.counter(
        "tutti_store_errors_total", "Reads and writes of a store that failed, by error code.",
        labels: ["store", "code"], open: ["code"])

    package static let all = [fileBytes, walBytes, checkpoints, checkpointDuration, errors]
}
