import TuttiCore
import TuttiStore

/// What runs have cost, each with all that it has started: the sum over the rows of their steps, and over those that
/// retries have deleted. Nothing is kept beside them that could disagree.
enum CostQuery {
    /// The money of one run, as an expression over `run.id`.
    static let microdollarsOfRun = """
        (with recursive family(id) as (
            values(run.id) union all
            select child.id from run as child join family on child.parent_run = family.id
        )
        select coalesce(sum(part), 0) from (
            select step.cost as part from family join step on step.run = family.id where step.cost is not null
            union all
            select past.past_cost from family join run as past on past.id = family.id where past.past_cost is not null
        ))
        """

    /// Money and tokens of the runs that are named in a JSON array; those without any are left out.
    static let ofRuns = """
        with recursive family(top, id) as (
            select value, value from json_each(?1) union all
            select family.top, child.id from run as child join family on child.parent_run = family.id
        )
        select top, sum(cost), sum(tokens) from (
            select top, step.cost, step.tokens from family join step on step.run = family.id
            where step.cost is not null
            union all
            select top, past_cost, past_tokens from family join run on run.id = family.id where past_cost is not null
        ) group by top
        """
}

extension JournalReads {
    func costs(of runs: [RunID]) throws(StoreError) -> [RunID: StepCost] {
        let found = try connection.query(CostQuery.ofRuns, [JournalTables.list(Set(runs).map(\.text).sorted())]) {
            row throws(StoreError) in
            (RunID(trusted: row.text(0)), StepCost(microdollars: row.int(1), tokens: row.int(2)))
        }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
}

extension JournalTables {
    /// What the rows of a run have cost; `nil` when none of them has cost anything.
    func recordedCost(of run: RunID) throws(StoreError) -> StepCost? {
        try connection.query(
            "select sum(cost), sum(tokens) from step where run = ?1 and cost is not null", [.text(run.text)]
        ) { row throws(StoreError) in
            row.isNull(0) ? nil : StepCost(microdollars: row.int(0), tokens: row.int(1))
        }.first ?? nil
    }

    /// Keeps what rows had cost that are gone: it is paid, however often they are carried out again.
    ///
    /// - Parameter before: ``recordedCost(of:)`` as it was before they went.
    func keepPastCost(of run: RunID, since before: StepCost?) throws(StoreError) {
        guard let before else { return }
        let after = try recordedCost(of: run) ?? StepCost(microdollars: 0, tokens: 0)
        guard after != before else { return }
        try connection.run(
            """
            update run set past_cost = coalesce(past_cost, 0) + ?2, past_tokens = coalesce(past_tokens, 0) + ?3
            where id = ?1
            """,
            [
                .text(run.text), .int(before.microdollars - after.microdollars), .int(before.tokens - after.tokens),
            ])
    }
}
