import TuttiCore
import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// The sums on one connection: rows by the hour that every line changes, and rows by the day and the month into which
/// hours are merged once they are over.
struct TotalTables {
    let connection: SQLConnection

    struct Key: Hashable, Comparable {
        var tenant: Int64
        var kind: TotalKind
        var start: Int64
        var party: Int64
        var route: Int64

        static func < (lhs: Key, rhs: Key) -> Bool {
            (lhs.tenant, lhs.kind.number, lhs.start, lhs.party, lhs.route)
                < (rhs.tenant, rhs.kind.number, rhs.start, rhs.party, rhs.route)
        }

        /// The same in a row of a longer time.
        func merged(_ span: TotalKind.Span) -> Key {
            var key = self
            key.kind.span = span
            let hour = CallHour(number: start)
            switch span {
            case .hour: break
            case .day: key.start = hour.ofDay.number
            case .month: key.start = hour.ofMonth.number
            }
            return key
        }
    }

    private static let counts =
        "calls, failures, unpriced, estimated, input, cache_read, cache_write, output, reasoning, cost"
    private static let figures = counts + ", duration, first_token, durations, first_tokens"

    // MARK: Hours

    /// Adds what lines of one transaction add up to, by the hour. Hours that are merged already, to which lines come
    /// late, are merged again with what is new.
    func add(_ hours: [Key: CallFigures], mergedBefore merged: Int64) throws(StoreError) {
        var rows = hours
        for (key, figures) in hours where key.start < merged {
            rows[key.merged(.day), default: CallFigures()] += figures
            rows[key.merged(.month), default: CallFigures()] += figures
        }
        try add(rows)
    }

    /// Neighbours one after the other: they lie on the same pages.
    private func add(_ rows: [Key: CallFigures]) throws(StoreError) {
        for (key, figures) in rows.sorted(by: { $0.key < $1.key }) { try add(figures, to: key) }
    }

    private func add(_ figures: CallFigures, to key: Key) throws(StoreError) {
        let place: [SQLValue] = [
            .int(key.tenant), .int(key.kind.number), .int(key.start), .int(key.party), .int(key.route),
        ]
        var sum = figures
        let old = try connection.statement(
            """
            select \(Self.figures) from total
            where tenant = ?1 and kind = ?2 and start = ?3 and party = ?4 and route = ?5
            """)
        try old.forEach(place) { row throws(StoreError) in
            Self.addCounts(row, from: 0, to: &sum)
            try Self.addTimes(row, from: 10, to: &sum, connection.path)
            return true
        }
        try connection.run(
            """
            insert or replace into total(tenant, kind, start, party, route, \(Self.figures))
            values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
            """, place + Self.values(of: sum))
    }

    private static func values(of figures: CallFigures) -> [SQLValue] {
        let tokens = figures.tokens
        return [
            .int(figures.calls), .int(figures.failures), .int(figures.unpriced), .int(figures.estimated),
            .int(tokens.uncachedInput), .int(tokens.cacheRead), .int(tokens.cacheWrite), .int(tokens.output),
            .int(tokens.reasoning), .int(figures.cost.microdollars), .int(figures.duration.milliseconds),
            .int(figures.firstToken.milliseconds), .blob(figures.duration.histogram.encoded),
            .blob(figures.firstToken.histogram.encoded),
        ]
    }

    /// Adds the counts of a row, which begin at a column.
    private static func addCounts(_ row: SQLStatement, from column: Int32, to sum: inout CallFigures) {
        sum.calls.add(row.int(column))
        sum.failures.add(row.int(column + 1))
        sum.unpriced.add(row.int(column + 2))
        sum.estimated.add(row.int(column + 3))
        sum.tokens.uncachedInput.add(row.int(column + 4))
        sum.tokens.cacheRead.add(row.int(column + 5))
        sum.tokens.cacheWrite.add(row.int(column + 6))
        sum.tokens.output.add(row.int(column + 7))
        sum.tokens.reasoning.add(row.int(column + 8))
        sum.cost.microdollars.add(row.int(column + 9))
    }

    /// Adds the times of a row, which begin at a column.
    private static func addTimes(
        _ row: SQLStatement, from column: Int32, to sum: inout CallFigures, _ path: String
    ) throws(StoreError) {
        sum.duration.milliseconds.add(row.int(column))
        sum.firstToken.milliseconds.add(row.int(column + 1))
        guard sum.duration.histogram.add(encoded: row.blob(column + 2)),
            sum.firstToken.histogram.add(encoded: row.blob(column + 3))
        else { throw StoreError(.corrupt, "\(path): a histogram of the sums is damaged") }
    }

    // MARK: Days and months

    /// The first hour that is not merged into its day and month; `nil` before there is any.
    func mergedBefore() throws(StoreError) -> Int64? {
        try connection.number("select value from mark where name = 'merged'")
    }

    func setMergedBefore(_ hour: Int64) throws(StoreError) {
        try connection.run("insert or replace into mark(name, value) values('merged', ?1)", [.int(hour)])
    }

    /// Merges the next hour that has lines into its day and month, unless it is `end` or later: one, so that nobody
    /// waits for long.
    ///
    /// - Returns: the first hour that is not merged.
    func merge(from hour: Int64, upTo end: Int64) throws(StoreError) -> Int64 {
        let tenants = try connection.query("select id from tenant") { row throws(StoreError) in row.int(0) }
        let kind = TotalKind(span: .hour, detail: .routes)
        var next = end
        for tenant in tenants {
            let first = try connection.number(
                "select start from total where tenant = ?1 and kind = ?2 and start >= ?3 order by start limit 1",
                [.int(tenant), .int(kind.number), .int(hour)])
            next = min(next, first ?? end)
        }
        guard next < end else { return end }
        for tenant in tenants { try merge(next, of: tenant) }
        return next + 1
    }

    private func merge(_ hour: Int64, of tenant: Int64) throws(StoreError) {
        var rows: [Key: CallFigures] = [:]
        for detail in TotalKind.Detail.allCases {
            let kind = TotalKind(span: .hour, detail: detail)
            let hours = hour..<hour + 1
            try forEach(tenant, kind, hours, hasTimes: true) { row throws(StoreError) in
                let key = Key(tenant: tenant, kind: kind, start: hour, party: row.party, route: row.route)
                try row.add(to: &rows[key.merged(.day), default: CallFigures()])
                try row.add(to: &rows[key.merged(.month), default: CallFigures()])
            }
        }
        try add(rows)
    }

    // MARK: Reading

    /// A row of sums while it is current.
    struct Row {
        let statement: SQLStatement
        let path: String
        let hasTimes: Bool

        var start: Int64 { statement.int(0) }
        var party: Int64 { statement.int(1) }
        var route: Int64 { statement.int(2) }

        func add(to sum: inout CallFigures) throws(StoreError) {
            TotalTables.addCounts(statement, from: 3, to: &sum)
            if hasTimes { try TotalTables.addTimes(statement, from: 13, to: &sum, path) }
        }
    }

    /// Hands over the rows of a kind that begin within some hours.
    func forEach(
        _ tenant: Int64, _ kind: TotalKind, _ hours: Range<Int64>, hasTimes: Bool,
        _ body: (Row) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rows = try connection.statement(
            """
            select start, party, route, \(hasTimes ? Self.figures : Self.counts) from total
            where tenant = ?1 and kind = ?2 and start >= ?3 and start < ?4 order by start
            """)
        let range: [SQLValue] = [
            .int(tenant), .int(kind.number), .int(hours.lowerBound), .int(hours.upperBound),
        ]
        try rows.forEach(range) { statement throws(StoreError) in
            try body(Row(statement: statement, path: connection.path, hasTimes: hasTimes))
            return true
        }
    }
}
