import TuttiCore

/// What processes have set aside of quotas for calls outside of runs, in the in-memory store.
extension MemoryTables {
    /// The amount of one process, of one quota.
    struct Allotted: Hashable {
        var amount: Int64
        /// The number of the command that has set it.
        var number: Int64
    }

    mutating func allot(_ command: AllotCommand) -> JournalOutcome {
        if command.number == 1 {
            for holder in allotted.keys where !isAlive(holder) { allotted[holder] = nil }
        }
        var own = allotted[command.executor] ?? [:]
        var amounts: [QuotaName: Int64] = [:]
        var changes: [(allotment: Allotment, before: Int64, after: Int64)] = []
        for allotment in command.allotments {
            let name = allotment.draw.name
            if let row = own[name], row.number >= command.number {
                amounts[name] = row.amount
                continue
            }
            let before = own[name]?.amount ?? 0
            let used = quotas[.account(name)]?.used ?? 0
            guard let after = allotment.amount(besides: used - before) else {
                return .holdRefused(
                    HoldRefusal(
                        unit: name.unit ?? .usd, cap: allotment.draw.cap,
                        used: used - before + allotment.spent + allotment.reserved,
                        hasOpenHolds: allotment.reserved > 0, quota: name))
            }
            changes.append((allotment, before, after))
        }
        own = own.filter { $0.value.amount > 0 || $0.value.number >= command.number }
        for change in changes {
            let name = change.allotment.draw.name
            makeRow(change.allotment.draw)
            own[name] = Allotted(amount: change.after, number: command.number)
            quotas[.account(name)]?.used += change.allotment.spent + change.after - change.before
            amounts[name] = change.after
        }
        allotted[command.executor] = own
        return .allotted(amounts)
    }
}
