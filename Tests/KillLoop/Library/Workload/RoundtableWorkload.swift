import FoundationEssentials
import Glibc
import TuttiCore

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
        /// How long the run lived.
        let lifetime: Duration
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
        return report
    }

    private func table(_ name: String) throws -> KilledTable {
        try KilledTable(at: folder + "/" + name, binary: binary, document: document, flags: ["--offline"])
    }

    private mutating func undisturbed() throws -> Reference {
        let table = try table("reference")
        let end = try table.start().wait(limit: Self.limit) ?? .killed(signal: SIGKILL)
        let run = try table.reader.runs().first
        report.tally.check(run != nil, "the undisturbed run left nothing in its home")
        let results = try run.map { try self.results(of: $0.id, at: table.place) } ?? [:]
        return Reference(end: end, lifetime: .milliseconds(max(run?.lifetime ?? 0, 1)), results: results)
    }

    /// One run, killed at random moments until it is finished or had enough.
    private mutating func round(killsLeft: Int, _ reference: Reference) throws {
        let table = try table("roundtable-\(report.rounds)")
        var run: RunState?
        for _ in 0..<min(killsLeft, Self.killsPerRunMax) where run?.status == nil {
            let child = try table.work(on: run)
            table.waitForMoment(child, fence: run?.fence ?? 0, reference.lifetime, &random)
            let end = child.kill()
            guard end == .killed(signal: SIGKILL) else {
                report.tally.check(end == reference.end, "not killed in time, it came to \(end)")
                break
            }
            report.kills += 1
            guard let found = try table.reader.runs().first else { continue }  // killed before the run was there
            // A process that had not yet claimed the run had nothing in flight.
            if found.status == nil, found.fence > run?.fence ?? 0 { report.killsInFlight += 1 }
            run = found
            if found.status == nil { try checkListed(found.id, at: table.place) }
        }
        try finish(table, reference)
    }

    /// Lets the run come to its end, as its user would: also a run that had ended is taken up again, because its
    /// process may have died before it wrote what was wanted. Then only what is there afterwards counts.
    private mutating func finish(_ table: KilledTable, _ reference: Reference) throws {
        let (place, reader) = (table.place, table.reader)
        let before = try reader.runs().first
        let end = try table.work(on: before).wait(limit: Self.limit)
        let isRight = end == reference.end || (end != nil && before?.status == "completed")
        let how = end.map { "\($0)" } ?? "no end within \(Self.limit)"
        report.tally.check(isRight, "taken up again, it came to \(how) and said: \(table.said)")
        let runs = try reader.runs()
        report.tally.check(runs.count == 1, "\(runs.count) runs in a home where one was started")
        guard let run = runs.first else { return }
        let results = try self.results(of: run.id, at: place)
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
                // Killed while it wrote a file, a process leaves a part of it under another name.
                if path.hasSuffix(".tmp") { continue }
                guard let bytes = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
                results["\(name) \(path)"] = String(decoding: bytes, as: UTF8.self)
            }
        }
        return results.mapValues { Normaliser.normalise($0, home: place) }
    }
}
