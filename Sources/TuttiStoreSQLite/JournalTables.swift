import FoundationEssentials
import TuttiCore
import TuttiStore

/// What each command does to the tables. Runs inside of the writer's transaction; a file for each kind of command.
struct JournalTables {
    let connection: SQLConnection
    let locks: ExecutorLocks

    func apply(_ command: JournalCommand) throws(StoreError) -> JournalOutcome {
        switch command {
        case .start(let command): try start(command)
        case .record(let command): try record(command)
        case .end(let command): try end(command)
        case .claim(let command): try claim(command)
        case .takeWake(let owner, let time): try takeWake(owner, at: time)
        case .release(let command): try release(command)
        case .cancel(let command): try cancel(command)
        case .hold(let command): try hold(command)
        case .raise(let command): try raise(command)
        case .retry(let command): try retry(command)
        case .fork(let command): try fork(command)
        case .signal(let command): try signal(command)
        case .answer(let command): try answer(command)
        case .chunks(let command): try keep(command)
        case .allot(let command): try allot(command)
        case .touch(let executor): try touch(executor)
        }
    }

    private func touch(_ executor: ExecutorID) throws(StoreError) -> JournalOutcome {
        try connection.run("update executor set started = started where id = ?1", [.text(executor.text)])
        return .done
    }

    // MARK: Pieces that several commands share

    /// The owner check of every command: the task row names this executor and this fence.
    func isOwner(_ owner: Owner) throws(StoreError) -> Bool {
        try connection.number(
            "select 1 from task where run = ?1 and executor = ?2 and fence = ?3",
            [.text(owner.run.text), .text(owner.executor.text), .int(owner.fence)]) != nil
    }

    /// Makes a run due; nothing but its owner's `takeWake` moves the time on again.
    func wake(_ run: RunID, at time: Timestamp) throws(StoreError) {
        try connection.run(
            """
            update task set wake_seq = wake_seq + 1, due = min(coalesce(due, ?2), ?2),
                wait = case when executor is null then null else wait end
            where run = ?1
            """, [.text(run.text), .int(time.milliseconds)])
    }

    /// Gives the event the next number of its run, in the statement that writes it.
    func append(_ event: EventDraft, to run: RunID, at time: Timestamp) throws(StoreError) {
        try connection.run(
            """
            insert into event(run, n, type, key, data, at)
            values(?1, 1 + coalesce((select max(n) from event where run = ?1), 0), ?2, ?3, ?4, ?5)
            """,
            [
                .text(run.text), .text(event.type), .text(event.key),
                .text(String(decoding: event.data, as: UTF8.self)), .int(time.milliseconds),
            ])
    }

    /// The values of an inline column and a hash column; larger payloads go to the table of blobs.
    func keep(_ payload: Payload) throws(StoreError) -> (inline: SQLValue, hash: SQLValue) {
        switch payload {
        case .inline(let bytes): return (.blob(bytes), .null)
        case .blob(let hash, let bytes):
            try connection.run(
                "insert into blob(hash, bytes) values(?1, ?2) on conflict do nothing", [.text(hash), .blob(bytes)])
            return (.null, .text(hash))
        }
    }

    func json(_ value: some Encodable) -> SQLValue {
        let bytes = try? CanonicalJSON.encode(value)
        return .text(String(decoding: bytes ?? Data("{}".utf8), as: UTF8.self))
    }

    /// The final status of a run, or `nil` while it lives; `.some(nil)` is not told apart from a run that is unknown.
    func status(of run: RunID, tenant: String) throws(StoreError) -> (isKnown: Bool, status: RunStatus?) {
        let rows = try connection.query(
            "select status from run where id = ?1 and tenant = ?2", [.text(run.text), .text(tenant)]
        ) { row throws(StoreError) in row.optionalText(0).flatMap(RunStatus.init(rawValue:)) }
        return (!rows.isEmpty, rows.first ?? nil)
    }
}
