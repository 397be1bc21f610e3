import TuttiCore
import TuttiStore

/// What a pruning does to the tables: each method but the plan is one transaction's work.
struct RetentionTables {
    let connection: SQLConnection

    /// A table that holds rows of a run.
    struct Table {
        var name: String
        var key: String
        /// What a row takes, in bytes.
        var size: String
        var count: any WritableKeyPath<RetentionReport, Int> & Sendable
    }

    static let tablesOfRuns = [
        Table(
            name: "step", key: "id", size: "length(key) + coalesce(length(out), 0) + coalesce(length(err), 0)",
            count: \.steps),
        Table(name: "event", key: "pos", size: "length(type) + length(data)", count: \.events),
        Table(
            name: "inbox", key: "id",
            size: "length(name) + coalesce(length(payload), 0) + coalesce(length(edited), 0)", count: \.messages),
    ]

    private static let sizeOfRun =
        "coalesce(length(input), 0) + coalesce(length(output), 0) + coalesce(length(error), 0)"

    /// The columns that name a blob by its hash.
    static let namesOfBlobs = [
        ("run", "input_blob"), ("run", "output_blob"), ("step", "blob"), ("inbox", "payload_blob"),
        ("inbox", "edited_blob"),
    ]

    private static let ended = "('completed', 'failed', 'cancelled')"

    // MARK: What goes

    /// Writes down, for this connection only, the root runs that a policy lets go.
    func choose(_ policy: RetentionPolicy) throws(StoreError) {
        try connection.execute(
            "drop table if exists temp.doomed; create temp table doomed(id text primary key) without rowid")
        try connection.run(
            """
            insert into temp.doomed
            select id from (
                select id, finished, row_number() over (partition by name order by finished desc, id desc) as place
                from run
                where tenant = ?1 and root_run is null and status in \(Self.ended) and (?2 is null or name = ?2)
            ) as ended
            where (case when ?5 is null then finished < ?3 or place > ?4 else id = ?5 end) and not exists(
                select 1 from run as member where member.root_run = ended.id and \(Self.lives("member"))
            )
            """,
            [
                .text(policy.tenant), .text(policy.workflow), .int(policy.endedBefore?.milliseconds),
                .int(policy.keepNewest.map(Int64.init)), .text(policy.run?.text),
            ])
    }

    /// A blocked run waits for somebody, so it lives.
    private static func lives(_ run: String) -> String { "(\(run).status is null or \(run).status = 'blocked')" }

    /// What would be removed of the chosen runs, and of the events of others.
    func plan(_ policy: RetentionPolicy) throws(StoreError) -> RetentionReport {
        var report = RetentionReport()
        try connection.execute(
            """
            drop table if exists temp.gone; create temp table gone(id text primary key) without rowid;
            insert into temp.gone select id from temp.doomed
            union select run.id from run join temp.doomed on run.root_run = doomed.id
            """)
        func add(
            _ sql: String, _ values: [SQLValue] = [], to count: WritableKeyPath<RetentionReport, Int>
        ) throws(StoreError) {
            try connection.statement(sql).forEach(values) { row throws(StoreError) in
                report[keyPath: count] += Int(row.int(0))
                report.bytes += Int(row.int(1))
                return true
            }
        }
        try add("select count(*), sum(\(Self.sizeOfRun)) from run join temp.gone on gone.id = run.id", to: \.runs)
        for table in Self.tablesOfRuns {
            try add(
                "select count(*), sum(\(table.size)) from \(table.name) join temp.gone on gone.id = \(table.name).run",
                to: table.count)
        }
        if let moment = policy.eventsBefore {
            try add(
                """
                select count(*), sum(length(type) + length(data)) from event
                where run not in (select id from temp.gone) and \(Self.isOldEvent)
                """, Self.values(moment, policy), to: \.events)
        }
        let isNamed = Self.namesOfBlobs.map { table, column in
            let run = table == "run" ? "id" : "run"
            return """
                exists(select 1 from \(table) as named where named.\(column) = blob.hash
                    and named.\(run) not in (select id from temp.gone)
                    and named.\(run) not in (select run from pruning))
                """
        }
        try add(
            "select count(*), sum(length(bytes)) from blob where not (\(isNamed.joined(separator: " or ")))",
            to: \.blobs)
        return report
    }

    // MARK: Runs

    /// Takes some of the chosen runs with their children out of sight, unless one of them lives again; `false` when
    /// there are none left. From then on their rows belong to nobody.
    func hide(_ report: inout RetentionReport) throws(StoreError) -> Bool {
        let roots = try connection.query("select id from temp.doomed order by id limit 100") {
            row throws(StoreError) in row.text(0)
        }
        var rows = 0
        for root in roots where rows < RetentionLimits.rowsPerBatch {
            let family: [SQLValue] = [.text(root)]
            let living = try connection.number(
                "select 1 from run where (id = ?1 or root_run = ?1) and \(Self.lives("run")) limit 1", family)
            if living == nil {
                try connection.run("insert into pruning select id from run where id = ?1 or root_run = ?1", family)
                try connection.run(
                    "delete from quota where key >= 'budget/' || ?1 || '/' and key < 'budget/' || ?1 || '0'", family)
                let (count, bytes) = try delete(
                    "delete from run where id = ?1 or root_run = ?1 returning \(Self.sizeOfRun)", family)
                report.runs += count
                report.bytes += bytes
                rows += count
            }
            try connection.run("delete from temp.doomed where id = ?1", family)
        }
        return !roots.isEmpty
    }

    /// Runs whose rows are all removed, and whether there may be more of them behind the last one.
    struct Erased {
        var runs: [RunID] = []
        var hasMore = false
    }

    /// Removes rows of runs that are out of sight, of those whose names are behind `last`.
    func erase(after last: String, _ report: inout RetentionReport) throws(StoreError) -> Erased {
        let runs = try connection.query(
            "select run from pruning where run > ?1 order by run limit ?2",
            [.text(last), .int(Int64(RetentionLimits.rowsPerBatch))]
        ) { row throws(StoreError) in row.text(0) }
        var erased = Erased(hasMore: !runs.isEmpty)
        var left = RetentionLimits.rowsPerBatch
        for run in runs {
            for table in Self.tablesOfRuns where left > 0 {
                let (count, bytes) = try delete(
                    """
                    delete from \(table.name) where \(table.key) in
                        (select \(table.key) from \(table.name) where run = ?1 limit ?2)
                    returning \(table.size)
                    """, [.text(run), .int(Int64(left))])
                report[keyPath: table.count] += count
                report.bytes += bytes
                left -= count
            }
            if left <= 0 { break }
            erased.runs.append(RunID(trusted: run))
        }
        return erased
    }

    /// Nothing is left of these runs.
    func forget(_ runs: [RunID]) throws(StoreError) {
        for run in runs { try connection.run("delete from pruning where run = ?1", [.text(run.text)]) }
    }

    // MARK: Events of runs that stay

    private static let isOldEvent = """
        at < ?1 and run in
            (select id from run where tenant = ?2 and (?3 is null or name = ?3) and status in \(ended))
        and n < (select max(n) from event as newest where newest.run = event.run)
        """

    private static func values(_ moment: Timestamp, _ policy: RetentionPolicy) -> [SQLValue] {
        [.int(moment.milliseconds), .text(policy.tenant), .text(policy.workflow)]
    }

    /// Removes old events of ended runs among the next ones; the position to go on behind, `nil` at the end.
    func trimEvents(
        before moment: Timestamp, _ policy: RetentionPolicy, after position: Int64, _ report: inout RetentionReport
    ) throws(StoreError) -> Int64? {
        let end = try connection.number(
            "select max(pos) from (select pos from event where pos > ?1 order by pos limit ?2)",
            [.int(position), .int(Int64(RetentionLimits.rowsPerBatch))])
        guard let end, end > position else { return nil }
        let (count, bytes) = try delete(
            """
            delete from event where pos > ?4 and pos <= ?5 and \(Self.isOldEvent)
            returning length(type) + length(data)
            """, Self.values(moment, policy) + [.int(position), .int(end)])
        report.events += count
        report.bytes += bytes
        return end
    }

    // MARK: Blobs

    /// Removes those of the next blobs that nobody names; the hash to go on behind, `nil` at the end. Whoever names a
    /// blob writes it in the same transaction, so none is named between the look and the removal.
    func sweep(after hash: String, _ report: inout RetentionReport) throws(StoreError) -> String? {
        var (last, size, count): (String?, Int64, Int) = (nil, 0, 0)
        let next = try connection.statement("select hash, length(bytes) from blob where hash > ?1 order by hash")
        try next.forEach([.text(hash)]) { row throws(StoreError) in
            last = row.text(0)
            size += row.int(1)
            count += 1
            return size < RetentionLimits.blobBytesPerBatch && count < RetentionLimits.rowsPerBatch
        }
        guard let last else { return nil }
        let isNamed = Self.namesOfBlobs.map { table, column in
            "exists(select 1 from \(table) where \(table).\(column) = blob.hash)"
        }
        let (removed, bytes) = try delete(
            """
            delete from blob where hash > ?1 and hash <= ?2 and not (\(isNamed.joined(separator: " or ")))
            returning length(bytes)
            """, [.text(hash), .text(last)])
        report.blobs += removed
        report.bytes += bytes
        return last
    }

    // MARK: Pieces

    /// Runs a deletion that returns the size of each row.
    private func delete(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> (count: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        try connection.statement(sql).forEach(values) { row throws(StoreError) in
            count += 1
            bytes += Int(row.int(0))
            return true
        }
        return (count, bytes)
    }
}
