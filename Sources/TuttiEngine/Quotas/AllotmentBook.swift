import TuttiCore
import TuttiStore

/// What this process has set aside of quotas, and what its calls have taken of that; no clock and no store of its own.
struct AllotmentBook: Sendable {
    private struct Entry {
        var draw: QuotaDraw
        /// What is set aside in the store.
        var held: Int64 = 0
        /// What has ended and the store has not been told of.
        var spent: Int64 = 0
        /// What calls that go on may cost.
        var reserved: Int64 = 0
        /// A command about it is on its way: what it brings is for those who wait for it.
        var isAsked = false
        var lastUsed: Duration

        var room: Int64 { isAsked ? 0 : held - spent - reserved }
    }

    private var entries: [QuotaName: Entry] = [:]

    /// Reserves what a call may cost, if that is set aside already.
    mutating func take(_ reservation: SpendingReservation, at uptime: Duration) -> Bool {
        for (draw, amount) in reservation.amounts {
            guard let entry = entries[draw.name], entry.room >= amount, entry.held <= draw.cap else { return false }
        }
        for (draw, amount) in reservation.amounts {
            entries[draw.name]?.reserved += amount
            entries[draw.name]?.lastUsed = uptime
        }
        return true
    }

    /// Puts what a call has cost in the place of what it had reserved.
    mutating func settle(_ reservation: SpendingReservation, _ costs: BudgetAmounts, at uptime: Duration) {
        for (draw, amount) in reservation.amounts {
            guard let unit = draw.name.unit else { continue }
            entries[draw.name]?.reserved -= amount
            entries[draw.name]?.spent += costs[unit] ?? amount
            entries[draw.name]?.lastUsed = uptime
        }
    }

    /// What the store has to be asked for, so that there is room for a call.
    mutating func ask(for reservation: SpendingReservation, at uptime: Duration) -> [Allotment] {
        reservation.amounts.map { draw, amount in
            var entry = entries[draw.name] ?? Entry(draw: draw, lastUsed: uptime)
            (entry.draw, entry.isAsked) = (draw, true)
            entries[draw.name] = entry
            return Allotment(draw, spent: entry.spent, reserved: entry.reserved, needed: amount)
        }
    }

    /// What the store has to be told of, and gets back, of quotas that no call has drawn on since a time.
    mutating func giveBack(unusedSince uptime: Duration) -> [Allotment] {
        let idle = entries.values.filter { !$0.isAsked && $0.lastUsed <= uptime && $0.held + $0.spent > $0.reserved }
        return idle.map { entry in
            entries[entry.draw.name]?.isAsked = true
            return Allotment(entry.draw, spent: entry.spent, reserved: entry.reserved, needed: 0)
        }
    }

    /// The store has done what it was asked for.
    mutating func note(_ amounts: [QuotaName: Int64], for asked: [Allotment]) {
        for allotment in asked {
            let name = allotment.draw.name
            entries[name]?.isAsked = false
            entries[name]?.spent -= allotment.spent
            entries[name]?.held = amounts[name] ?? 0
            if let entry = entries[name], entry.held == 0, entry.spent == 0, entry.reserved == 0 {
                entries[name] = nil
            }
        }
    }

    /// The store has done nothing of what it was asked for.
    mutating func noteRefusal(of asked: [Allotment]) {
        for allotment in asked { entries[allotment.draw.name]?.isAsked = false }
    }

    /// The part of what counts as used that no call has taken; below zero for what calls have taken and the store has
    /// not been told of.
    func unused(of name: QuotaName) -> Int64 {
        entries[name].map { $0.held - $0.spent - $0.reserved } ?? 0
    }
}
