import FoundationEssentials
import TuttiCore

/// `tutti bench crash --shape trips` under kills: runs with undos, waits, children, budgets and a step at most once.
/// Other processes, which nobody kills, send the signals that they wait for.
package struct TripWorkload {
    package let binary: String
    package let folder: String
    package let trips = 8
    package let work = Duration.milliseconds(10)

    /// Kills of one round: few enough that the work is not finished before them.
    private static let killsPerRound = 10
    private static let finishLimit = Duration.seconds(120)
    private static let signalLimit = Duration.seconds(60)

    private var random: SeededGenerator
    private var report = WorkloadReport(workload: "trips", countsShare: false)

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
        let place = folder + "/trips-\(report.rounds)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let log = CrashLogFile(path: place + "/steps.log")
        let reader = JournalReader(home: place + "/home", scratch: place)
        var done: [Kill] = []
        var unsignalled = Set((0..<trips).map(String.init))
        while done.count < kills {
            let before = log.read().lines.count
            let victim = Victim(child: try start(done.isEmpty ? "start" : "resume", at: place, log), log: log)
            let stopping = Int.random(in: 0..<5, using: &random) == 0
            if done.isEmpty {
                guard victim.reachAll(trips) else { break }
            } else if let trip = unsignalled.sorted().first {
                try signal(trip, at: place, reader)
                unsignalled.remove(trip)
            }
            let delay = Duration.microseconds(Int.random(in: 0...40_000, using: &random))
            guard victim.reach(.afterStart(delay), linesBefore: before), victim.kill(stopping: stopping) else {
                checkEnd(of: victim.child, at: place)
                break
            }
            let recorded = Set(try reader.trips().snapshot.rows.keys)
            done.append(Kill(lines: before..<log.read().lines.count, process: victim.child.id, recorded: recorded))
            report.stops += stopping ? 1 : 0
        }
        let last = try start("resume", at: place, log)
        for trip in unsignalled.sorted() { try signal(trip, at: place, reader) }
        checkEnd(of: last, at: place)
        try check(done, log, reader)
    }

    private func start(_ phase: String, at place: String, _ log: CrashLogFile) throws -> ChildProcess {
        let arguments = [
            "bench", "crash", "--phase", phase, "--shape", "trips", "--workflows", "\(trips)",
            "--concurrency", "\(trips)", "--home", place + "/home", "--log", log.path,
            "--work-ms", "\(Int(work / .milliseconds(1)))",
        ]
        return try ChildProcess(binary, arguments, output: place + "/output")
    }

    /// Sends what a trip waits for, twice with one id, from a process of its own.
    private mutating func signal(_ trip: String, at place: String, _ reader: JournalReader) throws {
        guard let run = try reader.trips().runs[trip] else {
            return report.tally.check(false, "there is no run for trip \(trip)")
        }
        for isFirst in [true, false] {
            let arguments = ["runs", "signal", run, "go", "1", "--id", "go-\(trip)", "--home", place + "/home"]
            let end = try ChildProcess(binary, arguments, output: place + "/signal").wait(limit: Self.signalLimit)
            // The trip may have come to its end before the second.
            let isRight = end == .exited(0) || (!isFirst && end == .exited(1))
            report.tally.check(isRight, "the signal for trip \(trip) came to \(end.map { "\($0)" } ?? "no end")")
        }
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
        let history = TripHistory(
            workflows: (0..<trips).map(String.init), log: lines, kills: kills, end: try reader.trips().snapshot,
            budgets: try reader.budgets())
        report.tally.add(history.check())
        report.kills += kills.count
        report.killsInFlight += history.killsInFlight
    }
}
