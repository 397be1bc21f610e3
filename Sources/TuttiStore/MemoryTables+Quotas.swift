import TuttiCore

/// Quotas of accounts in the in-memory store.
extension MemoryTables {
    func uses(of names: [QuotaName]) -> [QuotaName: QuotaUse] {
        let known = names.compactMap { name in
            quotas[.account(name)].map { (name, QuotaUse(used: $0.used, wanted: $0.wanted)) }
        }
        return Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    /// The first of some quotas that has no room for one more.
    func refusal(of draws: [QuotaDraw]) -> QuotaRefusal? {
        for draw in draws {
            let used = quotas[.account(draw.name)]?.used ?? 0
            if used >= draw.cap { return QuotaRefusal(name: draw.name, cap: draw.cap, used: used) }
        }
        return nil
    }

    /// Counts a run against quotas that have room for it.
    mutating func draw(_ draws: [QuotaDraw], by run: RunID, fence: Int64) {
        for draw in draws {
            makeRow(draw)
            guard draw.name.isHeld else {
                quotas[.account(draw.name)]?.used += 1
                continue
            }
            let key = HoldKey(step: QuotaName.liveStep, generation: 0, attempt: 0)
            insert(Hold(run: run, key: key, quota: .account(draw.name), fence: fence, amount: 1))
        }
    }

    /// Sees to it that a quota has a row with the limit of the moment. One that makes a row removes some old ones.
    mutating func makeRow(_ draw: QuotaDraw) {
        let isNew = quotas[.account(draw.name)] == nil
        quotas[.account(draw.name), default: Quota(cap: 0)].cap = draw.cap
        guard isNew, let horizon = draw.name.period?.horizon else { return }
        let old = quotas.keys.compactMap { key -> QuotaName? in
            guard case .account(let name) = key, let end = name.period?.end, end <= horizon else { return nil }
            return name
        }
        for isOfMonths in [false, true] {
            let oldest = old.filter { $0.period?.isDay != isOfMonths }.sorted { $0.text < $1.text }
            for name in oldest.prefix(QuotaLimits.rowsRemovedAtOnce) { quotas[.account(name)] = nil }
        }
    }

    /// Whoever resumes a run that waits for room means all that waits with it.
    mutating func wakeWhatWaits(with root: RunID, at time: Timestamp) {
        for run in runs.values where run.root == root && run.task?.wait == .budget && run.task?.executor == nil {
            wake(run.id, at: time)
        }
    }
}
