import Tutti
import TuttiCore
import TuttiEngine
import TuttiRuntime

/// `tutti bench replay`: how soon a long run goes on after a restart, and how long a fork of it takes.
package enum ReplayBench: CommandHandler {
    package static let command = BenchCommands.replay

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "replay")
        defer { home.remove() }
        let input = ScopedWork.Input(scopes: arguments[BenchFlags.scopes], steps: arguments[BenchFlags.stepsPerScope])
        let id = try await record(input, in: home.path)
        let clock = SystemTimekeeper()
        let reached = Waiting(expected: 1)
        let tutti = try await Tutti.open(home: home.path, workflows: [ScopedWork(reached: reached)])
        let resuming = clock.uptime()
        _ = try await tutti.engine.resume(id, as: Int.self)
        await reached.all()
        let resumed = clock.uptime() - resuming
        let forking = clock.uptime()
        _ = try await tutti.engine.fork(id, as: Int.self)
        let forked = clock.uptime() - forking
        await tutti.close()
        let fields: [(String, String)] = [
            ("steps", "\(input.scopes * input.steps)"), ("scopes", "\(input.scopes)"),
            ("resume_ms", "\(resumed.milliseconds)"), ("fork_ms", "\(forked.milliseconds)"), ("errors", "0"),
        ]
        try context.output.write(BenchReport.line(fields) + "\n")
        return .reached
    }

    /// Makes a run that waits behind its last scope, and gives it back.
    private static func record(_ input: ScopedWork.Input, in home: String) async throws -> RunID {
        let reached = Waiting(expected: 1)
        let tutti = try await Tutti.open(home: home)
        let run = try await tutti.start(ScopedWork(reached: reached), input)
        await reached.all()
        await tutti.close()
        return run.id
    }
}

/// Many steps in many scopes, one after the other, and then a wait.
struct ScopedWork: Workflow {
    struct Input: Codable, Sendable {
        var scopes: Int
        var steps: Int
    }

    static let name = "bench.scopes"
    let reached: Waiting

    func run(_ input: Input, _ ctx: Context) async throws -> Int {
        for scope in 0..<input.scopes {
            _ = try await ctx.all("scope", Array(0..<input.steps), key: { "\($0)" }) { step, ctx in
                try await ctx.step("work") { scope + step }
            }
        }
        await reached.add()
        try await ctx.signal("go")
        return input.scopes
    }
}
