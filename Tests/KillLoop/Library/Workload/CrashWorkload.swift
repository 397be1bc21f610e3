import FoundationEssentials
import TuttiCore

/// `tutti bench crash` under kills: small workflows whose steps write a line each, killed and resumed again and again.
package struct CrashWorkload {
    package let binary: String
    package let folder: String
    package let workflows = 8
    package let stepsPerWorkflow = 40
    package let work = Duration.milliseconds(10)

    /// Kills of one round: few enough that the work is not finished before them.
    private static let killsPerRound = 30
    /// How long the undisturbed end of a round may take.
    private static let finishLimit = Duration.seconds(120)

    private var random: SeededGenerator
    private var report = WorkloadReport(workload: "crash")

    /// - Parameters:
    ///   - binary: the program under test.
    ///   - folder: an empty folder for homes and logs.
    package init(binary: String, folder: String, seed: UInt64) {
        self.binary = binary
        self.folder = folder
        random = SeededGenerator(seed: seed)
    }

    /// Kills so many processes, in as many rounds as that needs, and checks each round.
    package mutating func run(kills: Int) throws -> WorkloadReport {
        while report.kills < kills, report.tally.failed == 0 {
            report.rounds += 1
            try round(kills: min(kills - report.kills, Self.killsPerRound))
        }
        return report
    }

    private mutating func round(kills: Int) throws {
        let place = folder + "/crash-\(report.rounds)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let log = CrashLogFile(path: place + "/steps.log")
        let reader = JournalReader(home: place + "/home", scratch: place)
        var done: [Kill] = []
        while done.count < kills {
            let before = log.read().lines.count
            let victim = Victim(child: try start(done.isEmpty ? "start" : "resume", at: place, log), log: log)
            let moment = Moment.random(concurrency: workflows, work: work, using: &random)
            let stopping = Int.random(in: 0..<5, using: &random) == 0
            // The first is spared until every run is there: later phases resume, and cannot know of others.
            let isReady = !done.isEmpty || victim.reachAll(workflows)
            guard isReady, victim.reach(moment, linesBefore: before), victim.kill(stopping: stopping) else {
                checkEnd(of: victim.child, at: place)
                break
            }
            let after = log.read().lines.count
            let recorded = Set(try reader.snapshot().rows.keys)
            done.append(Kill(lines: before..<after, process: victim.child.id, recorded: recorded))
            report.stops += stopping ? 1 : 0
        }
        checkEnd(of: try start("resume", at: place, log), at: place)
        try check(done, log, reader)
    }

    private func start(_ phase: String, at place: String, _ log: CrashLogFile) throws -> ChildProcess {
        let arguments = [
            "bench", "crash", "--phase", phase, "--workflows", "\(workflows)", "--steps", "\(stepsPerWorkflow)",
            "--concurrency", "\(workflows)", "--home", place + "/home", "--log", log.path,
            "--work-ms", "\(Int(work / .milliseconds(1)))",
        ]
        return try ChildProcess(binary, arguments, output: place + "/output")
    }

    /// Waits for a process that nobody kills.
    private mutating func checkEnd(of child: ChildProcess, at place: String) {
        let end = child.wait(limit: Self.finishLimit)
        let errors = FileManager.default.contents(atPath: place + "/output.err").map {
            String(decoding: $0.suffix(500), as: UTF8.self)
        }
        let how = end.map { "\($0)" } ?? "no end within \(Self.finishLimit)"
        report.tally.check(end == .exited(0), "left alone, it came to: \(how); it said: \(errors ?? "")")
    }

    private mutating func check(_ kills: [Kill], _ log: CrashLogFile, _ reader: JournalReader) throws {
        let (lines, malformed) = log.read()
        report.tally.check(malformed.isEmpty, "lines of another shape in the log: \(malformed.prefix(3))")
        let names = Set(lines.map(\.name.workflow)).sorted()
        report.tally.check(names.count == workflows, "\(names.count) workflows in the log, \(workflows) were asked for")
        let history = CrashHistory(
            workflows: names, stepsPerWorkflow: stepsPerWorkflow, log: lines, kills: kills, end: try reader.snapshot())
        report.tally.add(history.check())
        report.kills += kills.count
        report.killsInFlight += history.killsInFlight
    }
}
