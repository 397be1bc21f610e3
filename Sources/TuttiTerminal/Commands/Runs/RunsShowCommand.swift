import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// `tutti runs show ID`
package enum RunsShowCommand: CommandHandler {
    package static let command = RunsCommands.show

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, home in
            if let name = arguments[RunsFlags.approval] {
                return try context.output.write(try await shown(by: name, record.summary.id, store) + "\n")
            }
            let run = record.summary.id
            let steps = try await store.steps(of: run)
            let page = RunPage(
                summary: record.summary, title: try await RunTitle.of(record, in: store),
                result: try await RoundtableFacts.of(record, in: store),
                folder: RunPage.folder(of: run, home: home),
                steps: steps,
                surroundings: try await RunSurroundings.of(
                    run, steps, in: store, tenant: RunReference.tenant),
                cost: try await store.costs(of: [run])[run], budget: try await store.budget(of: record.summary.root),
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

    /// All that an open approval shows.
    private static func shown(by name: String, _ run: RunID, _ store: some JournalStore) async throws -> String {
        let open = try await ApprovalQuestion.open(of: run, in: store)
        let meant = open.filter { $0.name == name || $0.id == name }
        guard let question = meant.first, meant.count == 1 else {
            let names = open.map { "  \($0.id)" }.joined(separator: "\n")
            let problem = meant.isEmpty ? "has no open approval '\(name)'" : "has several open approvals '\(name)'"
            throw CommandFailure("\(run) \(problem)" + (open.isEmpty ? "" : "; open are:\n\(names)"))
        }
        return question.shown.readable
    }
}
