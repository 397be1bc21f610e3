/// What the process tells of itself, by the names that all exporters use.
package enum ProcessMetric {
    package static let cpu = MetricDescription.counter(
        "process_cpu_seconds_total", "Processor time used, in user and kernel mode.", unit: .seconds)
    package static let resident = MetricDescription.gauge(
        "process_resident_memory_bytes", "Memory that is in use and in RAM.", unit: .bytes)
    package static let openFiles = MetricDescription.gauge("process_open_fds", "File descriptors that are open.")
    package static let maxFiles = MetricDescription.gauge(
        "process_max_fds", "File descriptors that may be open at one time.")
    package static let started = MetricDescription.gauge(
        "process_start_time_seconds", "When the process began, in seconds since 1970.", unit: .seconds)
    package static let threads = MetricDescription.gauge("process_threads", "Threads of the process.")
    package static let processors = MetricDescription.gauge(
        "tutti_process_cpus", "Processors that the process may use.")
    package static let loopLag = MetricDescription.gauge(
        "tutti_loop_lag_seconds", "How late an event loop last came to what was due, by loop.", unit: .seconds,
        labels: ["loop"])
    package static let build = MetricDescription.gauge(
        "tutti_build_info", "Always 1; the label says which version this is.", labels: ["version"])

    package static let all = [cpu, resident, openFiles, maxFiles, started, threads, processors, loopLag, build]
}
