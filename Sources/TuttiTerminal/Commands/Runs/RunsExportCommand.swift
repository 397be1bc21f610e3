import TuttiCore

/// `tutti runs export ID`
package enum RunsExportCommand: CommandHandler {
    package static let command = RunsCommands.export

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let path = arguments[Flags.exportFile].flatMap { $0 == "-" ? nil : $0 }
        if let path { try FileWriter.checkWritable(path, for: "-o") }
        let json = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            try await RunExport(record: record, store: store).json()
        }
        guard let path else {
            try context.show(json: json)
            return .reached
        }
        try FileWriter.write(try CanonicalJSON.encodePretty(json), to: path)
        try context.tell("written to \(path)")
        return .reached
    }
}
