import Tutti
import TuttiCore
import TuttiEngine
import TuttiRuntime

/// `tutti bench children`: how fast one run gets through thousands of children of one step each.
package enum ChildrenBench: CommandHandler {
    package static let command = BenchCommands.children

    /// What is counted of a child: its start, its step, its end.
    private static let commandsPerChild = 3

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try BenchHome(arguments[Flags.home], name: "children")
        defer { home.remove() }
        let tutti = try await Tutti.open(home: home.path)
        let count = arguments[BenchFlags.children]
        let meter = ResourceMeter()
        let ended = try? await tutti.start(FanOut(), count).output
        let wall = meter.wallSeconds
        let errors = ended == count ? 0 : 1
        let fields: [(String, String)] = [
            ("children", "\(count)"),
            ("commands_per_s", BenchReport.text(Double(count * commandsPerChild) / max(wall, 0.001), places: 1)),
            ("wall_s", BenchReport.text(wall, places: 3)),
            ("peak_rss_mb", BenchReport.text(ResourceMeter.peakMemoryMiB(), places: 1)),
            ("cpu_s", BenchReport.text(meter.processorSeconds, places: 3)), ("errors", "\(errors)"),
        ]
        await tutti.close()
        try context.output.write(BenchReport.line(fields) + "\n")
        return errors == 0 ? .reached : .failed
    }
}

/// A parent of many.
private struct FanOut: Workflow {
    static let name = "bench.parent"

    func run(_ input: Int, _ ctx: Context) async throws -> Int {
        try await ctx.all("children", Array(0..<input), key: { "\($0)" }) { number, ctx in
            try await ctx.child(OneStep(), number, "child")
        }.count
    }
}

private struct OneStep: Workflow {
    static let name = "bench.child"

    func run(_ input: Int, _ ctx: Context) async throws -> Int { try await ctx.step("work") { input } }
}
