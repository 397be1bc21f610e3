import TuttiCore
import TuttiStore

extension JournalReads {
    /// How many runs a filter finds in each state, without regard to its limit.
    func counts(of filter: RunFilter, tenant: String) throws(StoreError) -> [RunStatus: Int] {
        var counts: [RunStatus: Int] = [:]
        let condition = filter.condition(tenant: tenant)
        func count(_ status: RunStatus, _ number: Int) {
            guard number > 0, filter.statuses.isEmpty || filter.statuses.contains(status) else { return }
            counts[status, default: 0] += number
        }
        let stored = """
            select run.status, count(*) from run where \(condition.sql) and run.status is not null group by run.status
            """
        try connection.statement(stored).forEach(condition.values) { row throws(StoreError) in
            if let status = RunStatus(rawValue: row.text(0)) { count(status, Int(row.int(1))) }
            return true
        }
        // The states of live runs follow from their tasks and the locks; each lock is looked at once.
        var isAlive: [String: Bool] = [:]
        let tasks = """
            select task.executor, task.queue, task.due, task.wait from task join run on run.id = task.run
            where \(condition.sql)
            """
        try connection.statement(tasks).forEach(condition.values) { row throws(StoreError) in
            let executor = row.optionalText(0)
            if let executor, isAlive[executor] == nil {
                isAlive[executor] = locks.isAlive(ExecutorID(trusted: executor))
            }
            let live = LiveState(
                isOwned: executor != nil, isOwnerAlive: executor.flatMap { isAlive[$0] } ?? false,
                hasQueue: !row.isNull(1), due: row.optionalInt(2).map(Timestamp.init(milliseconds:)),
                wait: row.optionalText(3).flatMap(WaitReason.init(rawValue:)))
            count(live.status, 1)
            return true
        }
        return counts
    }
}
