import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// One state of a scenario: the real rows of the journal, the real session states of executors, and what is left to
/// happen.
struct World: Hashable {
    var tables = MemoryTables()
    /// In ticks of a minute.
    var time = 0
    var executors: [Executor]
    var left: Left
    var ghost = Ghost()
    /// The first rule that was broken.
    var violation: String?

    /// What may still happen.
    struct Left: Hashable {
        var signals: [String]
        var answers: [Scenario.Answer]
        var raise: Int64
        var crashes: Int
        var lostReports: Int
        var takeovers: Int
        var shutdowns: Int
        var cancels: [String]
        var retries: Int
        var resumes: Int
        var clockJumps: Int
        var evictions: Int
    }

    /// What an observer knows who sees everything.
    struct Ghost: Hashable {
        /// Beginnings of closures, by run and key.
        var begun: [String: Int] = [:]
        /// How often a closure was cut off, or its executor had lost the run.
        var cut: [String: Int] = [:]
        /// What people were told that it is accepted.
        var accepted: [String: InboxAnswer.Verdict] = [:]
        var paid: Int64 = 0
        /// Effects that can be undone and are not, by run and key.
        var effects: Set<String> = []
        /// Runs that were taken from an executor that lives.
        var taken: Set<RunID> = []
    }

    var now: Timestamp { Timestamp(milliseconds: 1_000_000 + Int64(time) * 60_000) }
}

/// A process with an engine.
struct Executor: Hashable {
    let slot: Int
    var incarnation = 0
    var isUp = true
    var isShuttingDown = false
    var sessions: [RunID: Session] = [:]
    var takeUps: [TakeUp] = []
    /// Runs that only wait and are in no memory.
    var resting: [RunID: Owner] = [:]
    /// Runs that a cancel has found unattended, and that are to be claimed by name.
    var claims: [RunID] = []

    var id: ExecutorID { ExecutorID(trusted: "exe_\(slot)_\(incarnation)") }
    var label: String { "E\(slot)" }

    func hasTakenUp(_ run: RunID) -> Bool {
        sessions[run] != nil || resting[run] != nil || takeUps.contains { $0.owner.run == run }
    }

    /// - Parameter parent: the run that has started it.
    mutating func tellParent(of child: RunID, parent: RunID?) {
        if let parent, let owner = resting.removeValue(forKey: parent) {
            takeUps.append(TakeUp(owner: owner, recoveries: 1))
        }
        for run in sessions.keys.sorted() {
            for index in sessions[run]?.threads.indices ?? 0..<0
            where sessions[run]?.threads[index].child == child {
                sessions[run]?.threads[index].isNudged = true
            }
        }
    }
}

/// A claimed run on its way to its session.
struct TakeUp: Hashable {
    enum Phase: Hashable {
        case takesWake
        case ends
        case loads
    }

    let owner: Owner
    var recoveries: Int
    var phase = Phase.takesWake
    var sent: Sent?
}

/// A command that was applied and reported as failed; the writer gives it again.
struct Sent: Hashable {
    let label: String
    let command: JournalCommand

    static func == (lhs: Sent, rhs: Sent) -> Bool { lhs.label == rhs.label }
    func hash(into hasher: inout Hasher) { hasher.combine(label) }
}

/// One execution of a run.
struct Session: Hashable {
    enum Closing: Hashable {
        case ends(EndCommand.Result)
        case takesWake(overBudget: BudgetAmounts?)
        case reads(sequence: Int64, overBudget: BudgetAmounts)
        case releases(sequence: Int64, waitingFor: WaitReason?, overBudget: BudgetAmounts?)
    }

    let owner: Owner
    let plan: String
    let generation: Int
    let root: RunID
    var state: SessionState
    var threads: [Thread]
    /// Whether the branches are joined and what comes after them goes on.
    var isJoined = false
    var failure: StepError?
    var closing: Closing?
    /// Its second phase, in which what it has done is undone.
    var undoing: Undoing?
    var sent: Sent?

    struct Undoing: Hashable {
        enum Phase: Hashable {
            case reads
            case goesOn
            /// An undo is at work.
            case runs
            case failed(StepError)
        }

        /// What the run comes to afterwards.
        let before: EndCommand.Result
        var phase = Phase.reads
        /// The keys of the steps that are to be undone.
        var left: [String] = []
        var sent: Sent?
    }

    /// Whether nothing goes on in it before it is called.
    func isAtRest(at time: Timestamp) -> Bool {
        let open = threads.filter { $0.phase != .over }
        guard !open.isEmpty, closing == nil, undoing == nil, state.stop == nil else { return false }
        return open.allSatisfy { thread in
            guard thread.sent == nil, !thread.isNudged, !thread.isCancelled else { return false }
            switch thread.phase {
            case .waits(_, let deadline): return deadline.map { $0 > time } ?? true
            case .waitsForChild: return true
            default: return false
            }
        }
    }

    mutating func callWaiters() {
        for index in threads.indices where threads[index].isWaiting { threads[index].isNudged = true }
    }
}

/// One Swift task of a workflow.
struct Thread: Hashable {
    enum Phase: Hashable {
        /// The next operation is about to begin.
        case next
        case intends
        case holds
        /// Everything is durable that must be before the closure starts.
        case mayBegin
        case runs
        case looks(since: Timestamp, deadline: Timestamp?, isOpen: Bool)
        case opens(since: Timestamp, deadline: Timestamp?)
        case closes(WaitRule.End, since: Timestamp, deadline: Timestamp?, isOpen: Bool)
        case waits(since: Timestamp, deadline: Timestamp?)
        case startsChild
        case looksAtChild(RunID)
        case waitsForChild(RunID)
        case recordsChild(RunID, StepRow.Result)
        /// An earlier execution has begun it, and nobody knows how it ended.
        case endsAsUnknown(attempt: Int)
        /// Its branch has lost, and it gives back what it holds.
        case settles
        case abandons(RunID)
        case wins
        case over
    }

    var branch: Int?
    var position = 0
    var phase = Phase.next
    /// The key of the operation that goes on.
    var key: String?
    var granted: Int64?
    var isNudged = false
    var isCancelled = false
    var sent: Sent?

    var isWaiting: Bool {
        switch phase {
        case .looks, .opens, .closes, .waits, .looksAtChild, .waitsForChild, .recordsChild: true
        default: false
        }
    }

    var child: RunID? {
        switch phase {
        case .looksAtChild(let run), .waitsForChild(let run), .recordsChild(let run, _): run
        default: nil
        }
    }

    var isRunning: Bool { phase == .runs }
}
