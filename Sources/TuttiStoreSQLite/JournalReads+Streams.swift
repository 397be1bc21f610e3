import FoundationEssentials
import TuttiCore
import TuttiStore

/// What live readers ask for again and again.
extension JournalReads {
    func lastEvent(of run: RunID) throws(StoreError) -> Int64 {
        try connection.number("select max(n) from event where run = ?1", [.text(run.text)]) ?? 0
    }

    /// Numbers are given under the lock for writing, so none becomes visible before a smaller one.
    func newestCursor() throws(StoreError) -> FeedCursor {
        // Kept by SQLite also for rows that are deleted (https://www.sqlite.org/autoinc.html).
        FeedCursor(position: try connection.number("select seq from sqlite_sequence where name = 'event'") ?? 0)
    }

    func feed(after cursor: FeedCursor, tenant: String, limit: Int) throws(StoreError) -> FeedPage {
        // Read before the rows, so that all up to here are among them unless the limit cuts them off.
        let newest = try newestCursor().position
        var events: [FeedEvent] = []
        var (count, last) = (0, cursor.position)
        let rows = try connection.statement(
            """
            select event.pos, event.run, event.n, event.type, event.key, event.data, event.at, run.tenant,
                run.person, run.project
            from event left join run on run.id = event.run where event.pos > ?1 order by event.pos limit ?2
            """)
        try rows.forEach([.int(cursor.position), .int(Int64(max(0, limit)))]) { row throws(StoreError) in
            count += 1
            last = row.int(0)
            guard row.optionalText(7) == tenant else { return true }
            let event = RunEvent(
                run: RunID(trusted: row.text(1)), n: row.int(2), type: row.text(3), key: row.optionalText(4),
                data: Data(row.text(5).utf8), time: Timestamp(milliseconds: row.int(6)))
            events.append(
                FeedEvent(
                    cursor: FeedCursor(position: last), event: event,
                    account: RunAccount(person: row.optionalText(8), project: row.optionalText(9))))
            return true
        }
        let isFull = count >= limit
        return FeedPage(
            events: events, through: FeedCursor(position: isFull ? last : max(last, newest)), isFull: isFull)
    }

    func chunks(of run: RunID, after place: Int64, limit: Int) throws(StoreError) -> ChunkPage {
        var last = place
        let chunks = try connection.query(
            """
            select id, key, fence, attempt, off, data from chunk where run = ?1 and id > ?2 order by id limit ?3
            """, [.text(run.text), .int(place), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in
            last = row.int(0)
            return StreamChunk(
                key: row.text(1), stamp: AttemptStamp(fence: row.int(2), attempt: Int(row.int(3))),
                offset: Int(row.int(4)), text: row.text(5))
        }
        let keys = try connection.query(
            "select distinct key from chunk where run = ?1", [.text(run.text)]
        ) { row throws(StoreError) in row.text(0) }
        return ChunkPage(chunks: chunks, through: last, isFull: chunks.count >= limit, keys: Set(keys))
    }
}
