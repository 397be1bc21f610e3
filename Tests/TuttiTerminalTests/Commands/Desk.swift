import FoundationEssentials
import Glibc
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
    /// - Parameter variables: set for this command beside `HOME` and `TUTTI_HOME`.
    func run(_ typed: String..., setting variables: [String: String] = [:]) async -> Answer {
        let environment = ["HOME": folder, "TUTTI_HOME": home].merging(variables) { $1 }
        let output = RecordingSink()
        let progress = RecordingSink()
        let context = CommandContext(environment: environment, output: output, progress: progress)
        let code = await TuttiProgram.program.run(typed, in: context)
        return Answer(code: code, output: output.text, progress: progress.text)
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
