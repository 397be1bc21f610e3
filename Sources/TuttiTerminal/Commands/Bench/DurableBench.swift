import FoundationEssentials
import Tutti
import TuttiCore
import TuttiEngine
import TuttiRuntime

/// `tutti bench durable`: how many steps a second are on disk.
package enum DurableBench: CommandHandler {
    package static let command = BenchCommands.durable

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "durable")
        defer { home.remove() }
        var options = EngineOptions()
        if let batchMax = arguments[BenchFlags.maxBatch] { options.batchMax = batchMax }
        let tutti = try await Tutti.open(home: home.path, options: options)
        let plan = BenchPlan(
            workflows: arguments[BenchFlags.workflows], steps: arguments[BenchFlags.steps],
            concurrency: arguments[BenchFlags.concurrency])
        let latencies = LatencyLog()
        let meter = ResourceMeter()
        let errors = await plan.carryOut { number in
            let work = DurableWork(latencies: latencies)
            _ = try await tutti.start(work, DurableWork.Input(steps: plan.steps, number: number)).output
        }
        let report = BenchReport(
            steps: plan.workflows * plan.steps, meter: meter, latencies: latencies, errors: errors)
        await tutti.close()
        try context.output.write(report.line + "\n")
        return errors == 0 ? .reached : .failed
    }
}

/// Steps that do nothing but return 200 bytes.
struct DurableWork: Workflow {
    struct Input: Codable, Sendable {
        var steps: Int
        var number: Int
    }

    static let name = "bench.durable"
    private static let clock = SystemTimekeeper()
    private static let result = String(repeating: "a", count: 198)

    let latencies: LatencyLog

    func run(_ input: Input, _ ctx: Context) async throws -> Int {
        var bytes = 0
        for _ in 0..<input.steps {
            let start = Self.clock.uptime()
            let result = try await ctx.step("work", .init(retry: .never)) {
                Self.result
            }
            bytes += result.utf8.count + 2  // with its quotation marks, 200 bytes are stored
            latencies.add(Self.clock.uptime() - start)
        }
        return bytes
    }
}
