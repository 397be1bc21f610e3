import TuttiCore
import TuttiModels

/// What real calls of the last minutes were like, in memory that does not grow with them.
struct TrafficWindow: Sendable, Hashable {
    /// What one call was like.
    struct Call: Sendable, Hashable {
        var isSuccess: Bool
        var latency: Duration
        var firstToken: Duration?
        var outputTokens: Int64
        var cost: USD
    }

    fileprivate struct Sums: Sendable, Hashable {
        var successes = 0
        var failures = 0
        var outputTokens: Int64 = 0
        /// The time in which those tokens came.
        var outputTime = Duration.zero
        var microdollars: Int64 = 0
        var latency = LatencyHistogram()
        var firstToken = LatencyHistogram()
    }

    private var minutes: [Sums]
    /// The sums over all minutes, kept so that a look costs little.
    private var whole = Sums()
    /// The number of the newest minute.
    private var newest = 0

    /// A window of so many minutes.
    init(minutes: Int) { self.minutes = Array(repeating: Sums(), count: max(1, minutes)) }

    mutating func count(_ call: Call, at now: Duration) {
        advance(to: now)
        let place = newest % minutes.count
        minutes[place].take(call)
        whole.take(call)
    }

    /// Counts money that was spent on a call that says nothing else.
    mutating func spend(_ cost: USD, at now: Duration) {
        advance(to: now)
        minutes[newest % minutes.count].microdollars += cost.microdollars
        whole.microdollars += cost.microdollars
    }

    /// The figures of the minutes that have not passed.
    mutating func figures(at now: Duration) -> TrafficFigures {
        advance(to: now)
        let calls = whole.successes + whole.failures
        let seconds = whole.outputTime / .seconds(1)
        return TrafficFigures(
            calls: calls, successShare: calls > 0 ? Double(whole.successes) / Double(calls) : nil,
            latencyP50Milliseconds: whole.latency.quantile(0.5)?.milliseconds,
            latencyP95Milliseconds: whole.latency.quantile(0.95)?.milliseconds,
            firstTokenP50Milliseconds: whole.firstToken.quantile(0.5)?.milliseconds,
            firstTokenP95Milliseconds: whole.firstToken.quantile(0.95)?.milliseconds,
            tokensPerSecond: seconds > 0 ? Double(whole.outputTokens) / seconds : nil,
            spent: USD(microdollars: whole.microdollars))
    }

    private mutating func advance(to now: Duration) {
        let number = max(newest, Int(now / .seconds(60)))
        for passed in 0..<min(number - newest, minutes.count) {
            let place = (number - passed) % minutes.count
            whole.remove(minutes[place])
            minutes[place] = Sums()
        }
        newest = number
    }
}

extension TrafficWindow.Sums {
    fileprivate mutating func take(_ call: TrafficWindow.Call) {
        microdollars += call.cost.microdollars
        guard call.isSuccess else {
            failures += 1
            return
        }
        successes += 1
        latency.add(call.latency)
        if let first = call.firstToken { firstToken.add(first) }
        if call.outputTokens > 0 {
            outputTokens += call.outputTokens
            outputTime += call.latency - (call.firstToken ?? .zero)
        }
    }

    fileprivate mutating func remove(_ other: TrafficWindow.Sums) {
        successes -= other.successes
        failures -= other.failures
        outputTokens -= other.outputTokens
        outputTime -= other.outputTime
        microdollars -= other.microdollars
        latency.remove(other.latency)
        firstToken.remove(other.firstToken)
    }
}
