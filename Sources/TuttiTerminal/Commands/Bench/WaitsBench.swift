import Tutti
import TuttiCore
import TuttiEngine
import TuttiRuntime

/// `tutti bench waits`: what waiting runs weigh, and how soon a signal to one of many is answered.
package enum WaitsBench: CommandHandler {
    package static let command = BenchCommands.waits

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "waits")
        defer { home.remove() }
        let tutti = try await Tutti.open(home: home.path)
        let latencies = LatencyLog()
        let meter = ResourceMeter()
        let runs = try await start(arguments[BenchFlags.waitingRuns], tutti)
        let memory = ResourceMeter.peakMemoryMiB()
        let errors = await signal(
            runs, rate: arguments[BenchFlags.rate], seconds: arguments[BenchFlags.phaseSeconds], tutti, latencies)
        let percentiles = latencies.percentiles([0.5, 0.99])
        let fields: [(String, String)] = [
            ("runs", "\(runs.count)"), ("signals", "\(latencies.count)"),
            ("answer_p50_ms", BenchReport.text(percentiles[0], places: 3)),
            ("answer_p99_ms", BenchReport.text(percentiles[1], places: 3)),
            ("waiting_rss_mb", BenchReport.text(memory, places: 1)),
            ("wall_s", BenchReport.text(meter.wallSeconds, places: 3)),
            ("cpu_s", BenchReport.text(meter.processorSeconds, places: 3)), ("errors", "\(errors)"),
        ]
        await tutti.close()
        try context.output.write(BenchReport.line(fields) + "\n")
        return errors == 0 ? .reached : .failed
    }

    /// Starts runs, and returns when each of them waits, and no more of them are in memory than stay there.
    private static func start(_ count: Int, _ tutti: Tutti) async throws -> [RunHandle<Int>] {
        let waiting = Waiting(expected: count)
        let work = WaitWork(waiting: waiting)
        var runs: [RunHandle<Int>] = []
        runs.reserveCapacity(count)
        for batch in stride(from: 0, to: count, by: lanes) {
            let size = min(lanes, count - batch)
            runs += try await withThrowingTaskGroup(of: RunHandle<Int>.self) { group in
                for _ in 0..<size { group.addTask { try await tutti.start(work, 0) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        await waiting.all()
        let inMemoryMax = EngineOptions().restingInMemoryMax
        let clock = SystemTimekeeper()
        while tutti.engine.runsInMemory > inMemoryMax { try await clock.sleep(for: .milliseconds(10)) }
        return runs
    }

    private static let lanes = 256

    /// Sends signals to random runs at a rate, and waits for the end of each that got one.
    private static func signal(
        _ runs: [RunHandle<Int>], rate: Int, seconds: Int, _ tutti: Tutti, _ latencies: LatencyLog
    ) async -> Int {
        let clock = SystemTimekeeper()
        let chosen = runs.shuffled().prefix(min(runs.count, rate * seconds))
        let begun = clock.uptime()
        return await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for (number, run) in chosen.enumerated() {
                let due = begun + .seconds(1) / rate * number
                let ahead = due - clock.uptime()
                if ahead > .zero { try? await clock.sleep(for: ahead) }
                group.addTask {
                    let sent = clock.uptime()
                    guard (try? await tutti.engine.signal(run.id, "go", 1)) != nil,
                        (try? await run.output) == 1
                    else { return false }
                    latencies.add(clock.uptime() - sent)
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 0 : 1) }
        }
    }
}

/// Counts the runs that are about to wait.
actor Waiting {
    private let expected: Int
    private var count = 0
    private var waiter: CheckedContinuation<Void, Never>?

    init(expected: Int) { self.expected = expected }

    func add() {
        count += 1
        guard count >= expected else { return }
        waiter?.resume()
        waiter = nil
    }

    func all() async {
        if count < expected { await withCheckedContinuation { waiter = $0 } }
    }
}

/// Waits for a signal and returns what it brings.
struct WaitWork: Workflow {
    static let name = "bench.waits"
    let waiting: Waiting

    func run(_ input: Int, _ ctx: Context) async throws -> Int {
        await waiting.add()
        return try await ctx.signal("go", as: Int.self)
    }
}
