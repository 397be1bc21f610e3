import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// `tutti runs ls`
package enum RunsListCommand: CommandHandler {
    package static let command = RunsCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await RunJournal.read(arguments, context) { store, home in
            guard let store else {
                if arguments[Flags.json] {
                    try context.show(json: [])
                } else {
                    try context.show(["There are no runs yet in \(home)."].map { StyledLine($0) }, arguments)
                }
                return
            }
            let listing = try await load(arguments, store, home)
            if arguments[Flags.json] {
                try context.show(json: listing.json)
            } else {
                try context.show(listing.lines(width: context.output.terminalSize?.columns), arguments)
            }
            try context.hint(listing.hints, arguments)
        }
        return .reached
    }

    private static func load(
        _ arguments: Arguments, _ store: SQLiteJournalStore, _ home: String
    ) async throws -> RunListing {
        let statuses = Set(arguments[Flags.states].compactMap(RunStatus.init(rawValue:)))
        let limit = arguments[Flags.limit]
        let runs = try await store.runs(RunFilter(statuses: statuses, limit: limit), tenant: RunReference.tenant)
        let total =
            runs.count < limit
            ? runs.count
            : try await DatabaseInspector(HomeFolder(path: home)).countRuns(statuses, tenant: RunReference.tenant)
        return RunListing(
            runs: runs, titles: try await RunTitle.of(runs, in: store), total: total,
            owners: RunOwners(try await store.executors()), now: SystemTimekeeper().now())
    }
}
