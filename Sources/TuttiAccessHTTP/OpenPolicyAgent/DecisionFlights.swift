import TuttiAccess

/// Decisions that are kept, and questions on their way with those who wait for them. It decides; others act.
struct DecisionFlights<Waiter> {
    enum Action {
        /// It is known.
        case decided(PolicyDecision)
        /// Somebody asks already, and the waiter is told.
        case wait
        /// Ask; then call ``DecisionFlights/finish(_:_:generation:at:)`` with the same generation.
        case begin(generation: Int)
        /// Too many questions are on their way.
        case refuse
    }

    /// A question that is asked after ``forget()`` does not wait for an answer from before.
    private struct Flight: Hashable {
        let key: DecisionKey
        let generation: Int
    }

    private struct Kept {
        let decision: PolicyDecision
        let end: Duration
    }

    private let keeps: Duration
    private let decisionsMax: Int
    private let flightsMax: Int
    private var decisions: [DecisionKey: Kept] = [:]
    /// All are kept equally long, so the order of coming is the order of going.
    private var order: [(key: DecisionKey, end: Duration)] = []
    private var orderStart = 0
    private var flights: [Flight: [Waiter]] = [:]
    private var generation = 0

    init(keeps: Duration, decisionsMax: Int, flightsMax: Int) {
        self.keeps = keeps
        self.decisionsMax = decisionsMax
        self.flightsMax = flightsMax
    }

    /// How many decisions are held, whether or not their time is over.
    var count: Int { decisions.count }
    var flightCount: Int { flights.count }
    /// How many wait for an answer.
    var waiterCount: Int { flights.values.reduce(0) { $0 + $1.count } }

    func kept(_ key: DecisionKey, at now: Duration) -> PolicyDecision? {
        guard let kept = decisions[key], now < kept.end else { return nil }
        return kept.decision
    }

    mutating func ask(_ key: DecisionKey, _ waiter: Waiter, at now: Duration) -> Action {
        if let decision = kept(key, at: now) { return .decided(decision) }
        let flight = Flight(key: key, generation: generation)
        if flights[flight] != nil {
            flights[flight]?.append(waiter)
            return .wait
        }
        guard flights.count < flightsMax else { return .refuse }
        flights[flight] = [waiter]
        return .begin(generation: generation)
    }

    /// The question is answered; returns those who wait for it.
    mutating func finish(
        _ key: DecisionKey, _ answer: OpenPolicyAgentAnswer, generation: Int, at now: Duration
    ) -> [Waiter] {
        if answer.isKept, generation == self.generation, keeps > .zero { keep(key, answer.decision, at: now) }
        return flights.removeValue(forKey: Flight(key: key, generation: generation)) ?? []
    }

    /// Nothing that was asked before now is kept.
    mutating func forget() {
        generation += 1
        decisions = [:]
        order = []
        orderStart = 0
    }

    private mutating func keep(_ key: DecisionKey, _ decision: PolicyDecision, at now: Duration) {
        let end = now + keeps
        decisions[key] = Kept(decision: decision, end: end)
        order.append((key, end))
        while let first = order[orderStart...].first, first.end <= now || order.count - orderStart > decisionsMax {
            // One that has been decided anew since then has another place further behind.
            if decisions[first.key]?.end == first.end { decisions[first.key] = nil }
            orderStart += 1
        }
        if orderStart > order.count / 2 {
            order.removeFirst(orderStart)
            orderStart = 0
        }
    }
}
