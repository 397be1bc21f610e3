import FoundationEssentials
import Glibc
import TuttiComposition
import TuttiEngine
import TuttiProviders
import TuttiStoreSQLite

@testable import TuttiTerminal

/// A home of its own, an environment made up for the test, and the program over it.
final class Desk: Sendable {
    /// A folder that is there, for files of the test; the home is in it and is made by the program.
    let folder: String
    let home: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/tutti-desk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        home = folder + "/home"
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var homeFolder: HomeFolder { HomeFolder(path: home) }

    /// What a command has answered.
    struct Answer: Equatable {
        var code: ExitCode
        var output: String
        var progress: String
    }

    /// Does what a command line says.
    ///
    /// - Parameters:
    ///   - variables: set for this command beside `HOME` and `TUTTI_HOME`.
    ///   - workflows: those that the program knows for this command beside its own.
    ///   - said: what a person at a terminal types; `nil` for no terminal.
    ///   - servers: where model servers of this machine may be.
    ///   - piped: what comes through standard input where nobody sits.
    ///   - projects: those that the server has; `nil` where nobody can say.
    func run(
        _ typed: String..., setting variables: [String: String] = [:], knowing workflows: [any Workflow] = [],
        saying said: String? = nil, piping piped: String? = nil, finding servers: [LocalServers.Place] = [],
        having projects: Set<String>? = nil
    ) async -> Answer {
        await run(
            typed, setting: variables, knowing: workflows, saying: said, piping: piped, finding: servers,
            having: projects)
    }

    /// The same for words that are put together.
    func run(
        _ typed: [String], setting variables: [String: String] = [:], knowing workflows: [any Workflow] = [],
        saying said: String? = nil, piping piped: String? = nil, finding servers: [LocalServers.Place] = [],
        having projects: Set<String>? = nil
    ) async -> Answer {
        let environment = ["HOME": folder, "TUTTI_HOME": home].merging(variables) { $1 }
        let size = said.map { _ in TerminalSize(columns: 100, rows: 40) }
        let (output, progress) = (RecordingSink(terminalSize: size), RecordingSink(terminalSize: size))
        let descriptor = pipe(holding: said ?? piped ?? "")
        defer { close(descriptor) }
        var context = CommandContext(
            environment: environment, output: output, progress: progress,
            input: CommandInput(descriptor: descriptor, isTerminal: said != nil), workflows: workflows,
            localServers: servers, localPatience: .seconds(60))
        if let projects { context.hasProject = { _, id in projects.contains(id) } }
        let code = await TuttiProgram.program.run(typed, in: context)
        return Answer(code: code, output: output.text, progress: progress.text)
    }

    /// The end of a pipe that holds a short text.
    private func pipe(holding text: String) -> Int32 {
        guard let pipe = try? TestPipe() else { return -1 }
        let bytes = Array(text.utf8)
        precondition(bytes.count < 60_000, "a pipe holds no more while nobody reads")
        _ = unsafe Glibc.write(pipe.writing, bytes, bytes.count)
        close(pipe.writing)
        return pipe.reading
    }

    /// Writes a file beside the home and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
