import TuttiCore
import TuttiReadings
import TuttiStore

/// What is known of a run without its steps, as listings have it.
struct RunView: Codable, Sendable {
    var id: RunID
    var workflow: String
    var state: RunStatus
    var reason: String?
    var title: String?
    var created: WireTime
    var finished: WireTime?
    var deadline: WireTime?
    var durationMs: Int64?
    var queue: String?
    var cancelRequested: Bool
    var takenUp: Int64
    var executor: ExecutorView?
    var error: ErrorView?
    var asks: [String]
    var unattended: Bool
    var parent: RunID?
    var root: RunID
    var forkedFrom: RunID?
    var generation: Int
    var cost: CostView?

    init(
        _ run: RunSummary, title: String?, owner: RunOwners.Owner?, asks: [String], cost: StepCost?, at now: Timestamp
    ) {
        id = run.id
        workflow = run.workflow
        state = run.status
        reason = run.reason
        self.title = title
        created = run.created.wire
        finished = run.finished?.wire
        deadline = run.deadline?.wire
        durationMs = run.duration(at: now)?.milliseconds
        queue = run.queue
        cancelRequested = run.isCancelRequested
        takenUp = run.fence
        executor = owner.map(ExecutorView.init)
        error = run.error.map(ErrorView.init)
        self.asks = asks
        unattended = run.isUnattended
        parent = run.parent
        root = run.root
        forkedFrom = run.forkedFrom
        generation = run.generation
        self.cost = cost.map(CostView.init)
    }
}

/// A page of a listing.
struct RunPageView: Codable, Sendable {
    var runs: [RunView]
    /// Where the next page begins; `nil` at the end.
    var next: String?
    /// How many runs the same filters find in each state; only when it was asked for.
    var counts: [String: Int]?
}

/// Who works on a run.
struct ExecutorView: Codable, Sendable {
    enum Health: String, Codable, CaseIterable, Sendable {
        case alive, stopped, dead
    }

    var id: ExecutorID
    var process: Int64
    var health: Health

    init(_ owner: RunOwners.Owner) {
        id = owner.executor
        process = Int64(owner.process)
        health =
            switch owner.health {
            case .alive: .alive
            case .stopped: .stopped
            case .dead: .dead
            }
    }
}

/// How something failed.
struct ErrorView: Codable, Sendable {
    var code: String
    var message: String
    var origin: String
    var data: JSONValue?

    init(_ error: StepError) {
        code = error.code
        message = error.message
        origin = error.origin
        data = error.data
    }
}

/// What something has cost.
struct CostView: Codable, Sendable {
    /// In dollars, with all digits.
    var usd: String
    var microdollars: Int64
    var tokens: Int64

    init(_ cost: StepCost) {
        usd = USD(microdollars: cost.microdollars).decimal
        microdollars = cost.microdollars
        tokens = cost.tokens
    }
}

extension USD {
    /// `0.001200`: dollars with six digits behind the point, without a sign for the currency.
    var decimal: String {
        let magnitude = microdollars.magnitude
        let fraction = String(magnitude % 1_000_000)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        return "\(microdollars < 0 ? "-" : "")\(magnitude / 1_000_000).\(padded)"
    }
}
