import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite

/// `tutti runs retry ID`
package enum RunsRetryCommand: CommandHandler {
    package static let command = RunsCommands.retry

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await RunRetry.read(arguments, context).carryOut(resolving: nil)
    }
}

/// `tutti runs resolve ID --done [JSON] | --again`
package enum RunsResolveCommand: CommandHandler {
    package static let command = RunsCommands.resolve

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let resolution = try resolution(arguments, context)
        let retry = try await RunRetry.read(arguments, context)
        if case .again = resolution, retry.isUnresolved {
            try context.tell(
                "'\(retry.origin)' may happen twice: if the process that began it was only stopped, it goes on when "
                    + "it is woken. Make sure that it is gone.")
            if !arguments[RunsFlags.yes], context.canAsk, try await !context.confirm("Carry it out again?") {
                throw CommandFailure("nothing was resolved")
            }
        }
        return try await retry.carryOut(resolving: resolution)
    }

    private static func resolution(_ arguments: Arguments, _ context: CommandContext) throws -> Resolution {
        let typed = arguments[Words.result]
        guard arguments[RunsFlags.done] else {
            guard arguments[RunsFlags.again] else {
                throw InputError("say what became of the step: --done when it happened, --again to carry it out again")
            }
            if typed != nil { throw InputError("JSON is the result of a step that happened; write it behind --done") }
            return .again
        }
        // A step without a value records an empty object.
        return .done(try typed.map { try GivenValue.read($0, for: "JSON", context.input) } ?? [:])
    }
}

/// A failed run that is let go on.
private struct RunRetry {
    let run: RunID
    /// Where the error arose.
    let origin: String
    let isUnresolved: Bool
    /// What is carried out again, and how many steps are not.
    let repeated: [String]
    let kept: Int
    let arguments: Arguments
    let context: CommandContext

    /// Looks before anything is done: a retry deletes the errors that it repeats.
    static func read(_ arguments: Arguments, _ context: CommandContext) async throws -> RunRetry {
        try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            let run = record.summary.id
            let origin = record.summary.error?.origin ?? ""
            let rows = try await store.steps(of: run)
            // What was undone is done again as well, and a fork of everything repeats nothing else.
            let undone = Set(ForkPlan(of: rows, at: nil)?.repeated.map(\.key) ?? [])
            let steps = rows.filter { $0.ended != nil && !$0.kind.isScope }
            let errors = RetriedErrors(origin: origin, kind: rows.first { $0.key == origin }?.kind)
            let repeated = steps.filter { errors.contain($0) || undone.contains($0.key) }
            return RunRetry(
                run: run, origin: origin, isUnresolved: record.summary.error?.code == StepError.outcomeUnknown,
                repeated: repeated.map(\.key),
                kept: steps.count { $0.kind == .step } - repeated.count { $0.kind == .step },
                arguments: arguments, context: context)
        }
    }

    /// Keys that are told.
    private static let toldMax = 10

    private var plan: String {
        let more = repeated.count > Self.toldMax ? ["and \(repeated.count - Self.toldMax) more"] : []
        let keys = (repeated.prefix(Self.toldMax) + more).joined(separator: ", ")
        let again =
            switch repeated.count {
            case 0: "nothing recorded is"
            case 1: "\(keys) is"
            default: "\(keys) are"
            }
        let others = CountText.text(kept, "recorded step") + (kept == 1 ? " is" : " are")
        return "\(again) carried out again, \(others) not done again"
    }

    func carryOut(resolving resolution: Resolution?) async throws -> ExitCode {
        try await context.withTutti(arguments) { tutti in
            let handle = try await tutti.engine.retry(run, resolving: resolution, as: JSONValue.self)
            if case .done = resolution {
                try context.tell("\(handle.id): '\(origin)' counts as done")
            } else {
                try context.tell("\(handle.id): \(plan)")
            }
            return try await RunSitting(
                run: run, tutti: tutti, arguments: arguments, context: context, mayWait: !arguments[Flags.noWait]
            ).follow()
        }
    }
}
