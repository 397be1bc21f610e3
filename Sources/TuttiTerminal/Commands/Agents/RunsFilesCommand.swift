import FoundationEssentials
import TuttiAgents
import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiWorkspaces

/// `tutti runs files ID`
package enum RunsFilesCommand: CommandHandler {
    package static let command = RunsCommands.files

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let (versions, home) = try await RunJournal.read(run: arguments[Words.run], arguments, context) {
            record, store, home in
            guard record.summary.workflow == Agent.name else {
                throw CommandFailure("\(record.summary.id) is no run of an agent, and has no files of its own")
            }
            return (try await AgentVersions(record, in: store), home)
        }
        guard let latest = versions.latest.flatMap(SnapshotID.init) else {
            throw CommandFailure("the agent has not worked on any files")
        }
        let files = AgentFiles(home: home)
        do {
            if let path = arguments[Words.path] {
                try context.output.write(String(decoding: try await files.read(path, of: latest), as: UTF8.self))
            } else if let folder = arguments[RunsFlags.into] {
                let count = try await files.take(latest, into: folder)
                try context.tell("\(CountText.text(count, "file")) written to \(folder)")
            } else {
                try show(try await files.changes(from: versions.first, to: latest), latest, arguments, context)
            }
        } catch let error as WorkspaceError {
            throw CommandFailure(error.message)
        }
        return .reached
    }

    private static func show(
        _ changes: [FileChange], _ version: SnapshotID, _ arguments: Arguments, _ context: CommandContext
    ) throws {
        if arguments[Flags.json] {
            let told = changes.map { ["path": .string($0.path), "kind": .string($0.kind.rawValue)] as JSONValue }
            return try context.show(json: ["version": .string("\(version)"), "changes": .array(told)])
        }
        guard !changes.isEmpty else { return try context.hint([StyledLine("Nothing has changed.")], arguments) }
        var table = TextTable([.init("WHAT"), .init("FILE", isFlexible: true)])
        for change in changes { table.add([StyledLine(change.kind.rawValue, .muted), StyledLine(change.path)]) }
        try context.show(table, arguments)
    }
}
