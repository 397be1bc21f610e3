import FoundationEssentials
import TuttiCore
import TuttiStore

/// What is read from the tables, on the connection that cannot write.
struct JournalReads {
    let connection: SQLConnection
    let locks: ExecutorLocks

    // MARK: Runs

    private static let selectRun = """
        select run.id, run.name, run.status, run.reason, task.queue, task.executor, task.cancel, run.created,
            run.finished, run.deadline, run.fence, run.error, task.due, task.wait,
            run.input, run.input_blob, run.output, run.output_blob, run.parent_run, run.forked_from, run.generation,
            run.root_run, run.budget, run.undoing, run.undo_error, run.title, run.trace,
            run.person, run.project
        from run left join task on task.run = run.id
        """

    func run(_ id: RunID, tenant: String) throws(StoreError) -> RunRecord? {
        try record(" where run.id = ?1 and run.tenant = ?2", [.text(id.text), .text(tenant)])
    }

    func child(of run: RunID, at key: String, tenant: String) throws(StoreError) -> RunRecord? {
        try record(
            " where run.parent_run = ?1 and run.parent_key = ?2 and run.tenant = ?3",
            [.text(run.text), .text(key), .text(tenant)])
    }

    private func record(_ condition: String, _ values: [SQLValue]) throws(StoreError) -> RunRecord? {
        var alive: [ExecutorID: Bool] = [:]
        return try connection.query(Self.selectRun + condition, values) { row throws(StoreError) in
            RunRecord(
                summary: try summary(row, &alive), undoing: try undoing(row),
                input: row.isNull(15) ? .inline(row.blob(14)) : .blob(hash: row.text(15)),
                output: row.isNull(17) ? row.isNull(16) ? nil : .inline(row.blob(16)) : .blob(hash: row.text(17)))
        }.first
    }

    func runs(_ filter: RunFilter, tenant: String) throws(StoreError) -> [RunSummary] {
        var found: [RunSummary] = []
        guard filter.limit > 0 else { return [] }
        let condition = filter.condition(tenant: tenant)
        let sql = Self.selectRun + " where " + condition.sql + " order by run.created desc, run.id desc"
        var alive: [ExecutorID: Bool] = [:]
        try connection.statement(sql).forEach(condition.values) { row throws(StoreError) in
            let summary = try summary(row, &alive)
            if filter.statuses.isEmpty || filter.statuses.contains(summary.status) { found.append(summary) }
            return found.count < filter.limit
        }
        return found
    }

    func runs(
        beginningWith text: String, tenant: String, account: RunAccount, limit: Int
    ) throws(StoreError) -> [RunID] {
        try connection.query(
            """
            select id from run where tenant = ?1 and id >= ?2 and id < ?2 || '~'
                and (?4 is null or person = ?4) and (?5 is null or project = ?5) order by id limit ?3
            """,
            [
                .text(tenant), .text(text), .int(Int64(max(0, limit))), .text(account.person), .text(account.project),
            ]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
    }

    private func undoing(_ row: SQLStatement) throws(StoreError) -> EndCommand.Result? {
        switch row.optionalText(23).flatMap(RunStatus.init(rawValue:)) {
        case .cancelled: .cancelled
        case .failed: .failed(try StepError(stored: row.text(24), of: row.text(0)))
        default: nil
        }
    }

    /// - Parameter alive: what is known of executors already; each is looked at once a query.
    private func summary(_ row: SQLStatement, _ alive: inout [ExecutorID: Bool]) throws(StoreError) -> RunSummary {
        let executor = row.optionalText(5).map(ExecutorID.init(trusted:))
        if let executor, alive[executor] == nil { alive[executor] = locks.isAlive(executor) }
        let live = LiveState(
            isOwned: executor != nil, isOwnerAlive: executor.flatMap { alive[$0] } ?? false, hasQueue: !row.isNull(4),
            due: row.optionalInt(12).map(Timestamp.init(milliseconds:)),
            wait: row.optionalText(13).flatMap(WaitReason.init(rawValue:)))
        let final = row.optionalText(2).flatMap(RunStatus.init(rawValue:))
        let id = RunID(trusted: row.text(0))
        return RunSummary(
            id: id, workflow: row.text(1), status: final ?? live.status,
            reason: final == nil ? live.reason?.rawValue : row.optionalText(3),
            isUnattended: final == nil && live.isUnattended, queue: row.optionalText(4), executor: executor,
            isCancelRequested: row.int(6) == 1, created: Timestamp(milliseconds: row.int(7)),
            finished: row.optionalInt(8).map(Timestamp.init(milliseconds:)),
            deadline: row.optionalInt(9).map(Timestamp.init(milliseconds:)), fence: row.int(10),
            error: try row.optionalText(11).map { text throws(StoreError) in
                try StepError(stored: text, of: id.text)
            }, parent: row.optionalText(18).map(RunID.init(trusted:)),
            root: row.optionalText(21).map(RunID.init(trusted:)),
            budgetUnits: Set(
                (row.optionalText(22) ?? "").split(separator: "\"").compactMap { BudgetUnit(rawValue: String($0)) }),
            forkedFrom: row.optionalText(19).map(RunID.init(trusted:)), generation: Int(row.int(20)),
            title: row.optionalText(25), trace: row.optionalText(26),
            account: RunAccount(person: row.optionalText(27), project: row.optionalText(28)))
    }

    // MARK: Steps, events, blobs

    /// Walks the index and, after each closed scope, seeks past what is inside.
    func journal(of run: RunID) throws(StoreError) -> [StoredStep] {
        var kept: [StoredStep] = []
        var from = ""
        var isAtEnd = false
        let statement = try connection.statement(
            StoredStep.select + " where run = ?1 and key >= ?2 order by key")
        while !isAtEnd {
            isAtEnd = true
            try statement.forEach([.text(run.text), .text(from)]) { row throws(StoreError) in
                let step = try StoredStep(row: row)
                kept.append(step)
                guard step.isClosedScope else { return true }
                from = JournalKey.inside(of: step.key).below
                isAtEnd = false
                return false
            }
        }
        return kept
    }

    func steps(of run: RunID) throws(StoreError) -> [StoredStep] {
        try connection.query(
            StoredStep.select + " where run = ?1 order by id", [.text(run.text)], row: StoredStep.init(row:))
    }

    func events(of run: RunID, after n: Int64, limit: Int) throws(StoreError) -> [RunEvent] {
        try connection.query(
            "select n, type, key, data, at from event where run = ?1 and n > ?2 order by n limit ?3",
            [.text(run.text), .int(n), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in
            RunEvent(
                run: run, n: row.int(0), type: row.text(1), key: row.optionalText(2), data: Data(row.text(3).utf8),
                time: Timestamp(milliseconds: row.int(4)))
        }
    }

    func blob(_ hash: String) throws(StoreError) -> Data? {
        try connection.query("select bytes from blob where hash = ?1", [.text(hash)]) { row throws(StoreError) in
            row.blob(0)
        }.first
    }

    // MARK: Executors

    func executors() throws(StoreError) -> [ExecutorSummary] {
        try connection.query("select id, process, started from executor order by id") { row throws(StoreError) in
            let id = ExecutorID(trusted: row.text(0))
            return ExecutorSummary(
                id: id, process: Int32(truncatingIfNeeded: row.int(1)),
                started: Timestamp(milliseconds: row.int(2)), isAlive: locks.isAlive(id))
        }
    }

    func dueRuns(of executor: ExecutorID, at time: Timestamp) throws(StoreError) -> [Owner] {
        try connection.query(
            "select run, fence from task where executor = ?1 and due <= ?2",
            [.text(executor.text), .int(time.milliseconds)]
        ) { row throws(StoreError) in
            Owner(run: RunID(trusted: row.text(0)), executor: executor, fence: row.int(1))
        }
    }
}
