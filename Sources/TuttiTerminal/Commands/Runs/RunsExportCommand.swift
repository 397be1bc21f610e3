import TuttiCore
import TuttiReadings
import TuttiStore

/// `tutti runs export ID`
package enum RunsExportCommand: CommandHandler {
    package static let command = RunsCommands.export

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let path = arguments[Flags.exportFile].flatMap { $0 == "-" ? nil : $0 }
        if let path { try FileWriter.checkWritable(path, for: "-o") }
        let archive = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            do {
                return try await RunArchive(record, from: store)
            } catch let error as RunArchiveError {
                throw CommandFailure("\(record.summary.id) cannot be exported: \(error.message)")
            }
        }
        guard let path else {
            try context.show(json: archive.json)
            return .reached
        }
        try FileWriter.write(try archive.document(), to: path)
        try context.tell("written to \(path)")
        return .reached
    }
}
