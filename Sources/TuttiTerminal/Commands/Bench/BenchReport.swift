import FoundationEssentials
import Glibc
import TuttiCore
import TuttiRuntime

/// Wall time, processor time and peak memory of this process from the meter's making on.
struct ResourceMeter {
    private let clock = SystemTimekeeper()
    private let start: Duration
    private let startCPU: Double

    init() {
        start = clock.uptime()
        startCPU = Self.processorSeconds()
    }

    var wallSeconds: Double { (clock.uptime() - start).secondsValue }
    var processorSeconds: Double { Self.processorSeconds() - startCPU }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// `VmHWM` of this process, in MiB: the kernel's own high-water mark, which starts anew with each program.
    static func peakMemoryMiB() -> Double { memoryMiB("VmHWM:") }

    /// A line of the kernel about this process in MiB; without a name what it holds now.
    static func memoryMiB(_ name: String = "VmRSS:") -> Double {
        let status = (try? Data(contentsOf: URL(filePath: "/proc/self/status"))) ?? Data()
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
        let kibibytes = line?.split(separator: " ").compactMap { Double($0) }.first ?? 0
        return kibibytes / 1024
    }
}

extension Duration {
    fileprivate var secondsValue: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// The one line of JSON that every bench command ends with.
struct BenchReport {
    var steps: Int
    var wall: Double
    var processor: Double
    var p50: Double
    var p99: Double
    var errors: Int

    init(steps: Int, meter: ResourceMeter, latencies: LatencyLog, errors: Int) {
        self.steps = steps
        self.errors = errors
        wall = meter.wallSeconds
        processor = meter.processorSeconds
        let percentiles = latencies.percentiles([0.5, 0.99])
        (p50, p99) = (percentiles[0], percentiles[1])
    }

    var line: String {
        let fields: [(String, String)] = [
            ("steps_per_s", Self.text(wall > 0 ? Double(steps) / wall : 0, places: 1)),
            ("step_p50_ms", Self.text(p50, places: 3)), ("step_p99_ms", Self.text(p99, places: 3)),
            ("wall_s", Self.text(wall, places: 3)),
            ("peak_rss_mb", Self.text(ResourceMeter.peakMemoryMiB(), places: 1)),
            ("cpu_s", Self.text(processor, places: 3)), ("errors", "\(errors)"),
        ]
        return Self.line(fields)
    }

    static func line(_ fields: [(String, String)]) -> String {
        "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }

    static func text(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value * scale).rounded())
        let fraction = String(scaled % Int64(scale))
        return "\(scaled / Int64(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}
