import FoundationEssentials
import Glibc
import TuttiCore

/// `tutti roundtable --model` under kills, beside a server of models that nobody kills: no call that was recorded is
/// made again, and the costs in the journal are those that the server has counted.
package struct ModelTableWorkload: KilledWorkload {
    package static let killsPerRound = 5
    private static let limit = Duration.seconds(120)

    package let binary: String
    /// The program `fake-models`.
    package let models: String
    package let folder: String
    package let document: String
    private var random: SeededGenerator
    package var report = WorkloadReport(workload: "models")
    /// An undisturbed run, once it is known.
    private var reference: (end: ChildProcess.End, lifetime: Duration)?

    /// - Parameters:
    ///   - binary: the program under test.
    ///   - models: the program `fake-models`.
    ///   - folder: an empty folder for homes.
    ///   - document: the document that is reviewed; it is copied.
    package init(binary: String, models: String, folder: String, document: String, seed: UInt64) {
        self.binary = binary
        self.models = models
        self.folder = folder
        self.document = document
        random = SeededGenerator(seed: seed)
    }

    package mutating func round(kills: Int) throws {
        if reference == nil { reference = try undisturbed() }
        guard let reference else { return }
        let (table, server) = try table("models-\(report.rounds)")
        var (run, done): (RunState?, [ModelHistory.Kill]) = (nil, [])
        while done.count < kills, run?.status == nil {
            let child = try table.work(on: run)
            table.waitForMoment(child, fence: run?.fence ?? 0, reference.lifetime, &random)
            let end = child.kill()
            guard end == .killed(signal: SIGKILL) else {
                report.tally.check(end == reference.end, "not killed in time, it came to \(end): \(table.said)")
                break
            }
            // The journal first: what it holds now was billed before.
            let recorded = Set(try table.reader.paidSteps().map(\.token))
            done.append(ModelHistory.Kill(lines: ModelCallLine.read(server.ledger).lines.count, recorded: recorded))
            guard let found = try table.reader.runs().first else { continue }  // killed before the run was there
            // A process that had not yet claimed the run had nothing in flight.
            if found.status == nil, found.fence > run?.fence ?? 0 { report.killsInFlight += 1 }
            run = found
        }
        report.kills += done.count
        try finish(table, server, done, expecting: reference.end)
    }

    /// One run that nobody kills: how it ends, and how long it takes.
    private mutating func undisturbed() throws -> (end: ChildProcess.End, lifetime: Duration)? {
        let (table, server) = try table("models-reference")
        let end = try table.start().wait(limit: Self.limit) ?? .killed(signal: SIGKILL)
        guard end == .exited(0) || end == .exited(3), let run = try table.reader.runs().first else {
            report.tally.check(false, "undisturbed, it came to \(end): \(table.said)")
            return nil
        }
        try check(table, server, [])
        return (end, .milliseconds(max(run.lifetime ?? 0, 1)))
    }

    /// Lets the run come to its end, and compares what both sides have counted.
    private mutating func finish(
        _ table: KilledTable, _ server: ModelServer, _ kills: [ModelHistory.Kill], expecting expected: ChildProcess.End
    ) throws {
        let before = try table.reader.runs().first
        let end = try table.work(on: before).wait(limit: Self.limit)
        let isRight = end == expected || (end != nil && before?.status == "completed")
        let how = end.map { "\($0)" } ?? "no end within \(Self.limit)"
        report.tally.check(isRight, "taken up again, it came to \(how) and said: \(table.said)")
        let runs = try table.reader.runs()
        report.tally.check(runs.map(\.status) == ["completed"], "a home where one run was started has: \(runs)")
        try check(table, server, kills)
    }

    private mutating func check(_ table: KilledTable, _ server: ModelServer, _ kills: [ModelHistory.Kill]) throws {
        report.tally.check(server.stop() != nil, "the server of models did not end by itself, see \(table.place)")
        let (ledger, malformed) = ModelCallLine.read(server.ledger)
        report.tally.check(malformed.isEmpty, "lines of another shape in the ledger: \(malformed.prefix(3))")
        let steps = try table.reader.paidSteps()
        report.tally.check(!steps.isEmpty, "the journal knows of no step that has cost something")
        report.tally.add(ModelHistory(ledger: ledger, steps: steps, kills: kills).check())
    }

    /// A table with a server of its own.
    private func table(_ name: String) throws -> (KilledTable, ModelServer) {
        let place = folder + "/" + name
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        // Chat completions tell what a call costs; without that the journal would have to know a price.
        let server = try ModelServer(
            models, at: place, arguments: ["--critic", "0", "--cost", "25", "--delay-ms", "20"])
        let table = try KilledTable(
            at: place, binary: binary, document: document, flags: ["--model", "openai/mock-model"],
            environment: ["OPENAI_BASE_URL": "http://127.0.0.1:\(server.port)/v1", "OPENAI_API_KEY": "sk-test"])
        return (table, server)
    }
}
