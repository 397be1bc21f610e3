import TuttiCore
import TuttiStore

extension JournalReads {
    /// How many runs a filter finds in each state, without regard to its limit.
    func counts(of filter: RunFilter, tenant: String) throws(StoreError) -> [RunStatus: Int] {
        let wanted = filter.statuses.isEmpty ? Set(RunStatus.allCases) : filter.statuses
        var (ended, live) = (filter, filter)
        ended.statuses = wanted.subtracting(RunStatus.live)
        live.statuses = wanted.intersection(RunStatus.live)
        var counts = ended.statuses.isEmpty ? [:] : try countEnded(ended, tenant: tenant)
        if !live.statuses.isEmpty {
            for (status, number) in try countLive(live, tenant: tenant) where wanted.contains(status) {
                counts[status] = number
            }
        }
        return counts
    }

    private func countEnded(_ filter: RunFilter, tenant: String) throws(StoreError) -> [RunStatus: Int] {
        var counts: [RunStatus: Int] = [:]
        let condition = filter.condition(tenant: tenant)
        let sql = "select run.status, count(*) from run where \(condition.sql) group by run.status"
        try connection.statement(sql).forEach(condition.values) { row throws(StoreError) in
            if let status = RunStatus(rawValue: row.text(0)) { counts[status] = Int(row.int(1)) }
            return true
        }
        return counts
    }

    /// The states of live runs follow from their tasks and the locks; each lock is looked at once.
    private func countLive(_ filter: RunFilter, tenant: String) throws(StoreError) -> [RunStatus: Int] {
        var counts: [RunStatus: Int] = [:]
        var isAlive: [String: Bool] = [:]
        let condition = filter.condition(tenant: tenant)
        let sql = """
            select task.executor, task.queue, task.due, task.wait from task cross join run on run.id = task.run
            where \(condition.sql)
            """
        try connection.statement(sql).forEach(condition.values) { row throws(StoreError) in
            let executor = row.optionalText(0)
            if let executor, isAlive[executor] == nil {
                isAlive[executor] = locks.isAlive(ExecutorID(trusted: executor))
            }
            let state = LiveState(
                isOwned: executor != nil, isOwnerAlive: executor.flatMap { isAlive[$0] } ?? false,
                hasQueue: !row.isNull(1), due: row.optionalInt(2).map(Timestamp.init(milliseconds:)),
                wait: row.optionalText(3).flatMap(WaitReason.init(rawValue:)))
            counts[state.status, default: 0] += 1
            return true
        }
        return counts
    }
}
