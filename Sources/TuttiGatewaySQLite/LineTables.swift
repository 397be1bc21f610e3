import FoundationEssentials
import TuttiCore
import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// The lines on one connection.
struct LineTables {
    let connection: SQLConnection

    private static let columns = """
        tenant, id, party, route, run, dialect, provider_key, input, cache_read, cache_write, output, reasoning,
        estimated, cost, priced, duration, first_token, status, error, attempts, streamed, request, names,
        cache, guards
        """

    // MARK: Writing

    /// - Parameter names: the party and the route, when their numbers are not their own.
    /// - Returns: whether there was none of this id.
    func insert(
        _ line: CallLine, tenant: Int64, party: Int64, route: Int64, names: LineNames?
    ) throws(StoreError) -> Bool {
        let tokens = line.tokens
        let changed = try connection.run(
            """
            insert into line(\(Self.columns)) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25) on conflict do nothing
            """,
            [
                .int(tenant), .blob(Self.bytes(of: line.id)), .int(party), .int(route), .text(line.run?.text),
                .int(Self.number(of: line.dialect)), .text(line.providerKey), .int(tokens.uncachedInput),
                .int(tokens.cacheRead), .int(tokens.cacheWrite), .int(tokens.output), .int(tokens.reasoning),
                .int(line.isEstimated ? 1 : 0), .int(line.cost.microdollars), .int(line.isPriced ? 1 : 0),
                .int(line.durationMilliseconds), .int(line.firstTokenMilliseconds), .int(Int64(line.status)),
                .text(line.error), .int(Int64(line.attempts)), .int(line.isStreamed ? 1 : 0), .text(line.request),
                .text(names?.text), .text(line.cache?.rawValue), .text(line.guards),
            ])
        return changed == 1
    }

    func contains(_ id: CallID, tenant: Int64) throws(StoreError) -> Bool {
        try connection.number(
            "select 1 from line where tenant = ?1 and id = ?2", [.int(tenant), .blob(Self.bytes(of: id))]) != nil
    }

    /// The moment from before which lines have been removed; `nil` when none ever were.
    func prunedBefore() throws(StoreError) -> Timestamp? {
        try connection.number("select value from mark where name = 'pruned'").map { Timestamp(milliseconds: $0) }
    }

    /// Removes the oldest lines from before a moment.
    func remove(before time: Timestamp, most: Int) throws(StoreError) -> Int {
        try connection.run(
            """
            insert into mark(name, value) values('pruned', ?1)
            on conflict(name) do update set value = ?1 where value < ?1
            """, [.int(time.milliseconds)])
        let end = Self.bytes(of: CallID(firstAt: time))
        let tenants = try connection.query("select id from tenant") { row throws(StoreError) in row.int(0) }
        var removed = 0
        for tenant in tenants where removed < most {
            removed += try connection.run(
                """
                delete from line where tenant = ?1 and id <= (
                    select max(id) from
                        (select id from line where tenant = ?1 and id < ?2 order by id limit ?3))
                """, [.int(tenant), .blob(end), .int(Int64(most - removed))])
        }
        return removed
    }

    // MARK: Reading

    /// Where lines are looked for.
    enum Source {
        case all
        case party(Int64)
        case run(RunID)

        fileprivate var condition: String {
            switch self {
            case .all: "line where ?4 is null"
            case .party: "line indexed by line_party where party = ?4"
            case .run: "line indexed by line_run where run = ?4"
            }
        }

        fileprivate var value: SQLValue {
            switch self {
            case .all: .null
            case .party(let number): .int(number)
            case .run(let run): .text(run.text)
            }
        }
    }

    /// Hands over the lines of a range one after the other until told to stop.
    func forEach(
        _ source: Source, tenant: Int64, _ range: LineRange, _ body: (Row) throws(StoreError) -> Bool
    ) throws(StoreError) {
        let rows = try connection.statement(
            """
            select \(Self.columns) from \(source.condition) and tenant = ?1 and id >= ?2 and id < ?3
            order by id \(range.isNewestFirst ? "desc" : "asc")
            """)
        let values: [SQLValue] = [
            .int(tenant), .blob(Self.bytes(of: range.lower)), .blob(Self.bytes(of: range.upper)), source.value,
        ]
        try rows.forEach(values) { statement throws(StoreError) in try body(Row(statement: statement)) }
    }

    /// A line while it is current.
    struct Row {
        let statement: SQLStatement

        var party: Int64 { statement.int(2) }
        var route: Int64 { statement.int(3) }
        var id: CallID { CallID(bits: LineTables.bits(of: statement.blob(1))) }

        /// The text of ``LineNames``; `nil` where the numbers say it.
        var names: String? { statement.optionalText(22) }

        var cache: CallCacheUse? { statement.optionalText(23).flatMap { CallCacheUse(rawValue: $0) } }

        /// The line with the names for its numbers.
        func line(tenant: String, party: CallParty, route: CallRoute) -> CallLine {
            let row = statement
            var line = CallLine(
                id: id, tenant: tenant, party: party, run: row.optionalText(4).map { RunID(trusted: $0) },
                dialect: LineTables.dialect(of: row.int(5)), route: route)
            line.providerKey = row.optionalText(6)
            line.tokens = CallTokens(
                uncachedInput: row.int(7), cacheRead: row.int(8), cacheWrite: row.int(9), output: row.int(10),
                reasoning: row.int(11))
            line.isEstimated = row.int(12) != 0
            line.cost = USD(microdollars: row.int(13))
            line.isPriced = row.int(14) != 0
            line.durationMilliseconds = row.int(15)
            line.firstTokenMilliseconds = row.optionalInt(16)
            line.status = Int(row.int(17))
            line.error = row.optionalText(18)
            line.attempts = Int(row.int(19))
            line.isStreamed = row.int(20) != 0
            line.request = row.optionalText(21)
            line.cache = cache
            line.guards = row.optionalText(24)
            return line
        }
    }

    // MARK: Values

    /// 16 bytes, the most significant first, so that their order is that of the ids.
    private static func bytes(of id: CallID) -> Data {
        let bits = id.bits ?? UUIDBits(high: 0, low: 0)
        return Data([bits.high, bits.low].flatMap { word in (0..<8).map { UInt8(word >> (56 - 8 * $0) & 0xFF) } })
    }

    private static func bits(of bytes: Data) -> UUIDBits {
        func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return UUIDBits(high: word(bytes.prefix(8)), low: word(bytes.dropFirst(8).prefix(8)))
    }

    /// Never changed once released, only added to.
    private static let dialects: [CallDialect] = [.chat, .responses, .messages, .embeddings, .engine]

    private static func number(of dialect: CallDialect) -> Int64 {
        Int64(dialects.firstIndex(of: dialect) ?? dialects.count)
    }

    private static func dialect(of number: Int64) -> CallDialect {
        dialects.indices.contains(Int(clamping: number)) ? dialects[Int(number)] : .engine
    }
}
