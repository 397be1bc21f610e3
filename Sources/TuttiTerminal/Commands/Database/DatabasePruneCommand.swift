import TuttiConfiguration
import TuttiCore
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite
import TuttiWorkspaces

/// `tutti db prune`: removes ended runs by age and count.
package enum DatabasePruneCommand: CommandHandler {
    package static let command = DatabaseCommands.prune

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let policy = try policy(arguments, try context.configuration(for: arguments))
        let home = try context.home(for: arguments)
        guard home.hasDatabase else {
            try DatabaseStatusCommand.tellOfNone(home, arguments, context)
            return .reached
        }
        let isDryRun = arguments[DatabaseFlags.dryRun]
        if !isDryRun, !arguments[DatabaseFlags.yes] {
            guard PruneQuestion.canBeAsked(context) else {
                throw InputError(
                    "nobody can be asked here, so nothing was removed: add --yes, or --dry-run to see what would go")
            }
            let plan = try await plan(policy, home)
            try context.hint(plan.lines(isDone: false), arguments)
            if plan.isEmpty { return .reached }
            guard try PruneQuestion.ask(context) else { throw CommandFailure("nothing was removed") }
        }
        let report = isDryRun ? try await plan(policy, home) : try await prune(policy, home)
        if !isDryRun { try await pruneWorkspaces(home, arguments, context) }
        if arguments[Flags.json] {
            try context.show(json: report.json(isDone: !isDryRun))
        } else {
            try context.show(report.lines(isDone: !isDryRun), arguments)
        }
        return report.leftBehind.isEmpty ? .reached : .failed
    }

    /// - Throws: ``InputError`` when nobody has said what may go.
    private static func policy(
        _ arguments: Arguments, _ configuration: Configuration
    ) throws(InputError) -> RetentionPolicy {
        let now = SystemTimekeeper().now()
        func moment(_ key: ConfigurationKey<Duration>) -> Timestamp? {
            configuration.value(of: key).map { Timestamp(milliseconds: now.milliseconds - $0.milliseconds) }
        }
        let policy = RetentionPolicy(
            endedBefore: moment(ConfigurationKeys.retentionRuns),
            keepNewest: configuration.value(of: ConfigurationKeys.retentionKeep),
            eventsBefore: moment(ConfigurationKeys.retentionEvents), workflow: arguments[DatabaseFlags.workflow],
            tenant: RunReference.tenant)
        guard policy.endedBefore != nil || policy.keepNewest != nil || policy.eventsBefore != nil else {
            throw InputError(
                "say what may go: --older-than 90d, --keep 100 or --events-older-than 30d, or set retention.runs, "
                    + "retention.keep or retention.events in tutti.yaml")
        }
        return policy
    }

    /// Also where no run has gone now: a run that was removed elsewhere leaves the versions of its files.
    private static func pruneWorkspaces(
        _ home: HomeFolder, _ arguments: Arguments, _ context: CommandContext
    ) async throws {
        do {
            guard let report = try await WorkspacePruning(home: home).prune(), report.removedObjects > 0 else { return }
            let count = CountText.text(report.removedObjects, "old file")
            try context.tell(
                "\(count) of agents removed that no run names, \(ByteText.text(report.removedBytes)) in all")
        } catch let error as WorkspaceError {
            try context.tell("note: the versions of files stay for now: \(error.message)")
        } catch is DecodingError {
            try context.tell("note: the versions of files stay, since a run of another release cannot be read")
        }
    }

    private static func plan(_ policy: RetentionPolicy, _ home: HomeFolder) async throws -> RetentionReport {
        guard let store = try await SQLiteJournalStore.openReadOnly(home) else { return RetentionReport() }
        return try await closing({ await store.close() }) { try await store.retentionPlan(policy) }
    }

    private static func prune(_ policy: RetentionPolicy, _ home: HomeFolder) async throws -> RetentionReport {
        let store = try await SQLiteJournalStore.open(home)
        return try await closing({ await store.close() }) { try await store.prune(policy) { home.removeFiles(of: $0) } }
    }
}

extension RetentionReport {
    fileprivate var isEmpty: Bool { runs + events + blobs == 0 }

    fileprivate func lines(isDone: Bool) -> [StyledLine] {
        guard !isEmpty || !leftBehind.isEmpty else { return [StyledLine("There is nothing to remove.")] + aftermath }
        let counts = [
            (runs, "run"), (steps, "step"), (events, "event"), (messages, "message"), (blobs, "large payload"),
        ].map { CountText.text($0.0, $0.1) }
        let verb = isDone ? "Removed:  " : "To remove:"
        let first =
            StyledLine(verb + " ", .muted) + StyledLine(counts.joined(separator: ", "))
            + StyledLine("; \(ByteText.text(bytes)) in all")
        return [first] + aftermath
    }

    /// What became of the file, and what could not be removed.
    private var aftermath: [StyledLine] {
        var lines: [StyledLine] = []
        if fileSizeBefore > 0 {
            lines.append(
                StyledLine("Size:      ", .muted)
                    + StyledLine("\(ByteText.text(fileSizeAfter)), before \(ByteText.text(fileSizeBefore))"))
        }
        if isShrinkingPostponed {
            lines.append(
                StyledLine(
                    "The free space stays in the file, for new runs: other processes work with it, or the disk has no "
                        + "room for a copy. Prune again to give it back.", .cue))
        }
        for run in leftBehind { lines.append(StyledLine("The files of \(run) could not be removed.", .bad)) }
        if !leftBehind.isEmpty { lines.append(StyledLine("The next 'tutti db prune' tries it again.", .muted)) }
        return lines
    }

    fileprivate func json(isDone: Bool) -> JSONValue {
        [
            "removed": .bool(isDone), "runs": .number(runs), "steps": .number(steps), "events": .number(events),
            "messages": .number(messages), "blobs": .number(blobs), "bytes": .number(bytes),
            "size_before": .number(isDone ? fileSizeBefore : nil), "size_after": .number(isDone ? fileSizeAfter : nil),
            "shrinking_postponed": .bool(isShrinkingPostponed),
            "left_behind": .array(leftBehind.map { .string($0.text) }),
        ]
    }
}
