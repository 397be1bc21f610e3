import TuttiCore
import TuttiStore

/// Why a run's function is being stopped before its end.
enum StopReason: Sendable, Hashable {
    /// Its end was asked for.
    case cancelled
    /// Its deadline has passed.
    case deadline(Timestamp)
    /// The process shuts down, or its user wants to go on later.
    case parked
    /// It only waits, and its memory is given up until somebody has something for it. It stays with its executor.
    case evicted
    /// Another executor owns the run.
    case leaseLost
    /// The code asks for other steps than the journal holds.
    case diverged(StepError)
    /// Its function has ended; what it has left running may ask for nothing more.
    case ended
    /// The code breaks the author's rule.
    case fault(StepError)
    /// Its budget, with these limits, does not suffice for the next step.
    case overBudget(limits: BudgetAmounts)
    /// The journal cannot be written.
    case storeFailed(StoreError)
}

/// What one execution of a run knows: decides, and does nothing itself.
struct SessionState: Hashable {
    /// The rows that a replay finds; a row is taken out when its key is asked for, which happens once.
    private var recorded: [String: StoredStep]
    /// Rows that follow from what is already durable, and travel with the next command.
    private var deferred: [StepRow] = []
    /// Whether a value (time, random number) is among the deferred rows.
    private var hasDeferredValue = false
    /// Commands on their way that carry a value.
    private var valuesInFlight = 0
    /// Whether the next newly closed row proves progress after a recovery.
    private var mustResetRecoveries: Bool
    private(set) var stop: StopReason?
    /// Attempts at steps that have begun and have not got their row.
    private var attemptsInFlight = 0
    /// What the run waits for at the moment, by key.
    private var waits: [String: WaitReason] = [:]
    /// What the journal says that the run waits for.
    private var notedWait: WaitReason?
    /// No attempt begins any more, and the run is parked as soon as none is in flight.
    private var isDraining = false

    /// Whether the run is in its second phase.
    private(set) var isUndoing = false
    /// Whether nothing but waits is going on.
    private var isWaiting = false
    private var toldWaiting = false
    /// Inputs that are accepted in the place of recorded ones, and are told with the next command.
    private var accepted: [String: String] = [:]
    /// Beginnings of the keys inside of races that are decided.
    private var closedScopes: Set<String> = []
    /// Children that the run waits for, by their keys.
    private var children: [String: RunID] = [:]

    init(recorded: [StoredStep], recoveries: Int, notedWait: WaitReason? = nil) {
        self.notedWait = notedWait
        self.recorded = Dictionary(recorded.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        mustResetRecoveries = recoveries > 0
    }

    /// What is known when a run begins to be undone: the undos that are recorded.
    init(undoing recorded: [StoredStep]) {
        self.init(recorded: recorded, recoveries: 0)
        isUndoing = true
    }

    /// The first reason stands; `true` when this is it. A lost lease overrules all others: nothing may be written.
    mutating func stop(for reason: StopReason) -> Bool {
        if case .leaseLost = reason, stop != nil {
            stop = reason
            return false
        }
        guard stop == nil else { return false }
        switch reason {
        case .cancelled, .deadline: guard !isUndoing else { return false }
        default: break
        }
        stop = reason
        return true
    }

    /// Begins an attempt; `false` when it must wait for the run to be parked.
    mutating func beginAttempt() -> Bool {
        guard !isDraining else { return false }
        attemptsInFlight += 1
        isWaiting = false
        return true
    }

    /// Ends an attempt; `true` when it was the last one that the parking waited for.
    mutating func endAttempt() -> Bool {
        attemptsInFlight -= 1
        return isDraining && attemptsInFlight == 0
    }

    /// Lets no more attempts begin; `true` when none is in flight.
    mutating func drain() -> Bool {
        isDraining = true
        return attemptsInFlight == 0
    }

    /// The function has ended: the reason for which it was stopped before, if it was.
    mutating func finish() -> StopReason? {
        defer { if stop == nil { stop = .ended } }
        return stop
    }

    mutating func takeRecorded(_ key: String) -> StoredStep? { recorded.removeValue(forKey: key) }

    /// The keys that nobody has asked for.
    var unasked: Set<String> { Set(recorded.keys) }

    /// Adds a row that may wait; `true` when so many wait that they should be written now.
    mutating func deferRow(_ row: StepRow) -> Bool {
        deferred.append(row)
        if !row.kind.isScope { hasDeferredValue = true }
        return deferred.count >= EngineLimits.deferredRowsMax
    }

    /// Whether values wait or are on their way: a command that is committed after them must be awaited before a
    /// closure may start.
    var mustFlush: Bool { hasDeferredValue || valuesInFlight > 0 }

    /// All rows that wait, and whether a value is among them; the caller puts them into a command.
    mutating func takeDeferred() -> (rows: [StepRow], hasValue: Bool) {
        defer {
            deferred = []
            hasDeferredValue = false
        }
        if hasDeferredValue { valuesInFlight += 1 }
        return (deferred, hasDeferredValue)
    }

    /// A command that carried a value is on disk.
    mutating func valueLanded() { valuesInFlight -= 1 }

    /// Nothing inside of this scope is recorded any more.
    mutating func close(scope key: String) { closedScopes.insert(JournalKey.inside(of: key).from) }

    /// All that was at work in this scope has ended.
    mutating func leave(scope key: String) { closedScopes.remove(JournalKey.inside(of: key).from) }

    /// The run waits for a child under this key, until the key is closed.
    mutating func noteChild(_ child: RunID, under key: String) { children[key] = child }

    /// The children of branches that lose with the row of their race: whoever takes the run up later asks for none of
    /// them any more.
    private mutating func takeLosers(of draft: RecordDraft) -> [RunID] {
        guard let row = draft.row, !row.isOpen else { return [] }
        children[row.key] = nil
        guard row.kind == .race else { return [] }
        let inside = JournalKey.inside(of: row.key).from
        let losers = children.filter { $0.key.hasPrefix(inside) }
        for key in losers.keys { children[key] = nil }
        return losers.values.sorted()
    }

    mutating func accept(_ fingerprint: String, under key: String) { accepted[key] = fingerprint }

    mutating func resumeWait(_ key: String, _ reason: WaitReason) {
        waits[key] = reason
        isWaiting = attemptsInFlight == 0
    }

    /// Whether the run waits, when that has changed since it was last told.
    mutating func takeWaitingChange() -> Bool? {
        guard isWaiting != toldWaiting else { return nil }
        toldWaiting = isWaiting
        return isWaiting
    }

    /// Makes a draft the run's next command, with all rows that wait; `nil` when its scope has been closed.
    mutating func prepare(
        _ draft: RecordDraft, owner: Owner, at time: Timestamp
    ) -> (command: RecordCommand, hasValue: Bool)? {
        if let key = draft.row?.key, closedScopes.contains(where: key.hasPrefix) { return nil }
        let deferred = takeDeferred()
        let isClosing = draft.row?.isOpen == false
        let command = RecordCommand(
            owner: owner, rows: draft.row.map { deferred.rows + CollectionOfOne($0) } ?? deferred.rows,
            events: draft.events, resetsRecoveries: takeResetsRecoveries(closing: isClosing), taking: draft.taking,
            asks: draft.asks, withdraws: draft.withdraws, wait: takeWaitNote(for: draft),
            cancels: takeLosers(of: draft), accepts: accepted, settlements: draft.settlements,
            endsStream: draft.endsStream, at: time)
        accepted = [:]
        return (command, deferred.hasValue)
    }

    /// As ``prepare(_:owner:at:)``, for the start of a child; values among the rows that wait stay until the next
    /// command, which a closure waits for.
    mutating func prepareWithChild(_ draft: RecordDraft, owner: Owner, at time: Timestamp) -> RecordCommand {
        RecordCommand(
            owner: owner, rows: draft.row.map { [$0] } ?? [], events: draft.events, wait: takeWaitNote(for: draft),
            at: time)
    }

    /// What people should see, if it has changed: a run waits when it waits for something and no attempt is in flight.
    private mutating func takeWaitNote(for draft: RecordDraft) -> WaitNote? {
        guard let row = draft.row else { return nil }
        waits[row.key] = row.isOpen ? draft.wait : nil
        let others = attemptsInFlight - (row.kind == .step ? 1 : 0)
        let wait = others > 0 ? nil : waits.values.min { $0.rank < $1.rank }
        isWaiting = wait != nil
        guard wait != notedWait else { return nil }
        notedWait = wait
        return wait.map(WaitNote.waits) ?? .works
    }

    /// Whether this command is the first since a recovery to close a row.
    mutating func takeResetsRecoveries(closing: Bool) -> Bool {
        guard closing, mustResetRecoveries else { return false }
        mustResetRecoveries = false
        return true
    }
}

/// What a session wants to have recorded.
struct RecordDraft: Sendable {
    var row: StepRow?
    var events: [EventDraft] = []
    var taking: InboxTake?
    var asks: [ApprovalDraft] = []
    var withdraws: [String] = []
    var settlements: [Settlement] = []
    /// What the run waits for while the row is open.
    var wait: WaitReason?
    /// Whether the row is the result of a step that has streamed text.
    var endsStream = false
}

extension WaitReason {
    /// What is told of a run that waits for several things: the one that needs a person first.
    fileprivate var rank: Int {
        switch self {
        case .budget, .approval: 0
        case .signal: 1
        case .child: 2
        case .timer: 3
        case .interrupted: 4
        }
    }
}
