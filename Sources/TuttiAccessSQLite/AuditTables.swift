import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements of the audit log on one connection.
struct AuditTables {
    let connection: SQLConnection

    private static let columns =
        "n, time, tenant, actor, name, credential_kind, credential, address, action, target_kind, target, outcome, "
        + "request, details, previous, hash"

    // MARK: Writing

    /// Adds entries behind the last one; only within a transaction, which keeps other processes from doing the same.
    func append(_ drafts: [AuditDraft]) throws(StoreError) -> [AuditEntry] {
        var head = try head()
        guard head.n >= 0, head.n < .max - Int64(drafts.count) else {
            throw StoreError(
                .corrupt, "\(connection.path): the audit log ends with entry \(head.n); see `tutti audit verify`")
        }
        var entries: [AuditEntry] = []
        entries.reserveCapacity(drafts.count)
        for draft in drafts {
            let entry = AuditEntry(draft, behind: head)
            try insert(entry)
            head = entry.head
            entries.append(entry)
        }
        return entries
    }

    private func insert(_ entry: AuditEntry) throws(StoreError) {
        let (draft, actor) = (entry.draft, entry.draft.actor)
        try connection.run(
            "insert into audit(\(Self.columns)) values(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
            [
                .int(entry.n), .int(draft.time.milliseconds), .text(draft.tenant), .text(actor.id), .text(actor.name),
                .text(actor.credential.kind), .text(actor.credential.id), .text(actor.address),
                .text(draft.action.text), .text(draft.target?.kind), .text(draft.target?.id),
                .text(draft.outcome.description), .text(draft.request), .text(Self.text(of: draft.details)),
                .text(entry.previous), .text(entry.hash),
            ])
    }

    /// Moves the anchor forward and removes what lies before; only within a transaction.
    func removeEntries(upTo n: Int64, stepMax: Int) throws(StoreError) -> AuditHead {
        let anchor = try anchor()
        let target = min(n, anchor.n &+ Int64(stepMax))
        guard target > anchor.n else { return anchor }
        try connection.run(
            "update audit_anchor set n = ?1, hash = (select hash from audit where n = ?1)", [.int(target)])
        try connection.run("delete from audit where n <= ?1", [.int(target)])
        return try self.anchor()
    }

    // MARK: Reading

    func head() throws(StoreError) -> AuditHead {
        let last = try connection.query("select n, hash from audit order by n desc limit 1") {
            row throws(StoreError) in AuditHead(n: row.int(0), hash: row.text(1))
        }
        if let last = last.first { return last }
        return try anchor()
    }

    private func anchor() throws(StoreError) -> AuditHead {
        let found = try connection.query("select n, hash from audit_anchor") { row throws(StoreError) in
            AuditHead(n: row.int(0), hash: row.text(1))
        }
        guard let anchor = found.first else {
            throw StoreError(.corrupt, "\(connection.path): the place where the audit log begins was removed")
        }
        return anchor
    }

    /// Anchor and rows by one statement, so that they are of one moment.
    func stretch(behind n: Int64?, limit: Int) throws(StoreError) -> AuditStretch {
        let anchor = "(select n from audit_anchor), (select hash from audit_anchor)"
        let read = try connection.query(
            "select \(Self.columns), \(anchor) from (select 1) left join audit on n >= ?1 order by n limit ?2",
            [.int(n.map { $0 &+ 1 } ?? .min), .int(Int64(limit))]
        ) { row throws(StoreError) in
            let anchor = AuditHead(n: row.int(16), hash: row.text(17))
            return (anchor, row.isNull(0) ? nil : Self.row(row))
        }
        return AuditStretch(anchor: read.first?.0 ?? .start, rows: read.compactMap(\.1))
    }

    func lastEntry(before time: Timestamp, upTo n: Int64) throws(StoreError) -> AuditHead? {
        let later = try connection.number(
            "select n from audit where time >= ?1 and n > 0 order by n limit 1", [.int(time.milliseconds)])
        let last = min(n, later.map { $0 - 1 } ?? n)
        return try connection.query("select n, hash from audit where n <= ?1 order by n desc limit 1", [.int(last)]) {
            row throws(StoreError) in AuditHead(n: row.int(0), hash: row.text(1))
        }.first
    }

    func entries(_ filter: AuditFilter) throws(StoreError) -> [AuditRow] {
        var (conditions, values) = (["true"], [SQLValue]())
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            values.append(value)
            conditions.append(condition.replacing("?", with: "?\(values.count)"))
        }
        let isNewestFirst = filter.order == .newestFirst
        add("tenant = ?", filter.tenant.map { .text($0) })
        add("actor = ?", filter.actor.map { .text($0) })
        // A dot is followed by a slash in the order of bytes: these are the word itself and all that begin with it.
        add("(action = ? or action >= ? || '.' and action < ? || '/')", filter.action.map { .text($0) })
        add("target_kind = ?", filter.targetKind.map { .text($0) })
        add("target = ?", filter.target.map { .text($0) })
        add("time >= ?", filter.from.map { .int($0.milliseconds) })
        add("time < ?", filter.to.map { .int($0.milliseconds) })
        add(isNewestFirst ? "n < ?" : "n > ?", filter.behind.map { .int($0) })
        values.append(.int(Int64(filter.limit)))
        return try connection.query(
            """
            select \(Self.columns) from audit where \(conditions.joined(separator: " and "))
            order by n \(isNewestFirst ? "desc" : "asc") limit ?\(values.count)
            """, values
        ) { row throws(StoreError) in Self.row(row) }
    }

    // MARK: Rows

    private static func text(of details: [String: String]) -> String {
        String(decoding: JSONValue.object(details.mapValues { .string($0) }).bytes, as: UTF8.self)
    }

    /// Nothing is put right on the way: what would be written otherwise than it stands there is unreadable.
    private static func row(_ row: SQLStatement) -> AuditRow {
        var isSound = true
        func optionalText(_ column: Int32) -> String? {
            if row.isNull(column) { return nil }
            let text = String(validating: row.blob(column), as: UTF8.self)
            if text == nil { isSound = false }
            return text
        }
        func text(_ column: Int32) -> String { optionalText(column) ?? "" }
        let (kind, id) = (optionalText(9), optionalText(10))
        let details = Self.details(text(13))
        let credential = AuditActor.Credential(kind: text(5), id: optionalText(6))
        let draft = AuditDraft(
            time: Timestamp(milliseconds: row.int(1)), tenant: text(2),
            actor: AuditActor(id: optionalText(3), name: text(4), credential: credential, address: optionalText(7)),
            action: AuditAction(text: text(8)), target: kind.map { AuditTarget(kind: $0, id: id ?? "") },
            outcome: AuditOutcome(text: text(11)), request: optionalText(12), details: details ?? [:])
        let entry = AuditEntry(n: row.int(0), draft: draft, previous: text(14), hash: text(15))
        isSound = isSound && details != nil && (kind == nil) == (id == nil) && entry.hasTimeInRange
        return isSound ? .entry(entry) : .unreadable(n: entry.n)
    }

    private static func details(_ text: String) -> [String: String]? {
        guard case .object(let members)? = try? WireJSON.read(Data(text.utf8)) else { return nil }
        let details = members.compactMapValues(\.stringValue)
        return self.text(of: details).utf8.elementsEqual(text.utf8) ? details : nil
    }
}
