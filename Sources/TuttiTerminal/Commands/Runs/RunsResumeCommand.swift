import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiStoreSQLite
import TuttiTeams

/// `tutti runs resume ID...`: goes on with runs, one after the other.
///
/// What is typed is understood before anything is done: one run that does not exist stops the command. After that each
/// run stands for itself, and the exit code is the worst of all.
package enum RunsResumeCommand: CommandHandler {
    package static let command = RunsCommands.resume

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let raise = try arguments[RunsFlags.budget].map(BudgetLimits.readRaise)
        let runs = try await find(arguments, context)
        if raise != nil, runs.count > 1 {
            throw InputError("--budget raises what one run may spend; name one run at a time")
        }
        return try await context.withTutti(arguments) { tutti in
            var worst = ExitCode.reached
            for run in runs {
                worst = worst.orWorse(try await resume(run, raise, tutti, arguments, context))
                if worst == .interrupted { break }  // whoever stops one wants to stop
            }
            return worst
        }
    }

    /// The runs that are meant, each once, in the order typed.
    private static func find(_ arguments: Arguments, _ context: CommandContext) async throws -> [RunID] {
        let references = try arguments[Words.runs].map { typed in try RunReference(typed) }
        return try await RunJournal.read(arguments, context) { store, _ in
            var runs: [RunID] = []
            for reference in references {
                let run = try await reference.find(in: store)
                if !runs.contains(run) { runs.append(run) }
            }
            return runs
        }
    }

    private static func resume(
        _ run: RunID, _ raise: BudgetRaise?, _ tutti: Tutti, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> ExitCode {
        do {
            let sitting = RunSitting(
                run: run, tutti: tutti, arguments: arguments, context: context, mayWait: !arguments[Flags.noWait])
            return try await RunResumption(sitting: sitting).carryOut(
                takeOver: arguments[Flags.takeOver], acceptsRecorded: arguments[RunsFlags.acceptRecorded],
                raising: raise)
        } catch let error as OutputError {
            throw error  // nobody reads any more
        } catch let error as InputError {
            try context.tell("tutti: \(error)")  // a result could not be written where its owner wanted it
        } catch let error as CommandFailure {
            try context.tell("tutti: \(error)")
        } catch let error as RunError {
            try context.tell("tutti: \(error.message)")
            switch error.reason {
            case .owned: try await tellOwner(of: run, tutti, context)
            case .blocked: try context.tell("`tutti runs show \(run)` says how it can go on.")
            default: break
            }
        } catch {
            try context.tell("tutti: \(run): \(error)")
        }
        return .failed
    }

    static func tellOwner(of run: RunID, _ tutti: Tutti, _ context: CommandContext) async throws {
        let store = tutti.engine.store
        guard let summary = try await store.run(run, tenant: RunReference.tenant)?.summary,
            let owner = RunOwners(try await store.executors())[summary]
        else { return }
        try context.tell("It is process \(owner.process), which is \(owner.health.rawValue).")
    }
}

extension ExitCode {
    /// From good to bad: what a person has to know first is worst.
    private static let byWeight: [ExitCode] = [
        .reached, .notReached, .waiting, .overBudget, .usage, .failed, .interrupted,
    ]

    /// The worse of two, for commands that do several things.
    func orWorse(_ other: ExitCode) -> ExitCode {
        Self.byWeight.last { $0 == self || $0 == other } ?? self
    }
}
