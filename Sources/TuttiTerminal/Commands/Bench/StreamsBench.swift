import Synchronization
import Tutti
import TuttiCore
import TuttiEngine
import TuttiRuntime

/// `tutti bench streams`: what subscribers to one run cost the steps of all others in the same process.
package enum StreamsBench: CommandHandler {
    package static let command = BenchCommands.streams

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "streams")
        defer { home.remove() }
        let bench = StreamsMeasurement(
            subscribers: arguments[BenchFlags.subscribers], rate: arguments[BenchFlags.rate],
            runs: arguments[BenchFlags.otherRuns], phase: .seconds(arguments[BenchFlags.phaseSeconds]))
        let tutti = try await Tutti.open(home: home.path)
        var (alone, watched): ([Double], [Double]) = ([], [])
        for _ in 0..<arguments[BenchFlags.rounds] {
            alone.append(try await bench.measure(subscribers: 0, tutti))
            watched.append(try await bench.measure(subscribers: bench.subscribers, tutti))
        }
        await tutti.close()
        try context.output.write(bench.line(alone: alone.middle, watched: watched.middle) + "\n")
        return bench.errors == 0 ? .reached : .failed
    }
}

/// Measures in turns: 64 runs of steps beside one run of events, with and without subscribers to that one.
struct StreamsMeasurement {
    let subscribers: Int
    let rate: Int
    let runs: Int
    let phase: Duration

    private let clock = SystemTimekeeper()
    private let tally = StreamsTally()

    init(subscribers: Int, rate: Int, runs: Int, phase: Duration) {
        self.subscribers = subscribers
        self.rate = rate
        self.runs = runs
        self.phase = phase
    }

    /// Runs that failed, and events that came twice or not at all.
    var errors: Int { tally.errors.load(ordering: .relaxed) }

    /// The steps a second of the other runs.
    func measure(subscribers: Int, _ tutti: Tutti) async throws -> Double {
        let end = clock.uptime() + phase
        let watched = try await tutti.start(
            EventWork(pause: .microseconds(1_000_000 / rate)),
            EventWork.Input(events: Int(phase.components.seconds) * rate))
        return await withTaskGroup(of: Void.self, returning: Double.self) { group in
            for number in 0..<subscribers {
                group.addTask { await subscribe(to: watched, measuring: number % Self.delayShare == 0) }
            }
            let latencies = LatencyLog()
            let meter = ResourceMeter()
            await withDiscardingTaskGroup { others in
                for number in 0..<runs {
                    others.addTask { await work(number, until: end, latencies, tutti) }
                }
            }
            let rate = Double(latencies.count) / meter.wallSeconds
            await group.waitForAll()
            do {
                _ = try await watched.output
            } catch {
                tally.errors.add(1, ordering: .relaxed)
            }
            return rate
        }
    }

    /// One run after the other, until the time is over.
    private func work(_ number: Int, until end: Duration, _ latencies: LatencyLog, _ tutti: Tutti) async {
        while clock.uptime() < end {
            do {
                let input = DurableWork.Input(steps: 200, number: number)
                _ = try await tutti.start(DurableWork(latencies: latencies), input).output
            } catch {
                tally.errors.add(1, ordering: .relaxed)
                return
            }
        }
    }

    /// Of how many subscribers one measures its delays: to do so for all would be a load of its own.
    private static let delayShare = 16

    private func subscribe(to run: RunHandle<Int>, measuring: Bool) async {
        var last: Int64 = 0
        do {
            for try await event in run.events {
                if event.n != last + 1 { tally.errors.add(1, ordering: .relaxed) }
                last = event.n
                if measuring { tally.delays.add(clock.now() - event.time) }
            }
        } catch {
            tally.errors.add(1, ordering: .relaxed)
        }
        tally.delivered.add(Int(last), ordering: .relaxed)
    }

    func line(alone: Double, watched: Double) -> String {
        let delays = tally.delays.percentiles([0.5, 0.99])
        let fields: [(String, String)] = [
            ("subscribers", "\(subscribers)"), ("events_per_s", "\(rate)"), ("runs", "\(runs)"),
            ("steps_per_s_alone", BenchReport.text(alone, places: 1)),
            ("steps_per_s_watched", BenchReport.text(watched, places: 1)),
            ("ratio", BenchReport.text(alone > 0 ? watched / alone : 0, places: 3)),
            ("delivered", "\(tally.delivered.load(ordering: .relaxed))"),
            ("delivery_p50_ms", BenchReport.text(delays[0], places: 1)),
            ("delivery_p99_ms", BenchReport.text(delays[1], places: 1)),
            ("peak_rss_mb", BenchReport.text(ResourceMeter.peakMemoryMiB(), places: 1)), ("errors", "\(errors)"),
        ]
        return BenchReport.line(fields)
    }
}

/// What the subscribers have seen.
private final class StreamsTally: Sendable {
    let delivered = Atomic(0)
    let errors = Atomic(0)
    /// From an event's record to its delivery.
    let delays = LatencyLog()
}

/// A run that tells of something so many times a second.
struct EventWork: Workflow {
    struct Input: Codable, Sendable {
        var events: Int
    }

    static let name = "bench.streams"

    let pause: Duration

    func run(_ input: Input, _ ctx: Context) async throws -> Int {
        let clock = ContinuousClock()
        var next = clock.now
        for _ in 0..<input.events {
            // By moments and not by pauses, so that a slow step does not lower the rate.
            next += pause
            try await clock.sleep(until: next)
            _ = try await ctx.step("tell", .init(retry: .never)) { true }
        }
        return input.events
    }
}

extension [Double] {
    /// The median.
    fileprivate var middle: Double {
        let sorted = sorted()
        return isEmpty ? 0 : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
