import FoundationEssentials
import TuttiCore
import TuttiStore

extension InboxMessage {
    /// The columns that ``init(row:)`` reads, in their order.
    static let select = """
        select id, kind, name, msg_id, payload, payload_blob, shown_hash, expires, verdict, answered_by, answered_at,
            reason, edited, edited_blob, consumed_key, created
        from inbox
        """

    /// Reads the current row of a ``select``.
    ///
    /// - Throws: `.corrupt` when a column holds what no release has written.
    init(row: SQLStatement) throws(StoreError) {
        guard let kind = Kind(rawValue: row.text(1)) else {
            throw StoreError(.corrupt, "a message has the unknown kind '\(row.text(1))'")
        }
        var answer: InboxAnswer?
        if let text = row.optionalText(8) {
            guard let verdict = InboxAnswer.Verdict(rawValue: text) else {
                throw StoreError(.corrupt, "an approval has the unknown verdict '\(text)'")
            }
            answer = InboxAnswer(
                verdict: verdict, by: row.text(9), at: Timestamp(milliseconds: row.int(10)),
                reason: row.optionalText(11), edited: row.payload(inline: 12, blob: 13))
        }
        self.init(
            position: row.int(0), kind: kind, name: row.text(2), id: row.text(3),
            payload: row.payload(inline: 4, blob: 5) ?? .inline(Data()), shownHash: row.optionalText(6),
            expires: row.optionalInt(7).map(Timestamp.init(milliseconds:)), answer: answer,
            consumedBy: row.optionalText(14), created: Timestamp(milliseconds: row.int(15)))
    }
}

extension SQLStatement {
    /// A payload that stands in one of two columns; `nil` when it is in neither.
    func payload(inline: Int32, blob hash: Int32) -> StoredPayload? {
        if !isNull(hash) { return .blob(hash: text(hash)) }
        return isNull(inline) ? nil : .inline(blob(inline))
    }
}

extension JournalReads {
    func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) throws(StoreError) -> [InboxMessage] {
        var found: [InboxMessage] = []
        for name in Set(signals) {
            found += try connection.query(
                InboxMessage.select
                    + " where run = ?1 and name = ?2 and consumed_key is null and kind = 'signal' order by id limit ?3",
                [.text(run.text), .text(name), .int(Int64(InboxLimits.lookMax))], row: InboxMessage.init(row:))
        }
        for id in approvals {
            found += try connection.query(
                InboxMessage.select
                    + " where run = ?1 and kind = 'approval' and msg_id = ?2 and consumed_key is null "
                    + "and verdict is not null", [.text(run.text), .text(id)], row: InboxMessage.init(row:))
        }
        return found
    }

    func openApprovals(
        tenant: String, account: RunAccount, limit: Int
    ) throws(StoreError) -> OpenApprovals {
        let open = """
            from inbox cross join task on task.run = inbox.run cross join run on run.id = inbox.run
            where inbox.kind = 'approval' and inbox.answered_by is null and run.tenant = ?1
                and (?2 is null or run.person = ?2) and (?3 is null or run.project = ?3)
            """
        let whose: [SQLValue] = [.text(tenant), .text(account.person), .text(account.project)]
        let oldest = try connection.query(
            "select inbox.run, inbox.msg_id, inbox.created \(open) order by inbox.created, inbox.id limit ?4",
            whose + [.int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in
            OpenApprovals.Question(
                run: RunID(trusted: row.text(0)), id: row.text(1), asked: Timestamp(milliseconds: row.int(2)))
        }
        let total = try connection.number("select count(*) \(open)", whose)
        return OpenApprovals(oldest: oldest, total: Int(total ?? 0))
    }

    func inbox(of run: RunID, limit: Int) throws(StoreError) -> [InboxMessage] {
        try connection.query(
            InboxMessage.select + " where run = ?1 order by id limit ?2",
            [.text(run.text), .int(Int64(max(0, limit)))], row: InboxMessage.init(row:))
    }
}
