import TuttiCore
import TuttiStore

/// Signals, and approvals with their answers.
extension JournalTables {
    func signal(_ command: SignalCommand) throws(StoreError) -> JournalOutcome {
        let known = try status(of: command.run, tenant: command.tenant)
        guard known.isKnown else { return .notFound }
        if let status = known.status, status.isFinal { return .alreadyEnded(status) }
        if let sent = try message(.signal, id: command.id, of: command.run) {
            let isSame = sent.name == command.name && sent.payload == command.payload.stored
            return isSame ? .done : .signalRefused(.otherContent)
        }
        let waiting = try connection.number(
            "select count(*) from inbox where run = ?1 and consumed_key is null", [.text(command.run.text)])
        guard waiting ?? 0 < InboxLimits.waitingMax else { return .signalRefused(.inboxFull(Int(waiting ?? 0))) }
        let payload = try keep(command.payload)
        try connection.run(
            """
            insert into inbox(run, kind, name, msg_id, payload, payload_blob, created)
            values(?1, 'signal', ?2, ?3, ?4, ?5, ?6)
            """,
            [
                .text(command.run.text), .text(command.name), .text(command.id), payload.inline, payload.hash,
                .int(command.at.milliseconds),
            ])
        try wake(command.run, at: command.at)
        try append(.signalReceived(command.name, id: command.id), to: command.run, at: command.at)
        return .done
    }

    func answer(_ command: AnswerCommand) throws(StoreError) -> JournalOutcome {
        let known = try status(of: command.run, tenant: command.tenant)
        guard known.isKnown else { return .notFound }
        let asked = try connection.query(
            InboxMessage.select + " where run = ?1 and kind = 'approval' and (name = ?2 or msg_id = ?2) order by id",
            [.text(command.run.text), .text(command.approval)], row: InboxMessage.init(row:))
        if asked.contains(where: { $0.isAnswered(as: command) }) { return .done }
        if let status = known.status, status.isFinal {
            // Who was slower learns who has answered, not only that it is over.
            let given = asked.last?.answer.flatMap { $0.by == InboxAnswer.engine ? nil : $0 }
            return given.map { .answerRefused(.answered($0)) } ?? .alreadyEnded(status)
        }
        let open = asked.filter { $0.answer == nil }
        guard open.count < 2 else { return .answerRefused(.ambiguous(open.map(\.id))) }
        guard let message = open.first ?? asked.last else { return .answerRefused(.unknown) }
        if let refusal = message.refusal(of: command) { return .answerRefused(refusal) }
        let edited: (inline: SQLValue, hash: SQLValue) =
            if let payload = command.edited { try keep(payload) } else { (.null, .null) }
        try connection.run(
            """
            update inbox set verdict = ?2, answered_by = ?3, answered_at = ?4, reason = ?5, edited = ?6,
                edited_blob = ?7
            where id = ?1 and answered_by is null
            """,
            [
                .int(message.position), .text(command.verdict.rawValue), .text(command.by),
                .int(command.at.milliseconds), .text(command.reason), edited.inline, edited.hash,
            ])
        try wake(command.run, at: command.at)
        try append(.approvalAnswered(message.name, command), to: command.run, at: command.at)
        return .done
    }

    /// Takes a message for a key; `false` when it is not there to be taken. Taken by the same key before is taken.
    func take(_ taking: InboxTake, from run: RunID, at time: Timestamp) throws(StoreError) -> Bool {
        let changed: Int
        let place: (condition: String, value: SQLValue)
        switch taking.message {
        case .at(let position):
            place = ("id = ?2", .int(position))
            changed = try connection.run(
                "update inbox set consumed_key = ?3 where run = ?1 and id = ?2 and consumed_key is null",
                [.text(run.text), .int(position), .text(taking.key)])
        case .expired(let id):
            place = ("kind = 'approval' and msg_id = ?2", .text(id))
            changed = try connection.run(
                """
                update inbox set consumed_key = ?3, verdict = 'expired', answered_by = ?5, answered_at = ?4
                where run = ?1 and kind = 'approval' and msg_id = ?2 and answered_by is null
                    and consumed_key is null and expires <= ?4
                """,
                [
                    .text(run.text), .text(id), .text(taking.key), .int(time.milliseconds),
                    .text(InboxAnswer.engine),
                ])
        }
        if changed == 1 { return true }
        let user = try connection.query(
            "select consumed_key from inbox where run = ?1 and \(place.condition)", [.text(run.text), place.value]
        ) { row throws(StoreError) in row.optionalText(0) }
        return user.first == taking.key
    }

    func ask(_ draft: ApprovalDraft, of run: RunID, at time: Timestamp) throws(StoreError) {
        let shown = try keep(draft.shown)
        try connection.run(
            """
            insert into inbox(run, kind, name, msg_id, payload, payload_blob, shown_hash, expires, created)
            values(?1, 'approval', ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing
            """,
            [
                .text(run.text), .text(draft.name), .text(draft.id), shown.inline, shown.hash,
                .text(draft.shownHash), .int(draft.expires?.milliseconds), .int(time.milliseconds),
            ])
    }

    func withdraw(_ id: String, from run: RunID, at time: Timestamp) throws(StoreError) {
        try connection.run(
            """
            update inbox set verdict = 'withdrawn', answered_by = ?4, answered_at = ?3
            where run = ?1 and kind = 'approval' and msg_id = ?2 and answered_by is null
            """,
            [.text(run.text), .text(id), .int(time.milliseconds), .text(InboxAnswer.engine)])
    }

    /// A run that has its end needs no answers any more.
    func withdrawAll(of run: RunID, at time: Timestamp) throws(StoreError) {
        try connection.run(
            """
            update inbox set verdict = 'withdrawn', answered_by = ?3, answered_at = ?2
            where run = ?1 and kind = 'approval' and answered_by is null
            """, [.text(run.text), .int(time.milliseconds), .text(InboxAnswer.engine)])
    }

    private func message(
        _ kind: InboxMessage.Kind, id: String, of run: RunID
    ) throws(StoreError) -> InboxMessage? {
        try connection.query(
            InboxMessage.select + " where run = ?1 and kind = ?2 and msg_id = ?3",
            [.text(run.text), .text(kind.rawValue), .text(id)], row: InboxMessage.init(row:)
        ).first
    }
}
