import Glibc
import TuttiObservability

/// How large the databases of a home are, read when the numbers are asked for.
struct StoreFileReadings: Sendable {
    /// By the name of the store, the path of its file.
    let files: [(store: String, path: String)]

    init(home: String) {
        files = [("journal", "\(home)/tutti.db"), ("server", "\(home)/server.db")]
    }

    @Sendable func read() -> [MetricReading] {
        files.flatMap { file in
            [
                MetricReading(StoreMetric.fileBytes, Self.size(of: file.path), labels: [file.store]),
                MetricReading(StoreMetric.walBytes, Self.size(of: file.path + "-wal"), labels: [file.store]),
            ]
        }
    }

    /// 0 for a file that is not there.
    private static func size(of path: String) -> Double {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Double(status.st_size) : 0
    }
}
