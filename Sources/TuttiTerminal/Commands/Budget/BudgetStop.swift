import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore

/// A run that is parked since its budget does not suffice: what is used, and how it goes on.
enum BudgetStop {
    static func tell(of run: RunID, _ store: some JournalStore, _ context: CommandContext) async throws -> ExitCode {
        let root = try await store.run(run, tenant: RunReference.tenant)?.summary.root ?? run
        let shortage = BudgetShortage(try await store.budget(of: root))
        try context.tell(
            "tutti: the run \(run) is at its budget: \(shortage.sentence) used, and the next step may cost more than "
                + "the rest. It is parked and nothing is lost. "
                + "Raise the budget and go on with:\n  \(command(for: root, shortage))")
        return .overBudget
    }

    static func command(for root: RunID, _ shortage: BudgetShortage) -> String {
        "tutti runs resume \(root) --budget \(shortage.raise)"
    }
}
