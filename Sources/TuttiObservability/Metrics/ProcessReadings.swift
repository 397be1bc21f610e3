import FoundationEssentials
import Glibc

/// What the kernel tells of this process, read at each scrape. What it does not tell is left out.
package enum ProcessReadings {
    /// All that can be read now.
    package static func read() -> [MetricReading] {
        limits() + status()
    }

    private static func status() -> [MetricReading] {
        guard let line = text(of: "/proc/self/stat"), let status = ProcessStatus(line) else { return [] }
        let ticksASecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let pageBytes = Double(max(1, sysconf(Int32(_SC_PAGESIZE))))
        var readings = [
            MetricReading(ProcessMetric.cpu, Double(status.ticks) / ticksASecond),
            MetricReading(ProcessMetric.resident, Double(status.residentPages) * pageBytes),
            MetricReading(ProcessMetric.threads, Double(status.threads)),
        ]
        if let boot = text(of: "/proc/stat").flatMap(ProcessStatus.bootTime) {
            let started = Double(boot) + Double(status.startTicks) / ticksASecond
            readings.append(MetricReading(ProcessMetric.started, started))
        }
        return readings
    }

    private static func limits() -> [MetricReading] {
        var readings: [MetricReading] = []
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            readings.append(MetricReading(ProcessMetric.openFiles, Double(open.count)))
        }
        if let processors = text(of: "/proc/self/status").flatMap(ProcessStatus.processors) {
            readings.append(MetricReading(ProcessMetric.processors, Double(processors)))
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            readings.append(MetricReading(ProcessMetric.maxFiles, Double(limit.rlim_cur)))
        }
        return readings
    }

    private static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
