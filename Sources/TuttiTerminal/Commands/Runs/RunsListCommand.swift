import TuttiCore
import TuttiReadings
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
            let listing = try await load(arguments, store)
            if arguments[Flags.json] {
                try context.show(json: listing.json)
            } else {
                try context.show(listing.lines(width: context.output.terminalSize?.columns), arguments)
            }
            try context.hint(listing.hints + ServerHint.lines(in: home), arguments)
        }
        return .reached
    }

    private static func load(
        _ arguments: Arguments, _ store: SQLiteJournalStore
    ) async throws -> RunListing {
        let now = SystemTimekeeper().now()
        var filter = RunFilter(
            statuses: Set(arguments[Flags.states].compactMap(RunStatus.init(rawValue:))),
            workflow: arguments[RunsFlags.workflow], from: arguments[RunsFlags.newerThan].map { now + (.zero - $0) },
            before: arguments[RunsFlags.olderThan].map { now + (.zero - $0) },
            kin: arguments[RunsFlags.children] ? .any : .roots,
            costAbove: arguments[RunsFlags.costAbove]?.microdollars, limit: arguments[Flags.limit])
        let runs = try await store.runs(filter, tenant: RunReference.tenant)
        let total = runs.count < filter.limit ? runs.count : try await count(filter, in: store)
        filter.kin = .children
        let hidden = arguments[RunsFlags.children] ? 0 : try await count(filter, in: store)
        var asks: [RunID: [String]] = [:]
        for run in runs { asks[run.id] = try await run.openApprovals(in: store) }
        return RunListing(
            runs: runs, titles: try await RunTitle.of(runs, in: store, tenant: RunReference.tenant), asks: asks,
            costs: try await store.costs(of: runs.map(\.id)), total: total,
            hiddenChildren: hidden, owners: RunOwners(try await store.executors()), now: now)
    }

    private static func count(_ filter: RunFilter, in store: some JournalStore) async throws -> Int {
        try await store.counts(of: filter, tenant: RunReference.tenant).values.reduce(0, +)
    }
}
