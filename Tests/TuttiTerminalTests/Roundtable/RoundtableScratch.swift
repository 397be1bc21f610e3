import FoundationEssentials
import Glibc
import Testing
import TuttiComposition
import TuttiConfiguration
import TuttiCore

@testable import TuttiTerminal

/// A folder of a test, gone when the test has ended.
struct RoundtableScratch {
    let path: String
    var home: String { path + "/home" }

    static func with<Output>(_ body: (RoundtableScratch) async throws -> Output) async throws -> Output {
        let scratch = RoundtableScratch(
            path: FileManager.default.temporaryDirectory.path + "/tutti-roundtable-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch.path) }
        return try await body(scratch)
    }

    /// The path of a name in it.
    subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: self[name]))
        return self[name]
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: self[name])), as: UTF8.self)
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }

    // MARK: The program

    struct Ran {
        var code: ExitCode
        var output: String
        var progress: String
    }

    /// Runs `tutti` as from a shell whose home is in this folder.
    func tutti(_ words: String..., environment: [String: String] = [:], columns: Int? = nil) async -> Ran {
        let size = columns.map { TerminalSize(columns: $0, rows: 40) }
        let (output, progress) = (RecordingSink(terminalSize: size), RecordingSink(terminalSize: size))
        let context = CommandContext(
            environment: environment.merging(["TUTTI_HOME": home]) { own, _ in own }, output: output,
            progress: progress, localServers: [])
        let code = await TuttiProgram.program.run(words, in: context)
        return Ran(code: code, output: output.text, progress: progress.text)
    }
}

/// Documents whose end is known.
enum RoundtableSample {
    /// Nothing is to be said about it.
    static let good = "# Tea notes\n\nWe sell tea in the shop.\n"
    /// A product requirements document without most of what one needs.
    static let poor = """
        # Product requirements: tea shop

        ## Problem

        Customers wait too long for their tea.

        ## Requirements

        The shop must be fast and must store the health data of each customer.

        """
}
