import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// `tutti runs show ID`
package enum RunsShowCommand: CommandHandler {
    package static let command = RunsCommands.show

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, home in
            let page = RunPage(
                summary: record.summary, title: try await RunTitle.of(record, in: store),
                result: try await RoundtableFacts.of(record, in: store),
                folder: RunPage.folder(of: record.summary.id, home: home),
                steps: try await store.steps(of: record.summary.id),
                owner: RunOwners(try await store.executors())[record.summary], now: SystemTimekeeper().now())
            if arguments[Flags.json] {
                try context.show(json: page.json)
            } else {
                let width = context.output.terminalSize?.columns
                try context.show(page.lines.map { line in width.map { line.truncated(to: $0) } ?? line }, arguments)
            }
        }
        return .reached
    }
}
