import TuttiCore

/// `tutti bench crash` under kills: small workflows whose steps write a line each, killed and resumed again and again.
package struct CrashWorkload: KilledWorkload {
    package let binary: String
    package let folder: String
    package let workflows = 8
    package let stepsPerWorkflow = 40
    package let work = Duration.milliseconds(10)

    package static let killsPerRound = 30

    private var random: SeededGenerator
    package var report = WorkloadReport(workload: "crash")

    /// - Parameters:
    ///   - binary: the program under test.
    ///   - folder: an empty folder for homes and logs.
    package init(binary: String, folder: String, seed: UInt64) {
        self.binary = binary
        self.folder = folder
        random = SeededGenerator(seed: seed)
    }

    package mutating func round(kills: Int) throws {
        let round = try BenchRound(
            at: folder + "/crash-\(report.rounds)", binary: binary, workflows: workflows, work: work,
            shape: ["--steps", "\(stepsPerWorkflow)"])
        var done: [Kill] = []
        while done.count < kills {
            let before = round.log.read().lines.count
            let victim = try round.victim(isFirst: done.isEmpty)
            let moment = Moment.random(concurrency: workflows, work: work, using: &random)
            let stopping = Int.random(in: 0..<5, using: &random) == 0
            // The first is spared until every run is there: later phases resume, and cannot know of others.
            let isReady = !done.isEmpty || victim.reachAll(workflows)
            guard isReady, victim.reach(moment, linesBefore: before), victim.kill(stopping: stopping) else {
                round.checkEnd(of: victim.child, &report.tally)
                break
            }
            let recorded = Set(try round.reader.snapshot().rows.keys)
            done.append(round.kill(of: victim, linesBefore: before, recorded: recorded))
            report.stops += stopping ? 1 : 0
        }
        round.checkEnd(of: try round.start(isFirst: false), &report.tally)
        try check(done, round)
    }

    private mutating func check(_ kills: [Kill], _ round: BenchRound) throws {
        let lines = round.lines(&report.tally)
        let names = Set(lines.map(\.name.workflow)).sorted()
        report.tally.check(names.count == workflows, "\(names.count) workflows in the log, \(workflows) were asked for")
        let history = CrashHistory(
            workflows: names, stepsPerWorkflow: stepsPerWorkflow, log: lines, kills: kills,
            end: try round.reader.snapshot())
        report.tally.add(history.check())
        report.kills += kills.count
        report.killsInFlight += history.killsInFlight
    }
}
