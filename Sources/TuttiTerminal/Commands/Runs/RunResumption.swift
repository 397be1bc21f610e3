import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore

/// Goes on with one run and waits for its end.
struct RunResumption: Sendable {
    let sitting: RunSitting

    private var run: RunID { sitting.run }

    /// - Parameter raise: how its budget is raised before.
    /// - Throws: ``CommandFailure`` when it has ended before; `RunError` when it cannot be taken up or its budget not
    ///   be raised, or when it ends without a result.
    func carryOut(
        takeOver: Bool, acceptsRecorded: Bool, raising raise: BudgetRaise? = nil
    ) async throws -> ExitCode {
        let engine = sitting.tutti.engine
        let summary = try await engine.store.run(run, tenant: RunReference.tenant)?.summary
        if let summary, summary.status.isFinal {
            throw CommandFailure("\(run) has ended (\(summary.status.rawValue)); see 'tutti runs show \(run)'")
        }
        let recorded = try await engine.store.steps(of: run).count { $0.kind == .step && $0.ended != nil }
        _ = try await engine.resume(
            run, takeOver: takeOver, acceptsRecorded: acceptsRecorded, raising: raise, as: JSONValue.self)
        if raise != nil {
            let budget = try await engine.budget(of: run).map(\.sentence).joined(separator: ", ")
            try sitting.context.tell("\(run): the budget is raised; used is \(budget)")
        }
        try tell(recorded: recorded)
        return try await sitting.follow()
    }

    private func tell(recorded: Int) throws {
        let steps = CountText.text(recorded, "recorded step") + (recorded == 1 ? " is" : " are") + " not done again"
        try sitting.context.tell("\(run): \(recorded > 0 ? steps : "nothing is recorded yet, it begins anew")")
    }
}
