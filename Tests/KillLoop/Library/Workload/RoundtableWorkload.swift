import FoundationEssentials
import Glibc

/// `tutti roundtable` under kills: its document and its report must be those of an undisturbed run.
package struct RoundtableWorkload {
    package let binary: String
    package let folder: String
    package let document: String

    /// How often one run is killed before it is left to finish.
    private static let killsPerRunMax = 5
    private static let limit = Duration.seconds(120)

    private var random: SeededGenerator
    private var report = WorkloadReport(workload: "roundtable")

    /// What an undisturbed run comes to.
    private struct Reference {
        let end: ChildProcess.End
        let wall: Duration
        let results: [String: String]
    }

    /// - Parameters:
    ///   - binary: the program under test.
    ///   - folder: an empty folder for homes.
    ///   - document: the document that is reviewed; it is copied.
    package init(binary: String, folder: String, document: String, seed: UInt64) {
        self.binary = binary
        self.folder = folder
        self.document = document
        random = SeededGenerator(seed: seed)
    }

    package mutating func run(kills: Int) throws -> WorkloadReport {
        let reference = try undisturbed()
        guard reference.end == .exited(0) || reference.end == .exited(3) else {
            report.tally.check(false, "undisturbed, it came to: \(reference.end)")
            return report
        }
        while report.kills < kills, report.tally.failed == 0 {
            report.rounds += 1
            try round(killsLeft: kills - report.kills, reference)
        }
        report.checkShare()
        return report
    }

    private mutating func undisturbed() throws -> Reference {
        let place = try makePlace("reference")
        let begun = ContinuousClock.now
        let child = try start(at: place)
        let end = child.wait(limit: Self.limit) ?? .killed(signal: SIGKILL)
        let wall = ContinuousClock.now - begun
        let run = try JournalReader(home: place + "/home", scratch: place).runs().keys.first
        report.tally.check(run != nil, "the undisturbed run left nothing in its home")
        return Reference(end: end, wall: wall, results: try run.map { try results(of: $0, at: place) } ?? [:])
    }

    /// One run, killed at random moments until it is finished or had enough.
    private mutating func round(killsLeft: Int, _ reference: Reference) throws {
        let place = try makePlace("roundtable-\(report.rounds)")
        let reader = JournalReader(home: place + "/home", scratch: place)
        var left = min(killsLeft, Self.killsPerRunMax)
        var run: String?
        while left > 0 {
            let child = try run.map { try resume($0, at: place) } ?? start(at: place)
            waitForMoment(child, reader, isFirst: run == nil, reference.wall)
            guard child.kill() == .killed(signal: SIGKILL) else { break }
            left -= 1
            report.kills += 1
            guard let (id, status) = try reader.runs().first else { continue }  // killed before the run was there
            run = id
            if status != nil { break }
            report.killsInFlight += 1
            try checkListed(id, at: place)
        }
        try finish(run, at: place, reader, reference)
    }

    /// Waits for a random moment of the process's life; a first one mostly gets as far as having a run to lose.
    private mutating func waitForMoment(
        _ child: ChildProcess, _ reader: JournalReader, isFirst: Bool, _ wall: Duration
    ) {
        if isFirst, Int.random(in: 0..<10, using: &random) > 0 {
            // The copy of a file that is being written may be torn; then the next look is in order.
            while child.poll() == nil, (try? reader.runs())?.isEmpty ?? true { pause(.milliseconds(1)) }
        }
        pause(.microseconds(Int.random(in: 0...Int(wall / .microseconds(1)), using: &random)))
    }

    private mutating func finish(
        _ interrupted: String?, at place: String, _ reader: JournalReader, _ reference: Reference
    ) throws {
        if try reader.runs().values.first.flatMap({ $0 }) == nil {
            let child = try interrupted.map { try resume($0, at: place) } ?? start(at: place)
            let end = child.wait(limit: Self.limit)
            report.tally.check(end == reference.end, "the resumed run came to \(String(describing: end))")
        }
        let runs = try reader.runs()
        report.tally.check(runs.count == 1, "\(runs.count) runs in a home where one was started")
        guard let run = runs.keys.first else { return }
        let results = try results(of: run, at: place)
        for (name, expected) in reference.results.sorted(by: { $0.key < $1.key }) {
            let isSame = results[name] == expected
            report.tally.check(isSame, "\(name) differs from that of an undisturbed run, see \(place)")
        }
        let more = Set(results.keys).subtracting(reference.results.keys).sorted()
        report.tally.check(more.isEmpty, "the disturbed run left more than an undisturbed one: \(more)")
    }

    /// An interrupted run is one that its user can find.
    private mutating func checkListed(_ run: String, at place: String) throws {
        let output = place + "/runs-ls"
        let child = try ChildProcess(binary, ["runs", "ls", "--json", "--home", place + "/home"], output: output)
        let end = child.wait(limit: Self.limit)
        let listed = FileManager.default.contents(atPath: output).map { String(decoding: $0, as: UTF8.self) } ?? ""
        report.tally.check(end == .exited(0) && listed.contains(run), "`runs ls` does not list the run \(run)")
    }

    // MARK: What a run leaves behind

    /// The run's stored result, each file that is kept in its folder, and those that were wanted beside it, without
    /// ids and times.
    private func results(of run: String, at place: String) throws -> [String: String] {
        let home = place + "/home"
        var results: [String: String] = [:]
        let reader = JournalReader(home: home, scratch: place)
        results["stored result"] = try reader.output(of: run)
        for (name, folder) in [("kept", home + "/runs/" + run), ("wanted", place + "/wanted")] {
            for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
                guard let bytes = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
                results["\(name) \(path)"] = String(decoding: bytes, as: UTF8.self)
            }
        }
        return results.mapValues { Normaliser.normalise($0, home: place) }
    }

    // MARK: Processes

    private func makePlace(_ name: String) throws -> String {
        let place = folder + "/" + name
        try FileManager.default.createDirectory(atPath: place + "/wanted", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: document, toPath: place + "/document.md")
        return place
    }

    private func start(at place: String) throws -> ChildProcess {
        let arguments = [
            "roundtable", place + "/document.md", "--offline", "--json", "--home", place + "/home",
            "--report", place + "/wanted/report.json", "--output", place + "/wanted/refined.md",
        ]
        return try ChildProcess(binary, arguments, output: place + "/output")
    }

    private func resume(_ run: String, at place: String) throws -> ChildProcess {
        try ChildProcess(binary, ["runs", "resume", run, "--home", place + "/home"], output: place + "/output")
    }
}
