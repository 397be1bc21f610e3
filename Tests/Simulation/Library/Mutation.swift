import TuttiCore
import TuttiStore

/// A rule that is left out on purpose where the engine meets its journal, to see that the simulation misses it.
package enum Mutation: String, Sendable, CaseIterable {
    /// A former owner's commands are applied.
    case writesWithoutFence
    /// The intent of a step that must not be repeated is not recorded.
    case beginsWithoutIntent
    /// How a step is undone is not recorded.
    case forgetsUndos
    /// A run ends without undoing what it has done.
    case endsWithoutUndoing
    /// A wait is closed without its message being taken.
    case closesWithoutTaking
    /// What an attempt has set aside is never given back.
    case settlesNothing
    /// A paid step begins although the budget does not suffice.
    case paysWithoutHold
    /// Nobody sees that a run is to be cancelled.
    case hidesCancels
    /// Nobody is told of wakes.
    case losesWakes
    /// Rows that travel with the next command do not arrive.
    case losesDeferredRows
    /// A question is never asked.
    case asksNobody
    /// A start is not known by its idempotency key.
    case startsTwice
    /// Runs of dead processes are left alone.
    case takesNothingFromTheDead

    /// The answer to a command that does not reach the journal.
    func answer(_ command: JournalCommand) -> JournalOutcome? {
        switch (self, command) {
        case (.beginsWithoutIntent, .record(let record)):
            guard let row = record.rows.last, row.kind == .step, row.undo == nil, case .waiting = row.result else {
                return nil
            }
            return .done
        default: return nil
        }
    }

    /// - Parameter run: the run that the command writes to, as it is.
    func changed(_ command: JournalCommand, run: RunSummary?) -> JournalCommand {
        switch (self, command) {
        case (.writesWithoutFence, .record(var record)):
            guard let run, let executor = run.executor else { return command }
            record.owner = Owner(run: run.id, executor: executor, fence: run.fence)
            return .record(record)
        case (.forgetsUndos, .record(var record)):
            for index in record.rows.indices { record.rows[index].undo = nil }
            return .record(record)
        case (.closesWithoutTaking, .record(var record)):
            record.taking = nil
            return .record(record)
        case (.settlesNothing, .record(var record)):
            record.settlements = []
            return .record(record)
        case (.losesDeferredRows, .record(var record)):
            record.rows = record.rows.suffix(1)
            return .record(record)
        case (.asksNobody, .record(var record)):
            record.asks = []
            return .record(record)
        case (.startsTwice, .start(var start)):
            start.idempotencyKey = nil
            return .start(start)
        default: return command
        }
    }

    func changed(_ outcome: JournalOutcome, of command: JournalCommand) -> JournalOutcome {
        switch (self, outcome, command) {
        case (.paysWithoutHold, .holdRefused, .hold(let hold)): .held(hold.wants.mapValues(\.amount))
        case (.hidesCancels, .wake(let sequence, _), _): .wake(sequence: sequence, isCancelRequested: false)
        case (.endsWithoutUndoing, .mustUndo, _): .done
        default: outcome
        }
    }
}

extension JournalCommand {
    /// Who writes to a run.
    var writer: Owner? {
        switch self {
        case .record(let command): command.owner
        case .end(let command): command.owner
        default: nil
        }
    }
}
