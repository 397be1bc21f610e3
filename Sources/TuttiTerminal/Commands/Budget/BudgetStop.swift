import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore

/// A run that is parked since its budget, or a quota of its account, does not suffice: what is used, and how it goes
/// on.
enum BudgetStop {
    static func tell(
        of run: RunID, _ error: RunError, _ store: some JournalStore, _ context: CommandContext
    ) async throws -> ExitCode {
        let root = try await store.run(run, tenant: RunReference.tenant)?.summary.root ?? run
        let budget = try await store.budget(of: root)
        // A larger budget does not help against a quota.
        guard error.quota == nil, !budget.isEmpty else {
            try context.tell("tutti: \(error.message)")
            return .overBudget
        }
        let shortage = BudgetShortage(budget)
        try context.tell(
            "tutti: the run \(run) is at its budget: \(shortage.sentence) used, and the next step may cost more than "
                + "the rest. It is parked and nothing is lost. "
                + "Raise the budget and go on with:\n  \(command(for: root, budget))")
        return .overBudget
    }

    /// A run without a budget waits for a quota.
    static func command(for root: RunID, _ budget: [BudgetState]) -> String {
        let resume = "tutti runs resume \(root)"
        return budget.isEmpty ? resume : resume + " --budget \(BudgetShortage(budget).raise)"
    }
}
