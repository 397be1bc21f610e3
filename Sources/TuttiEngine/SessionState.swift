import TuttiCore
import TuttiStore

/// Why a run's function is being stopped before its end.
enum StopReason: Sendable {
    /// Its end was asked for.
    case cancelled
    /// Its deadline has passed.
    case deadline(Timestamp)
    /// The process shuts down, or its user wants to go on later.
    case parked
    /// Another executor owns the run.
    case leaseLost
    /// The code asks for other steps than the journal holds.
    case diverged(StepError)
    /// Its function has ended; what it has left running may ask for nothing more.
    case ended
    /// The code breaks the author's rule.
    case fault(StepError)
    /// The journal cannot be written.
    case storeFailed(StoreError)
}

/// What one execution of a run knows: decides, and does nothing itself.
struct SessionState {
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
    /// No attempt begins any more, and the run is parked as soon as none is in flight.
    private var isDraining = false

    init(recorded: [StoredStep], recoveries: Int) {
        self.recorded = Dictionary(recorded.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        mustResetRecoveries = recoveries > 0
    }

    /// The first reason stands; `true` when this is it. A lost lease overrules all others: nothing may be written.
    mutating func stop(for reason: StopReason) -> Bool {
        if case .leaseLost = reason, stop != nil {
            stop = reason
            return false
        }
        guard stop == nil else { return false }
        stop = reason
        return true
    }

    /// Begins an attempt; `false` when it must wait for the run to be parked.
    mutating func beginAttempt() -> Bool {
        guard !isDraining else { return false }
        attemptsInFlight += 1
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

    /// Whether this command is the first since a recovery to close a row.
    mutating func takeResetsRecoveries(closing: Bool) -> Bool {
        guard closing, mustResetRecoveries else { return false }
        mustResetRecoveries = false
        return true
    }
}
