import FoundationEssentials
import Glibc
import TuttiCore

/// One run of `tutti roundtable` that is killed and taken up again: a home, a copy of the document, and what is wanted.
struct KilledTable {
    let place: String
    let reader: JournalReader
    private let binary: String
    private let flags: [String]
    private let environment: [String: String]

    /// - Parameters:
    ///   - place: a folder that is made for it.
    ///   - document: the document that is reviewed; it is copied.
    ///   - flags: who sits at the table.
    ///   - environment: what the program has beside our own environment.
    init(
        at place: String, binary: String, document: String, flags: [String], environment: [String: String] = [:]
    ) throws {
        try FileManager.default.createDirectory(atPath: place + "/wanted", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: document, toPath: place + "/document.md")
        self.place = place
        self.binary = binary
        self.flags = flags
        self.environment = environment
        reader = JournalReader(home: place + "/home", scratch: place)
    }

    /// Starts the run, or takes it up again.
    func work(on run: RunState?) throws -> ChildProcess {
        guard let run else { return try start() }
        return try child(["runs", "resume", run.id, "--home", place + "/home"])
    }

    func start() throws -> ChildProcess {
        try child(
            ["roundtable", place + "/document.md"] + flags + [
                "--json", "--home", place + "/home",
                "--report", place + "/wanted/report.json", "--output", place + "/wanted/refined.md",
            ])
    }

    private func child(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(binary, arguments, environment: environment, output: place + "/output")
    }

    /// Waits for a random moment of the process's life: mostly for one at which it works on the run.
    func waitForMoment(
        _ child: ChildProcess, fence: Int, _ lifetime: Duration, _ random: inout SeededGenerator
    ) {
        if Int.random(in: 0..<10, using: &random) > 0 {
            // The copy of a file that is being written may be torn; then the next look is in order.
            while child.poll() == nil, (try? reader.runs())?.first?.fence ?? 0 <= fence { pause(.microseconds(200)) }
        }
        // Seeing the claim takes time of its own, so half of a life reaches from its beginning to its end.
        pause(.microseconds(Int.random(in: 0...Int(lifetime / .microseconds(2)), using: &random)))
    }

    /// What the last process has said at the end.
    var said: String {
        let errors = FileManager.default.contents(atPath: place + "/output.err") ?? Data()
        return String(decoding: errors.suffix(300), as: UTF8.self)
    }
}
