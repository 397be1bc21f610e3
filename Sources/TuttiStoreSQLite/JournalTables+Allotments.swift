import TuttiCore
import TuttiStore

/// What processes have set aside of quotas for calls outside of runs: holds whose `run` is the executor.
extension JournalTables {
    func allot(_ command: AllotCommand) throws(StoreError) -> JournalOutcome {
        let executor = command.executor.text
        if command.number == 1 { try giveUpDead() }
        var amounts: [QuotaName: Int64] = [:]
        var changes: [(allotment: Allotment, before: Int64, after: Int64)] = []
        for allotment in command.allotments {
            let name = allotment.draw.name
            let row = try allotted(executor, name)
            if let row, row.number >= command.number {
                amounts[name] = row.amount
                continue
            }
            let before = row?.amount ?? 0
            let used = try state(of: name.text)?.used ?? 0
            guard let after = allotment.amount(besides: used - before) else {
                return .holdRefused(
                    HoldRefusal(
                        unit: name.unit ?? .usd, cap: allotment.draw.cap,
                        used: used - before + allotment.spent + allotment.reserved,
                        hasOpenHolds: allotment.reserved > 0, quota: name))
            }
            changes.append((allotment, before, after))
        }
        try connection.run(
            "delete from hold where run = ?1 and step = ?2 and amount = 0 and fence < ?3",
            [.text(executor), .text(QuotaName.callsStep), .int(command.number)])
        for change in changes {
            try makeRow(change.allotment.draw)
            try set(change.after, executor, change.allotment, before: change.before, number: command.number)
            amounts[change.allotment.draw.name] = change.after
        }
        return .allotted(amounts)
    }

    private func allotted(
        _ executor: String, _ name: QuotaName
    ) throws(StoreError) -> (amount: Int64, number: Int64)? {
        try connection.query(
            "select amount, fence from hold where run = ?1 and step = ?2 and quota = ?3",
            [.text(executor), .text(QuotaName.callsStep), .text(name.text)]
        ) { row throws(StoreError) in (row.int(0), row.int(1)) }.first
    }

    private func set(
        _ amount: Int64, _ executor: String, _ allotment: Allotment, before: Int64, number: Int64
    ) throws(StoreError) {
        let quota = allotment.draw.name.text
        try connection.run(
            "delete from hold where run = ?1 and step = ?2 and quota = ?3",
            [.text(executor), .text(QuotaName.callsStep), .text(quota)])
        try connection.run(
            "insert into hold(run, step, generation, attempt, quota, fence, amount) values(?1, ?2, 0, 0, ?3, ?4, ?5)",
            [.text(executor), .text(QuotaName.callsStep), .text(quota), .int(number), .int(amount)])
        try connection.run(
            "update quota set used = used + ?2 where key = ?1",
            [.text(quota), .int(allotment.spent + amount - before)])
    }

    /// What processes had set aside that are gone stays counted: nobody can say what their calls have cost.
    private func giveUpDead() throws(StoreError) {
        let holders = try connection.query(
            "select distinct run from hold where step = ?1", [.text(QuotaName.callsStep)]
        ) { row throws(StoreError) in row.text(0) }
        for holder in holders where !locks.isAlive(ExecutorID(trusted: holder)) {
            try connection.run(
                "delete from hold where run = ?1 and step = ?2", [.text(holder), .text(QuotaName.callsStep)])
        }
    }
}
