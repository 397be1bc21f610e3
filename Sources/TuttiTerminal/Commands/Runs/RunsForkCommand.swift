import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite

/// `tutti runs fork ID [--at KEY]`
package enum RunsForkCommand: CommandHandler {
    package static let command = RunsCommands.fork
    /// Steps that are shown by name.
    private static let shownMax = 20

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let key = arguments[RunsFlags.at]
        guard key != nil || arguments[RunsFlags.replacement] == nil else {
            throw InputError("--edit takes the place of one result; name its key with --at")
        }
        let edited = try arguments[RunsFlags.replacement].map { typed in
            try GivenValue.readOrFile(typed, for: "--edit", context.input)
        }
        let (run, plan) = try await plan(arguments, context)
        try context.hint(lines(plan, edited: edited == nil ? nil : key), arguments)
        if !arguments[RunsFlags.yes] {
            guard context.canAsk else {
                throw InputError("nobody can be asked here whether this is meant; say --yes")
            }
            guard try await context.confirm("Fork?") else { throw CommandFailure("nothing was forked") }
        }
        return try await context.withTutti(arguments) { tutti in
            let fork = try await tutti.engine.fork(run, at: key, edited: edited, as: JSONValue.self)
            try context.tell("\(fork.id) is a fork of \(run)")
            return try await RunSitting(
                run: fork.id, tutti: tutti, arguments: arguments, context: context,
                mayWait: !arguments[Flags.noWait]
            ).follow()
        }
    }

    private static func plan(
        _ arguments: Arguments, _ context: CommandContext
    ) async throws -> (run: RunID, plan: ForkPlan) {
        let key = arguments[RunsFlags.at]
        return try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            let run = record.summary.id
            guard let plan = ForkPlan(of: try await store.steps(of: run), at: key) else {
                throw CommandFailure(
                    "\(run) has recorded nothing under '\(key ?? "")'; 'tutti runs show \(run)' lists the keys")
            }
            return (run, plan)
        }
    }

    /// What is taken over, and what is paid again.
    private static func lines(_ plan: ForkPlan, edited: String?) -> [StyledLine] {
        let copied = CountText.text(plan.copied, "recorded result") + (plan.copied == 1 ? " is" : " are")
        var lines = [StyledLine("\(copied) taken over.")]
        if let edited { lines.append(StyledLine("\(edited) has the result that is given.")) }
        let repeated = plan.repeated.filter { $0.key != edited }
        guard !repeated.isEmpty else { return lines + ["No step that was done is done again."] }
        let steps = CountText.text(repeated.count, "step") + (repeated.count == 1 ? " is" : " are")
        lines.append(StyledLine("\(steps) carried out and paid again, with whatever follows from other results:", .cue))
        for step in repeated.prefix(shownMax) {
            lines.append(StyledLine("  \(step.key)") + StyledLine("  \(TimeText.short(step.took))", .muted))
        }
        if repeated.count > shownMax { lines.append(StyledLine("  … and \(repeated.count - shownMax) more", .muted)) }
        return lines
    }
}
