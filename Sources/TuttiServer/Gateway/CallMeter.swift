import Synchronization
import TuttiAccess
import TuttiCore
import TuttiGateway
import TuttiModels
import TuttiRouting
import TuttiRuntime

/// What is known of a call while it goes on: in the end the line of the ledger.
final class CallMeter: Sendable {
    private struct State {
        var line: CallLine
        var first: Duration?
        var usage: ModelUsage?
        var bytes = 0
        var rates = CallRates()
        var cacheFields: [(name: String, value: String)] = []
        /// The code of what a guard has refused.
        var refusal: String?
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

    /// Who has answered or failed last, as `PROVIDER/NAME`.
    var providerModel: String? { state.withLock { $0.line.route.providerModel } }

    /// What is left of the rates of the caller.
    var rates: CallRates { state.withLock { $0.rates } }

    func noteRates(_ rates: CallRates) { state.withLock { $0.rates = rates } }

    /// What the head of the answer tells of the cache; nothing where it was not asked.
    var cacheFields: [(name: String, value: String)] { state.withLock { $0.cacheFields } }

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
        state.withLock { ($0.line.tokens, $0.line.cost, $0.line.isEstimated) }
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
    func begin(_ name: String, deployment: String?, key: SecretName?) {
        state.withLock { state in
            state.line.attempts += 1
            state.line.route.deployment = deployment
            state.line.route.providerModel = name
            state.line.providerKey = key?.text
            state.usage = nil
        }
    }

    /// More of the answer has gone to the client.
    func noteBytes(_ count: Int) {
        let now = clock.uptime()
        state.withLock { state in
            state.bytes += count
            if state.first == nil { state.first = now - begun }
        }
    }

    func noteUsage(_ usage: ModelUsage, cost: USD?) {
        state.withLock { state in
            state.usage = usage
            state.line.tokens = CallTokens(usage)
            state.line.isEstimated = usage.isEstimated
            state.line.cost = cost ?? USD(microdollars: 0)
            state.line.isPriced = cost != nil
        }
    }

    /// The line of a call that has ended.
    ///
    /// - Parameters:
    ///   - error: why there is no whole answer.
    ///   - price: what tokens that nobody has counted cost.
    func line(failedWith error: (any Error)?, price: (ModelUsage) -> USD?) -> CallLine {
        let now = clock.uptime()
        let missing = state.withLock { $0.usage == nil && $0.line.attempts > 0 && ($0.bytes > 0 || error == nil) }
        if missing {
            // Somebody has worked for it and will want money: a guess from above, which the line says.
            var usage = ModelUsage(uncachedInput: inputTokens(), isEstimated: true)
            usage.output = Int64(state.withLock { $0.bytes }) / CallEstimate.bytesPerToken
            noteUsage(usage, cost: price(usage))
        }
        return state.withLock { state in
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
