import TuttiAgents
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// What is asked of the tables of a memory, on its thread.
struct MemoryTables {
    let connection: SQLConnection
    let limits: MemoryLimits

    /// Expired entries that one put clears away beside its own work: more than it adds, few enough to cost nothing.
    private static let clearedByPut = 64

    /// Stores an entry.
    ///
    /// - Returns: the error of a memory that has no room; nothing but expired entries has left then.
    func put(_ entry: MemoryEntry) throws(StoreError) -> MemoryError? {
        let size = MemoryUsage.bytes(namespace: entry.namespace, key: entry.key, value: entry.value)
        return try connection.transaction { () throws(StoreError) in
            try clearExpired(at: entry.written, limit: Self.clearedByPut)
            if let full = try makeRoom(for: entry, size: size) { return full }
            try remove(entry.key, in: entry.namespace)
            try connection.run(
                """
                insert into entry(namespace, key, value, searched, written, expires, size)
                values(?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """,
                [
                    .text(entry.namespace), .text(entry.key), .text(entry.value),
                    .text(MemorySearch.searched(key: entry.key, value: entry.value)), .int(entry.written.milliseconds),
                    .int(entry.expires?.milliseconds), .int(Int64(size)),
                ])
            return nil
        }
    }

    /// Lets those leave that expire soonest, when that is enough.
    private func makeRoom(for entry: MemoryEntry, size: Int) throws(StoreError) -> MemoryError? {
        var kept = try usage()
        let old = try connection.number(
            "select size from entry where namespace = ?1 and key = ?2", [.text(entry.namespace), .text(entry.key)])
        if let old {
            kept.entries -= 1
            kept.bytes -= Int(old)
        }
        guard !kept.hasRoom(for: size, within: limits) else { return nil }
        var leaving: [(seq: Int64, expires: Int64)] = []
        try connection.statement(
            """
            select seq, expires, size from entry where expires is not null and not (namespace = ?1 and key = ?2)
            order by expires, seq
            """
        ).forEach([.text(entry.namespace), .text(entry.key)]) { row throws(StoreError) in
            leaving.append((row.int(0), row.int(1)))
            kept.entries -= 1
            kept.bytes -= Int(row.int(2))
            return !kept.hasRoom(for: size, within: limits)
        }
        guard kept.hasRoom(for: size, within: limits) else { return limits.full(kept, adding: size) }
        for (seq, _) in leaving { try connection.run("delete from entry where seq = ?1", [.int(seq)]) }
        let dropped = leaving.count { $0.expires > entry.written.milliseconds }
        try connection.run("update usage set dropped = dropped + ?1", [.int(Int64(dropped))])
        return nil
    }

    func usage() throws(StoreError) -> MemoryUsage {
        let rows = try connection.query("select entries, bytes, dropped from usage") { row throws(StoreError) in
            MemoryUsage(entries: Int(row.int(0)), bytes: Int(row.int(1)), dropped: Int(row.int(2)))
        }
        return rows.first ?? MemoryUsage()
    }

    func get(_ key: String, in namespace: String, at now: Timestamp) throws(StoreError) -> MemoryEntry? {
        try connection.query(
            """
            select value, written, expires from entry
            where namespace = ?1 and key = ?2 and (expires is null or expires > ?3)
            """,
            [.text(namespace), .text(key), .int(now.milliseconds)]
        ) { row throws(StoreError) in
            MemoryEntry(
                namespace: namespace, key: key, value: row.text(0), written: Timestamp(milliseconds: row.int(1)),
                expires: row.optionalInt(2).map(Timestamp.init(milliseconds:)))
        }.first
    }

    /// Removes an entry, and tells whether it had not expired.
    func delete(_ key: String, in namespace: String, at now: Timestamp) throws(StoreError) -> Bool {
        try connection.transaction { () throws(StoreError) in
            let isThere = try get(key, in: namespace, at: now) != nil
            try remove(key, in: namespace)
            return isThere
        }
    }

    private func remove(_ key: String, in namespace: String) throws(StoreError) {
        try connection.run("delete from entry where namespace = ?1 and key = ?2", [.text(namespace), .text(key)])
    }

    func search(
        _ search: MemorySearch, in namespace: String, limit: Int, at now: Timestamp
    ) throws(StoreError) -> [MemoryEntry] {
        // `instr` compares bytes: no character has a meaning, and there is no pattern to be escaped.
        let conditions = search.words.indices.map { " and instr(searched, ?\($0 + 4)) > 0" }.joined()
        return try connection.query(
            """
            select key, value, written, expires from entry
            where namespace = ?1 and (expires is null or expires > ?2)\(conditions)
            order by seq desc limit ?3
            """,
            [.text(namespace), .int(now.milliseconds), .int(Int64(limit))] + search.words.map { .text($0) }
        ) { row throws(StoreError) in
            MemoryEntry(
                namespace: namespace, key: row.text(0), value: row.text(1),
                written: Timestamp(milliseconds: row.int(2)),
                expires: row.optionalInt(3).map(Timestamp.init(milliseconds:)))
        }
    }

    func namespaces(at now: Timestamp, limit: Int) throws(StoreError) -> [MemoryNamespace] {
        try connection.query(
            """
            select namespace, count(*), max(written) from entry where expires is null or expires > ?1
            group by namespace order by max(seq) desc limit ?2
            """, [.int(now.milliseconds), .int(Int64(limit))]
        ) { row throws(StoreError) in
            MemoryNamespace(
                name: row.text(0), entries: Int(row.int(1)), written: Timestamp(milliseconds: row.int(2)))
        }
    }

    /// Removes expired entries, those first that have been so for longest.
    @discardableResult
    func clearExpired(at now: Timestamp, limit: Int) throws(StoreError) -> Int {
        try connection.run(
            """
            delete from entry where seq in (
                select seq from entry where expires is not null and expires <= ?1 order by expires, seq limit ?2)
            """, [.int(now.milliseconds), .int(Int64(limit))])
    }
}
