import TuttiCore
import TuttiStore

/// What one wait looks for and what it leaves in the journal: decides, and does nothing itself.
struct WaitRule: Sendable, Hashable {
    /// What a wait has ended with.
    enum End: Sendable, Hashable {
        case message(InboxMessage)
        case deadline
    }

    let key: String
    let kind: StepKind
    /// Names of signals that end it.
    var signals: [String] = []
    /// Approvals that end it; they are asked for when the wait begins.
    var approvals: [ApprovalDraft] = []
    let reason: WaitReason

    /// The first of what was found; else the deadline, when it has passed.
    ///
    /// - Parameter isAsked: whether the approvals have been asked for; one that has not cannot expire.
    func end(_ found: [InboxMessage], deadline: Timestamp?, isAsked: Bool, at now: Timestamp) -> End? {
        if let first = found.min(by: { $0.position < $1.position }) { return .message(first) }
        guard let deadline, deadline <= now, isAsked || kind != .approval else { return nil }
        return .deadline
    }

    /// What is recorded when nothing is there yet.
    func opening(since started: Timestamp, deadline: Timestamp?, at now: Timestamp) -> RecordDraft {
        var drafts = approvals
        // A lone approval expires by itself; one in a race is withdrawn when the race is decided.
        if kind == .approval { for index in drafts.indices { drafts[index].expires = deadline } }
        let row = StepRow(key: key, kind: kind, result: .waiting(due: deadline), started: started, ended: now)
        let asked = drafts.map { EventDraft.approvalRequested($0.name, key: key, draft: $0) }
        let events = asked.isEmpty ? [EventDraft.waitStarted(key, for: reason, until: deadline)] : asked
        return RecordDraft(row: row, events: events, asks: drafts, wait: reason)
    }

    /// What is recorded at the end: the row, and what it uses up or needs no more.
    func closing(
        with end: End, _ result: StepRow.Result, since started: Timestamp, at now: Timestamp
    ) -> RecordDraft {
        let row = StepRow(key: key, kind: kind, result: result, started: started, ended: now)
        var used: String?
        var taking: InboxTake?
        switch end {
        case .message(let message):
            used = message.kind == .approval ? message.id : nil
            taking = InboxTake(.at(position: message.position), for: key)
        case .deadline where kind == .approval:
            used = approvals.first?.id
            taking = used.map { InboxTake(.expired(id: $0), for: key) }
        case .deadline: break
        }
        let withdrawn = approvals.map(\.id).filter { $0 != used }
        return RecordDraft(row: row, events: [.waitEnded(key)], taking: taking, withdraws: withdrawn)
    }
}
