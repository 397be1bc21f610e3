import FoundationEssentials
import Glibc
import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore

/// `tutti bench crash`: work that leaves a trace of every execution, to be killed at any moment and resumed.
package enum CrashBench: CommandHandler {
    package static let command = BenchCommands.crash

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try context.configuration(for: arguments).home.value
        let plan = BenchPlan(
            workflows: arguments[BenchFlags.workflows], steps: arguments[BenchFlags.steps],
            concurrency: arguments[BenchFlags.concurrency])
        let trace = try ExecutionTrace(path: arguments[BenchFlags.log])
        let latencies = LatencyLog()
        let pause = Duration.milliseconds(arguments[BenchFlags.workMilliseconds])
        let work = CrashWork(trace: trace, pause: pause, latencies: latencies)
        let hands = TripHands(trace: trace, pause: pause)
        var options = EngineOptions()
        options.queues = [CrashWork.queue]
        options.slots = plan.concurrency
        options.recoveriesMax = .max  // whoever kills on purpose must not be taken for a run that kills its process
        let meter = ResourceMeter()
        let trip = TripWork(hands: hands)
        let shape = arguments[BenchFlags.shape]
        let tutti = try await Tutti.open(
            home: home, workflows: [work, trip, TripHotel(hands: hands)], options: options)
        if arguments[BenchFlags.phase] == .start {
            try await start(plan, tutti) { number in
                switch shape {
                case .steps:
                    _ = try await tutti.start(
                        work, CrashWork.Input(number: number, steps: plan.steps), idempotencyKey: "crash-\(number)",
                        queue: CrashWork.queue)
                case .trips:
                    _ = try await tutti.start(
                        trip, number, idempotencyKey: "crash-\(number)", queue: CrashWork.queue,
                        budget: TripWork.budget)
                }
            }
        }
        let errors = try await waitForAll(tutti, shape)
        let report = BenchReport(steps: latencies.count, meter: meter, latencies: latencies, errors: errors)
        await tutti.close()
        try context.output.write(report.line + "\n")
        return errors == 0 ? .reached : .failed
    }

    /// Starts every run once, however often this phase is begun.
    private static func start(
        _ plan: BenchPlan, _ tutti: Tutti, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let starts = BenchPlan(workflows: plan.workflows, steps: 0, concurrency: 256)
        let failures = await starts.carryOut(body)
        if failures > 0 { throw InputError("\(failures) runs could not be started") }
    }

    /// Raises the budgets that kills have used up: what was in flight is booked.
    private static func raiseBudgets(_ tutti: Tutti) async throws {
        let waiting = RunFilter(statuses: [.waiting], limit: 1000)
        for run in try await tutti.engine.store.runs(waiting, tenant: RunReference.tenant)
        where run.reason == WaitReason.budget.rawValue && run.parent == nil {
            try await tutti.engine.raiseBudget(of: run.id, by: TripWork.budget)
        }
    }

    /// Waits until no run of the queue lives, and counts those that did not end as they should.
    private static func waitForAll(_ tutti: Tutti, _ shape: BenchShape) async throws -> Int {
        let store = tutti.engine.store
        let live = RunFilter(statuses: RunStatus.live, limit: 1)
        let ended = RunFilter(statuses: [.failed, .cancelled, .blocked], limit: .max)
        while try await !store.runs(live, tenant: RunReference.tenant).isEmpty {
            if shape == .trips { try await raiseBudgets(tutti) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await store.runs(ended, tenant: RunReference.tenant).count { $0.error?.code != NoWayBack.code }
    }
}

/// Steps that append a line to a file, and then take their time.
struct CrashWork: Workflow {
    struct Input: Codable, Sendable {
        var number: Int
        var steps: Int
    }

    static let name = "bench.crash"
    static let queue = "bench"
    private static let clock = SystemTimekeeper()

    let trace: ExecutionTrace
    let pause: Duration
    let latencies: LatencyLog

    func run(_ input: Input, _ ctx: Context) async throws -> Int {
        for step in 0..<input.steps {
            let start = Self.clock.uptime()
            let isNew =
                try await ctx.step("work", .init(retry: .never)) {
                    try trace.append("\(input.number) \(step) \(getpid())\n")
                    if pause > .zero { try await Task.sleep(for: pause) }
                    return getpid()
                } == getpid()
            if isNew { latencies.add(Self.clock.uptime() - start) }
        }
        return input.steps
    }
}

/// A file to which every execution of a step appends one line with one write.
final class ExecutionTrace: Sendable {
    private let descriptor: Int32
    private let path: String

    init(path: String) throws(InputError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw InputError("--log \(path) cannot be opened; name a file that you may write")
        }
    }

    deinit { close(descriptor) }

    func append(_ line: String) throws(InputError) {
        var text = line
        let count = text.withUTF8 { bytes in unsafe write(descriptor, bytes.baseAddress, bytes.count) }
        guard count == line.utf8.count else { throw InputError("--log \(path) could not be written") }
    }
}
