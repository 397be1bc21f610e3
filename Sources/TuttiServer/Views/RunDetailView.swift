import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiTeams

/// One run with what went in, what came out, and what can be done with it.
struct RunDetailView: Codable, Sendable {
    var run: RunView
    var input: JSONValue
    var output: JSONValue?
    var budget: [BudgetView]
    var result: RoundtableFactsView?
    var approvals: [ApprovalView]
    var actions: [RunAction]
    /// The number of its newest event; a stream behind it leaves nothing out.
    var lastEvent: Int64
    /// Whether comments of people are heard at the next round.
    var commentsOpen: Bool

    // The members of the run stand beside the others: whoever knows a run of a listing knows this one.
    init(from decoder: any Decoder) throws {
        run = try RunView(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        input = try container.decode(JSONValue.self, forKey: .input)
        output = try container.decodeIfPresent(JSONValue.self, forKey: .output)
        budget = try container.decode([BudgetView].self, forKey: .budget)
        result = try container.decodeIfPresent(RoundtableFactsView.self, forKey: .result)
        approvals = try container.decode([ApprovalView].self, forKey: .approvals)
        actions = try container.decode([RunAction].self, forKey: .actions)
        lastEvent = try container.decode(Int64.self, forKey: .lastEvent)
        commentsOpen = try container.decode(Bool.self, forKey: .commentsOpen)
    }

    func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(input, forKey: .input)
        try container.encodeIfPresent(output, forKey: .output)
        try container.encode(budget, forKey: .budget)
        try container.encodeIfPresent(result, forKey: .result)
        try container.encode(approvals, forKey: .approvals)
        try container.encode(actions, forKey: .actions)
        try container.encode(lastEvent, forKey: .lastEvent)
        try container.encode(commentsOpen, forKey: .commentsOpen)
    }

    init(
        run: RunView, input: JSONValue, output: JSONValue?, budget: [BudgetState], result: RoundtableFacts?,
        approvals: [ApprovalView], actions: [RunAction], lastEvent: Int64, commentsOpen: Bool
    ) {
        self.run = run
        self.input = input
        self.output = output
        self.budget = budget.map(BudgetView.init)
        self.result = result.map(RoundtableFactsView.init)
        self.approvals = approvals
        self.actions = actions
        self.lastEvent = lastEvent
        self.commentsOpen = commentsOpen
    }

    private enum CodingKeys: String, CodingKey {
        case input, output, budget, result, approvals, actions, lastEvent, commentsOpen
    }
}

/// What can be done with a run as it stands.
enum RunAction: String, Codable, CaseIterable, Sendable {
    case cancel, retry, resume, fork, `continue`, finish, resolve, approve

    static func all(for run: RunSummary, result: RoundtableFacts?, approvals: Int) -> [RunAction] {
        var actions: [RunAction] = []
        let isRoundtable = run.workflow == Roundtable.name
        let isRoot = run.parent == nil
        if approvals > 0 { actions.append(.approve) }
        switch run.status {
        case .queued, .running, .waiting:
            if isRoundtable, !run.isUnattended { actions.append(.finish) }
            if run.isUnattended, isRoot { actions.append(.resume) }
            actions.append(.cancel)
        case .blocked:
            if isRoot { actions.append(run.reason == BlockReason.undoFailed.rawValue ? .retry : .resume) }
            actions += [.fork, .cancel]
        case .failed:
            if isRoot { actions.append(run.error?.code == StepError.outcomeUnknown ? .resolve : .retry) }
            actions.append(.fork)
        case .completed: actions += isContinuable(result) ? [.continue, .fork] : [.fork]
        case .cancelled: actions.append(.fork)
        }
        return actions
    }

    /// Whether more rounds could bring more.
    private static func isContinuable(_ result: RoundtableFacts?) -> Bool {
        guard let result, result.rounds < RoundtableInput.iterations.upperBound else { return false }
        return [.exhausted, .stalled, .custom].contains(result.outcome)
    }
}

/// One limit of what a run may spend.
struct BudgetView: Codable, Sendable {
    var unit: BudgetUnit
    /// In millionths of a dollar, tokens, steps, or milliseconds.
    var cap: Int64
    var used: Int64
    /// Of what is used, what is only set aside for steps at work.
    var held: Int64

    init(_ state: BudgetState) {
        unit = state.unit
        cap = state.cap
        used = state.used
        held = state.held
    }
}

/// What a roundtable has come to.
struct RoundtableFactsView: Codable, Sendable {
    var outcome: RoundtableOutcome
    var reason: String
    var rounds: Int
    var open: CountsView

    init(_ facts: RoundtableFacts) {
        outcome = facts.outcome
        reason = facts.reason
        rounds = facts.rounds
        self.open = CountsView(facts.open)
    }
}

/// How many findings there are of each severity.
struct CountsView: Codable, Sendable {
    var critical: Int
    var high: Int
    var medium: Int
    var low: Int

    init(_ counts: FindingCounts) {
        (critical, high, medium, low) = (counts.critical, counts.high, counts.medium, counts.low)
    }
}

/// Something that a run asks a person to agree to.
struct ApprovalView: Codable, Sendable {
    var run: RunID
    var workflow: String
    var title: String?
    var name: String
    var id: String
    var shown: JSONValue
    /// What was shown when the same was asked before, such as the draft that was sent back.
    var previous: JSONValue?
    /// What an answer quotes.
    var hash: String
    var asked: WireTime
    var expires: WireTime?

    init(_ question: ApprovalQuestion, of run: RunSummary, title: String?) {
        self.run = run.id
        workflow = run.workflow
        self.title = title
        name = question.name
        id = question.id
        shown = question.shown
        previous = question.previous
        hash = question.hash
        asked = question.asked.wire
        expires = question.expires?.wire
    }
}
