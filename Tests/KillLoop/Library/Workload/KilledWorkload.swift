import FoundationEssentials
import TuttiCore

/// Work that is killed again and again, in rounds of which each begins anew.
package protocol KilledWorkload {
    /// Kills of one round: few enough that the work is not finished before them.
    static var killsPerRound: Int { get }
    /// What it has come to so far.
    var report: WorkloadReport { get set }
    /// Begins, is killed so often, goes on to its end, and is checked.
    mutating func round(kills: Int) throws
}

extension KilledWorkload {
    /// Kills so many processes, in as many rounds as that needs, and checks each round.
    package mutating func run(kills: Int) throws -> WorkloadReport {
        while report.kills < kills, report.tally.failed == 0 {
            report.rounds += 1
            try round(kills: min(kills - report.kills, Self.killsPerRound))
        }
        return report
    }
}

/// One round of `tutti bench crash`: a home and a log of its own, and the processes that work there.
struct BenchRound {
    let place: String
    let log: CrashLogFile
    let reader: JournalReader
    private let binary: String
    private let arguments: [String]

    /// How long the undisturbed end of a round may take.
    private static let finishLimit = Duration.seconds(120)

    /// - Parameters:
    ///   - place: a folder that is made for the round.
    ///   - shape: arguments that say what the workflows do.
    init(at place: String, binary: String, workflows: Int, work: Duration, shape: [String]) throws {
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        self.place = place
        self.binary = binary
        log = CrashLogFile(path: place + "/steps.log")
        reader = JournalReader(home: place + "/home", scratch: place)
        arguments =
            shape + [
                "--workflows", "\(workflows)", "--concurrency", "\(workflows)", "--home", place + "/home",
                "--log", log.path, "--work-ms", "\(Int(work / .milliseconds(1)))",
            ]
    }

    /// Begins the work, or goes on with it.
    func start(isFirst: Bool) throws -> ChildProcess {
        let phase = isFirst ? "start" : "resume"
        return try ChildProcess(binary, ["bench", "crash", "--phase", phase] + arguments, output: place + "/output")
    }

    /// A process that is about to be killed.
    func victim(isFirst: Bool) throws -> Victim { Victim(child: try start(isFirst: isFirst), log: log) }

    /// What has been done by a process that was killed just now.
    func kill(of victim: Victim, linesBefore: Int, recorded: Set<StepName>) -> Kill {
        Kill(lines: linesBefore..<log.read().lines.count, process: victim.child.id, recorded: recorded)
    }

    /// Waits for a process that nobody kills.
    func checkEnd(of child: ChildProcess, _ tally: inout Tally) {
        let end = child.wait(limit: Self.finishLimit)
        let errors = FileManager.default.contents(atPath: place + "/output.err").map {
            String(decoding: $0.suffix(500), as: UTF8.self)
        }
        let how = end.map { "\($0)" } ?? "no end within \(Self.finishLimit)"
        tally.check(end == .exited(0), "left alone, it came to: \(how); it said: \(errors ?? "")")
    }

    /// The lines of the log, of which none may have another shape.
    func lines(_ tally: inout Tally) -> [LogLine] {
        let (lines, malformed) = log.read()
        tally.check(malformed.isEmpty, "lines of another shape in the log: \(malformed.prefix(3))")
        return lines
    }
}
