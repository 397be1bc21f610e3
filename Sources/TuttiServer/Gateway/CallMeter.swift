import Synchronization
import TuttiAccess
import TuttiCore
import TuttiGateway
import TuttiModels
import TuttiRouting
import TuttiRuntime

/// What is known of a call while it goes on: in the end the line of the ledger.
final class CallMeter: Sendable {
    fileprivate struct State {
        var line: CallLine
        var first: Duration?
        var attempts: [Attempt] = []
        /// The attempt whose answer goes to the client; `nil` before that is known.
        var answering: Int?
        var bytes = 0
        var rates = CallRates()
        var checksField: String?
        var cacheFields: [(name: String, value: String)] = []
        /// The code of what a guard has refused.
        var refusal: String?
    }

    /// What one attempt has used: a provider wants money also for an answer that nobody took.
    fileprivate struct Attempt {
        let model: String
        let deployment: String?
        let key: SecretName?
        var usage: ModelUsage?
        var cost: USD?
    }

    private let state: Mutex<State>
    private let begun: Duration
    private let clock: any Timekeeper
    /// Tokens sent, where nobody counts them.
    private let inputTokens: @Sendable () -> Int64

    init(
        _ dialect: CallDialect, model: String, isStreamed: Bool, by caller: Caller, tenant: String, request: String,
        clock: any Timekeeper, random: LockedGenerator, inputTokens: @escaping @Sendable () -> Int64
    ) {
        self.clock = clock
        self.inputTokens = inputTokens
        begun = clock.uptime()
        let principal = caller.principal
        var key: String?
        if case .key(let id) = principal.credential { key = id.text }
        let now = clock.now()
        var line = CallLine(
            id: random.draw { CallID(at: now, using: &$0) }, tenant: tenant,
            party: CallParty(key: key, person: principal.id, project: principal.project), dialect: dialect,
            route: CallRoute(model: model, outcome: .failed))
        line.isStreamed = isStreamed
        line.request = request
        line.attempts = 0
        line.isPriced = false
        state = Mutex(State(line: line))
    }

    /// What names the call in the ledger.
    var id: CallID { state.withLock { $0.line.id } }

    /// Who answers, has answered or failed last, as `PROVIDER/NAME`.
    var providerModel: String? { state.withLock { $0.attempt?.model ?? $0.line.route.providerModel } }

    /// What is left of the rates of the caller.
    var rates: CallRates { state.withLock { $0.rates } }

    func noteRates(_ rates: CallRates) { state.withLock { $0.rates = rates } }

    /// What the head of the answer tells of the cache; nothing where it was not asked.
    var cacheFields: [(name: String, value: String)] { state.withLock { $0.cacheFields } }

    /// What the head of the answer tells of the checks of its route; `nil` where there are none.
    var checksField: String? { state.withLock { $0.checksField } }

    /// An answer has been checked.
    ///
    /// - Parameter unmet: what it is not.
    func noteChecks(unmet: String?) {
        state.withLock { $0.checksField = unmet.map { "failed=\($0)" } ?? "passed" }
    }

    /// The cache has nothing.
    func noteMiss() {
        state.withLock { state in
            state.line.cache = .miss
            state.cacheFields = [("X-Tutti-Cache", CallCacheUse.miss.rawValue)]
        }
    }

    /// The cache has the answer, which costs nothing.
    ///
    /// - Parameters:
    ///   - age: how long it has been kept.
    ///   - similarity: how near its question is; `nil` for the same request.
    func noteHit(_ answer: CachedAnswer, age: Duration, similarity: Double?) {
        let use: CallCacheUse = similarity == nil ? .hit : .similar
        var fields = [("X-Tutti-Cache", use.rawValue), ("Age", String(max(0, age.milliseconds / 1000)))]
        if let similarity { fields.append(("X-Tutti-Similarity", Self.thousandths(similarity))) }
        state.withLock { state in
            state.line.cache = use
            state.line.route.providerModel = answer.providerModel
            state.line.isPriced = true
            state.cacheFields = fields.map { (name: $0.0, value: $0.1) }
        }
    }

    /// A share with three digits behind the point.
    private static func thousandths(_ share: Double) -> String {
        let number = Int((max(0, min(1, share)) * 1000).rounded())
        let digits = String(number % 1000)
        return "\(number / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// What the call has taken, once it has ended, and whether nobody has counted it.
    var taken: (tokens: CallTokens, cost: USD, isEstimated: Bool) {
        state.withLock { state in
            state.sum()
            return (state.line.tokens, state.line.cost, state.line.isEstimated)
        }
    }

    /// The run that answers, where one does.
    var run: RunID? { state.withLock { $0.line.run } }

    /// A run is to answer.
    @Sendable func noteRun(_ run: RunID) { state.withLock { $0.line.run = run } }

    /// What guards have found so far.
    func noteGuards(_ text: String) { state.withLock { $0.line.guards = text } }

    /// A guard lets the request or the answer not through.
    func noteRefusal(_ failure: GatewayError) { state.withLock { $0.refusal = failure.code } }

    /// Another attempt begins.
    ///
    /// - Returns: what it is called here.
    func begin(_ name: String, deployment: String?, key: SecretName?) -> Int {
        state.withLock { state in
            state.attempts.append(Attempt(model: name, deployment: deployment, key: key))
            return state.attempts.count - 1
        }
    }

    /// The answer of an attempt goes to the client.
    func noteAnswer(of attempt: Int) { state.withLock { $0.answering = attempt } }

    /// More of the answer has gone to the client.
    func noteBytes(_ count: Int) {
        let now = clock.uptime()
        state.withLock { state in
            state.bytes += count
            if state.first == nil { state.first = now - begun }
        }
    }

    /// What an attempt has used by now, and what that has cost; `nil` for what nobody knows.
    func noteUsage(_ usage: ModelUsage, cost: USD?, of attempt: Int) {
        state.withLock { state in
            state.attempts[attempt].usage = usage
            state.attempts[attempt].cost = cost
        }
    }

    /// An attempt was ended that nobody has counted: what was sent there has to be paid.
    func noteEnded(_ attempt: Int, price: (ModelUsage) -> USD?) {
        guard state.withLock({ $0.attempts[attempt].usage == nil }) else { return }
        let usage = ModelUsage(uncachedInput: inputTokens(), isEstimated: true)
        noteUsage(usage, cost: price(usage), of: attempt)
    }

    /// What a run has used that nobody waits for any more.
    @Sendable func noteLost(_ usage: ModelUsage) {
        let last = state.withLock { $0.attempts.count - 1 }
        if last >= 0 { noteUsage(usage, cost: usage.reportedCost, of: last) }
    }

    /// The line of a call that has ended.
    ///
    /// - Parameters:
    ///   - error: why there is no whole answer.
    ///   - price: what tokens that nobody has counted cost.
    func line(failedWith error: (any Error)?, price: (ModelUsage) -> USD?) -> CallLine {
        let now = clock.uptime()
        let missing = state.withLock { state in
            state.attempt.map { $0.usage == nil && (state.bytes > 0 || error == nil) } ?? false
        }
        if missing, let last = state.withLock({ $0.last }) {
            // Somebody has worked for it and will want money: a guess from above, which the line says.
            var usage = ModelUsage(uncachedInput: inputTokens(), isEstimated: true)
            usage.output = Int64(state.withLock { $0.bytes }) / CallEstimate.bytesPerToken
            noteUsage(usage, cost: price(usage), of: last)
        }
        return state.withLock { state in
            state.sum()
            state.line.durationMilliseconds = (now - begun).milliseconds
            state.line.firstTokenMilliseconds = state.first?.milliseconds
            if let refusal = state.refusal {
                state.line.route.outcome = .refused
                state.line.error = refusal
                return state.line
            }
            guard let error else {
                state.line.route.outcome = .completed
                return state.line
            }
            let isCancelled = error is CancellationError || Task.isCancelled
            let failure = GatewayError(thrown: error)
            state.line.route.outcome = isCancelled ? .cancelled : state.bytes > 0 ? .cut : .failed
            state.line.error = isCancelled ? "cancelled" : (error as? any CodedError)?.code ?? failure.code
            return state.line
        }
    }
}

extension CallMeter.State {
    /// The attempt that the call is told by.
    var last: Int? { answering ?? (attempts.isEmpty ? nil : attempts.count - 1) }

    var attempt: CallMeter.Attempt? { last.map { attempts[$0] } }

    /// Puts what all attempts have used into the line, and which way the answer came.
    mutating func sum() {
        guard let attempt else { return }
        line.attempts = attempts.count
        line.route.deployment = attempt.deployment
        line.route.providerModel = attempt.model
        line.providerKey = attempt.key?.text
        let used = attempts.filter { $0.usage != nil }
        line.tokens = CallTokens()
        var cost: Int128 = 0
        for attempt in used {
            if let usage = attempt.usage { line.tokens += CallTokens(usage) }
            cost += Int128(attempt.cost?.microdollars ?? 0)
        }
        line.cost = USD(microdollars: Int64(clamping: cost))
        line.isEstimated = used.contains { $0.usage?.isEstimated == true }
        line.isPriced = !used.isEmpty && !used.contains { $0.cost == nil }
    }
}
