import TuttiCore

/// `tutti bench crash --shape trips` under kills: runs with undos, waits, children, budgets and a step at most once.
/// Other processes, which nobody kills, send the signals that they wait for.
package struct TripWorkload: KilledWorkload {
    package let binary: String
    package let folder: String
    package let trips = 8
    package let work = Duration.milliseconds(10)

    package static let killsPerRound = 10
    private static let signalLimit = Duration.seconds(60)

    private var random: SeededGenerator
    package var report = WorkloadReport(workload: "trips", countsShare: false)

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
            at: folder + "/trips-\(report.rounds)", binary: binary, workflows: trips, work: work,
            shape: ["--shape", "trips"])
        var done: [Kill] = []
        var unsignalled = Set((0..<trips).map(String.init))
        while done.count < kills {
            let before = round.log.read().lines.count
            let victim = try round.victim(isFirst: done.isEmpty)
            let stopping = Int.random(in: 0..<5, using: &random) == 0
            if done.isEmpty {
                guard victim.reachAll(trips) else { break }
            } else if let trip = unsignalled.sorted().first {
                try signal(trip, round)
                unsignalled.remove(trip)
            }
            let delay = Duration.microseconds(Int.random(in: 0...40_000, using: &random))
            guard victim.reach(.afterStart(delay), linesBefore: before), victim.kill(stopping: stopping) else {
                round.checkEnd(of: victim.child, &report.tally)
                break
            }
            let recorded = Set(try round.reader.trips().snapshot.rows.keys)
            done.append(round.kill(of: victim, linesBefore: before, recorded: recorded))
            report.stops += stopping ? 1 : 0
        }
        let last = try round.start(isFirst: false)
        for trip in unsignalled.sorted() { try signal(trip, round) }
        round.checkEnd(of: last, &report.tally)
        try check(done, round)
    }

    /// Sends what a trip waits for, twice with one id, from a process of its own.
    private mutating func signal(_ trip: String, _ round: BenchRound) throws {
        guard let run = try round.reader.trips().runs[trip] else {
            return report.tally.check(false, "there is no run for trip \(trip)")
        }
        for isFirst in [true, false] {
            let arguments = ["runs", "signal", run, "go", "1", "--id", "go-\(trip)", "--home", round.place + "/home"]
            let end = try ChildProcess(binary, arguments, output: round.place + "/signal").wait(limit: Self.signalLimit)
            // The trip may have come to its end before the second.
            let isRight = end == .exited(0) || (!isFirst && end == .exited(1))
            report.tally.check(isRight, "the signal for trip \(trip) came to \(end.map { "\($0)" } ?? "no end")")
        }
    }

    private mutating func check(_ kills: [Kill], _ round: BenchRound) throws {
        let history = TripHistory(
            workflows: (0..<trips).map(String.init), log: round.lines(&report.tally), kills: kills,
            end: try round.reader.trips().snapshot, budgets: try round.reader.budgets())
        report.tally.add(history.check())
        report.kills += kills.count
        report.killsInFlight += history.killsInFlight
    }
}
