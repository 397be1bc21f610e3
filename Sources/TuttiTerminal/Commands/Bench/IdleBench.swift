import Tutti
import TuttiCore
import TuttiRuntime

/// `tutti bench idle`: an engine with nothing to do, for looking at its memory and its processor time.
package enum IdleBench: CommandHandler {
    package static let command = BenchCommands.idle

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "idle")
        defer { home.remove() }
        let meter = ResourceMeter()
        let tutti = try await Tutti.open(home: home.path)
        try await Task.sleep(for: .seconds(arguments[BenchFlags.seconds]))
        let report = BenchReport(steps: 0, meter: meter, latencies: LatencyLog(), errors: 0)
        await tutti.close()
        try context.output.write(report.line + "\n")
        return .reached
    }
}
