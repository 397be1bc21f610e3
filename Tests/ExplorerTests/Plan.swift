import TuttiCore
import TuttiStore

/// A workflow for the explorer: branches that run beside each other, and what comes after them.
struct Plan: Hashable {
    enum Shape: Hashable {
        /// Every branch ends.
        case all
        /// The first branch that ends decides, and the others are cancelled.
        case race
    }

    var shape = Shape.all
    var branches: [[Operation]]
    var then: [Operation] = []
    /// Whether the run fails at its end.
    var fails = false

    var steps: [Operation.Step] {
        (branches.joined() + then).compactMap { if case .step(let step) = $0 { step } else { nil } }
    }
}

/// What a branch does.
enum Operation: Hashable {
    case step(Step)
    case wait(Waiting)
    /// A child that runs the plan of this name.
    case child(String)

    struct Step: Hashable {
        var name: String
        /// What it costs; 0 for nothing.
        var tokens: Int64 = 0
        var isAtMostOnce = false
        /// The run's generation in which it fails, if there is one.
        var failsIn: Int?
        var isUndoable = false
        /// The run's generation in which it cannot be undone, if there is one.
        var undoFailsIn: Int?
    }

    /// A wait for any of these.
    struct Waiting: Hashable {
        var name: String
        var signals: [String] = []
        var approvals: [String] = []
        /// Ticks until it is over.
        var limit: Int?
    }

    static func step(
        _ name: String, tokens: Int64 = 0, isAtMostOnce: Bool = false, failsIn: Int? = nil
    ) -> Operation {
        .step(Step(name: name, tokens: tokens, isAtMostOnce: isAtMostOnce, failsIn: failsIn))
    }

    static func undoable(
        _ name: String, tokens: Int64 = 0, isAtMostOnce: Bool = false, undoFailsIn: Int? = nil
    ) -> Operation {
        .step(
            Step(
                name: name, tokens: tokens, isAtMostOnce: isAtMostOnce, isUndoable: true, undoFailsIn: undoFailsIn))
    }

    static func signal(_ name: String, within limit: Int? = nil) -> Operation {
        .wait(Waiting(name: name, signals: [name], limit: limit))
    }

    static func approval(_ name: String, within limit: Int? = nil) -> Operation {
        .wait(Waiting(name: name, approvals: [name], limit: limit))
    }

    static func first(signals: [String] = [], approvals: [String] = [], within limit: Int? = nil) -> Operation {
        .wait(Waiting(name: "first", signals: signals, approvals: approvals, limit: limit))
    }

    var name: String {
        switch self {
        case .step(let step): step.name
        case .wait(let wait): wait.name
        case .child(let name): name
        }
    }
}

/// A small world that is explored: runs, faults and people, each so many times.
struct Scenario: Sendable {
    var name: String
    var plans: [String: Plan]
    /// The runs at the beginning, by plan; they are in a queue.
    var runs = ["main"]
    var budget: Int64?
    /// What people do once, if it can be done.
    var signals: [String] = []
    var answers: [Answer] = []
    var raise: Int64 = 0
    /// How far the clock goes.
    var ticks = 0
    // Faults, and people who interfere.
    var crashes = 0
    var lostReports = 0
    var takeovers = 0
    var shutdowns = 0
    var cancels: [String] = []
    var retries = 0
    /// How often somebody resumes a run that is blocked.
    var resumes = 0
    /// Takeovers from dead executors without progress, after which a run is blocked.
    var recoveriesMax = 5
    var clockJumps = 0
    /// How many runs that only wait leave memory.
    var evictions = 0
    /// Whether children begin in the process of their parent; else they wait in the queue.
    var startsChildrenHere = false
    var executors = 2

    struct Answer: Hashable, Sendable {
        var approval: String
        var person: String
        var verdict: InboxAnswer.Verdict
        /// The key that must be closed before it is given.
        var after: String?
    }

    /// The most that a step costs.
    var price: Int64 {
        plans.values.flatMap(\.steps).map(\.tokens).max() ?? 0
    }

    private static let holder = QuotaName(tenant: "t", holder: .organisation, kind: .live)

    /// Room for as many root runs as there are.
    var liveQuotas: [QuotaDraw] { [QuotaDraw(Self.holder, cap: Int64(runs.count))] }

    /// A quota of a month that all paid steps fit into.
    var spendingQuotas: [QuotaDraw] {
        var name = Self.holder
        name.kind = .spent(.tokens, in: .month(of: Timestamp(milliseconds: 0)))
        return [QuotaDraw(name, cap: BudgetUnit.amountMax)]
    }

    /// The mutants that this world shows.
    var finds: Set<Mutation> = []
    /// A rule that is left out on purpose, to see that the explorer misses it.
    var mutation: Mutation?
}

/// Rules of the protocol, each of which the explorer must find missing.
enum Mutation: String, Sendable, CaseIterable {
    /// A release goes through although somebody has woken the run.
    case releaseWithoutWakeSequence
    /// A former owner's commands are applied.
    case writesWithoutFence
    /// A wait is closed without its message being taken.
    case closesWithoutTaking
    /// An owner takes the wake of a run that is at work, and does not look afterwards.
    case takesTheWakeWithoutALook
    /// Nobody holds anything before a paid step.
    case paysWithoutHold
    /// A run that has said that it waits is given back as one that waits, whatever its branches do.
    case trustsTheNotedWait
    /// A branch that has lost keeps what it held for a closure that never began.
    case keepsWhatWasHeldForNothing
    /// Nobody tells a parent of a child that had its end before it began.
    case tellsNoParentOfWhatNeverBegan
    /// A run is parked for its budget without a look whether it has just been raised.
    case parksWithoutALook
    /// Nobody tells a parent of its child's end.
    case childEndsSilently
    /// The intent of a step that must not be repeated, or can be undone, is not recorded.
    case beginsWithoutIntent
    /// What has begun and has no result is not undone.
    case undoesOnlyWhatIsClosed
    /// A cancel claims what this process has taken up meanwhile.
    case claimsWhatIsAtWorkHere
    /// A run that left memory is not taken up when it is called for its child.
    case forgetsCallsOfResting
    /// A replayed parent does not look at a child that this process seems to have.
    case trustsWhatSeemsToBeAtWork
    /// What was done first is undone first.
    case undoesInTheOrderOfBeginning
    /// A cancellation cuts the undoing off.
    case heedsItsCancelWhileItUndoes
    /// A retried run takes no place among the live runs of its account.
    case retriesWithoutAPlace
}
