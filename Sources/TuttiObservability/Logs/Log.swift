import Synchronization
import TuttiCore
package import TuttiRuntime

/// Writes what happened: a constant sentence, and everything variable beside it.
///
/// ```swift
/// let log = Log(LogSettings(level: .info, format: .json), clock: clock) { sink.write($0) }
/// log.notice("The server listens", ["server.address": "127.0.0.1:8001"])
/// ```
///
/// Each line also says what ``LogContext`` and `TraceContext` of the task know. An error is logged once, by whoever
/// handles it. Prompts, answers and keys are not logged.
package final class Log: Sendable {
    private let settings: LogSettings
    private let redactions: Redactions
    private let clock: any Timekeeper
    private let limiter: Mutex<RepeatLimiter>
    private let lines: MetricFamily<Counter>?
    private let linesLeftOut: MetricFamily<Counter>?
    private let sink: @Sendable (String) -> Void
    private let level: Mutex<Log.Level>

    /// A log.
    ///
    /// - Parameters:
    ///   - redactions: secrets that must not be in any line.
    ///   - metrics: where lines are counted.
    ///   - sink: gets each line with its end; called by any task, also by several at one time.
    package init(
        _ settings: LogSettings = LogSettings(), redactions: Redactions = Redactions(), clock: some Timekeeper,
        metrics: MetricRegistry? = nil, sink: @escaping @Sendable (String) -> Void
    ) {
        self.settings = settings
        level = Mutex(settings.level)
        self.redactions = redactions
        self.clock = clock
        limiter = Mutex(RepeatLimiter(timesMax: settings.repeatsMax, window: settings.repeatWindow))
        lines = metrics?.counter(TelemetryMetric.logLines)
        linesLeftOut = metrics?.counter(TelemetryMetric.logLinesLeftOut)
        self.sink = sink
    }

    /// One that writes nothing.
    package static func silent(clock: some Timekeeper) -> Log {
        Log(LogSettings(level: .critical), clock: clock) { _ in }
    }

    /// Whether lines of this level are written at all.
    package func isEnabled(_ level: Log.Level) -> Bool { level >= self.level.withLock { $0 } }

    /// Writes lines of this level and above from now on.
    package func change(to level: Log.Level) { self.level.withLock { $0 = level } }

    /// Writes one line, unless its level is too low or it repeats too often.
    package func write(_ level: Log.Level, _ message: StaticString, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        guard isEnabled(level) else { return }
        let key = RepeatLimiter.Key(level: level, message: "\(message)")
        let (summaries, passes) = limiter.withLock { limiter in
            let time = clock.uptime()
            return (limiter.summaries(at: time), limiter.passes(key, at: time))
        }
        tell(summaries)
        guard passes else {
            linesLeftOut?[level.rawValue].add()
            return
        }
        var all = LogContext.current
        if let trace = TraceContext.current {
            all["trace_id"] = LogValue(trace.trace)
            all["span_id"] = LogValue(trace.span)
        }
        line(level, key.message, all.merging(metadata()))
    }

    /// Says what has been left out until now; to be called at the end.
    package func finish() {
        tell(limiter.withLock { $0.summaries(at: clock.uptime(), all: true) })
    }

    private func tell(_ summaries: [RepeatLimiter.Summary]) {
        for summary in summaries {
            let metadata: LogMetadata = [
                "log.message": .string(summary.key.message), "log.lines_left_out": .int(Int64(summary.leftOut)),
            ]
            line(summary.key.level, "A message repeated too often and was left out", metadata)
        }
    }

    private func line(_ level: Log.Level, _ message: String, _ metadata: LogMetadata) {
        let line = LogLine(time: clock.now(), level: level, message: message, metadata: metadata)
        lines?[level.rawValue].add()
        sink(line.write(as: settings.format, without: redactions) + "\n")
    }
}

/// How a log writes.
package struct LogSettings: Hashable, Sendable {
    /// The lowest level that is written.
    package var level: Log.Level
    package var format: LogFormat
    /// How often one message is written in a ``repeatWindow``.
    package var repeatsMax = 50
    package var repeatWindow: Duration = .seconds(10)

    package init(level: Log.Level = .info, format: LogFormat = .human) {
        self.level = level
        self.format = format
    }
}
