package import TuttiCore

/// How a deployment is at a moment, for whoever plans a call and for whoever looks.
package struct HealthSnapshot: Sendable, Hashable, Codable {
    /// What the circuit does with calls.
    package enum Circuit: String, Sendable, Hashable, Codable {
        /// They go through.
        case closed
        /// They do not.
        case open
        /// One may find out whether the deployment is back.
        case halfOpen = "half_open"
        /// One is finding out.
        case probing
    }

    package var deployment: String
    package var circuit: Circuit
    /// How long the circuit is still open.
    package var opensForMilliseconds: Int64?
    /// How long the deployment has asked to be left alone still.
    package var restsForMilliseconds: Int64?
    /// Calls that are going on.
    package var inFlight: Int
    package var slots: Int
    /// Its keys in the order of the file.
    package var keys: [KeySnapshot]
    package var figures: TrafficFigures

    package init(
        deployment: String, circuit: Circuit = .closed, opensForMilliseconds: Int64? = nil,
        restsForMilliseconds: Int64? = nil, inFlight: Int = 0, slots: Int = RouteLimits.slotsDefault,
        keys: [KeySnapshot] = [], figures: TrafficFigures = TrafficFigures()
    ) {
        self.deployment = deployment
        self.circuit = circuit
        self.opensForMilliseconds = opensForMilliseconds
        self.restsForMilliseconds = restsForMilliseconds
        self.inFlight = inFlight
        self.slots = slots
        self.keys = keys
        self.figures = figures
    }

    /// The share of slots that are taken.
    package var load: Double { slots > 0 ? Double(inFlight) / Double(slots) : 1 }

    /// What stands in the way of a call, and for how long; `nil` when nothing does.
    package var obstacle: RouteObstacle? {
        if let left = restsForMilliseconds { return RouteObstacle(.resting, left: .milliseconds(left)) }
        switch circuit {
        case .open: return RouteObstacle(.circuitOpen, left: opensForMilliseconds.map { .milliseconds($0) })
        case .probing: return RouteObstacle(.probing)
        case .closed, .halfOpen: break
        }
        if !keys.isEmpty, !keys.contains(where: { $0.state == .usable }) {
            let left = keys.compactMap(\.restsForMilliseconds).min()
            return left.map { RouteObstacle(.keysResting, left: .milliseconds($0)) } ?? RouteObstacle(.keysOff)
        }
        return inFlight >= slots ? RouteObstacle(.slotsFull) : nil
    }

    private enum CodingKeys: String, CodingKey {
        case deployment, circuit, slots, keys, figures
        case opensForMilliseconds = "opens_for_ms"
        case restsForMilliseconds = "rests_for_ms"
        case inFlight = "in_flight"
    }
}

/// What stands in the way of a call.
package struct RouteObstacle: Sendable, Hashable {
    package var reason: RouteDropReason
    /// How long it does at least; `nil` when nobody knows.
    package var left: Duration?

    package init(_ reason: RouteDropReason, left: Duration? = nil) {
        self.reason = reason
        self.left = left
    }
}

/// How a key of a deployment is.
package struct KeySnapshot: Sendable, Hashable, Codable {
    /// What can be done with it.
    package enum State: String, Sendable, Hashable, Codable {
        case usable
        /// It is left alone for a while.
        case resting
        /// It was not accepted, and is out until it has been replaced.
        case off
    }

    /// The name of the stored secret.
    package var key: SecretName
    package var state: State
    package var restsForMilliseconds: Int64?

    package init(key: SecretName, state: State, restsForMilliseconds: Int64? = nil) {
        self.key = key
        self.state = state
        self.restsForMilliseconds = restsForMilliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case key, state
        case restsForMilliseconds = "rests_for_ms"
    }
}

/// What the calls of the last minutes were like. What nobody knows is `nil`; times are those of calls that succeeded.
package struct TrafficFigures: Sendable, Hashable, Codable {
    /// Calls that succeeded or failed by the deployment's fault.
    package var calls: Int
    package var successShare: Double?
    package var latencyP50Milliseconds: Int64?
    package var latencyP95Milliseconds: Int64?
    package var firstTokenP50Milliseconds: Int64?
    package var firstTokenP95Milliseconds: Int64?
    /// Tokens of answers in a second, counted from the first one on.
    package var tokensPerSecond: Double?
    /// What they have cost, as far as it is known.
    package var spent: USD

    package init(
        calls: Int = 0, successShare: Double? = nil, latencyP50Milliseconds: Int64? = nil,
        latencyP95Milliseconds: Int64? = nil, firstTokenP50Milliseconds: Int64? = nil,
        firstTokenP95Milliseconds: Int64? = nil, tokensPerSecond: Double? = nil, spent: USD = USD(microdollars: 0)
    ) {
        self.calls = calls
        self.successShare = successShare
        self.latencyP50Milliseconds = latencyP50Milliseconds
        self.latencyP95Milliseconds = latencyP95Milliseconds
        self.firstTokenP50Milliseconds = firstTokenP50Milliseconds
        self.firstTokenP95Milliseconds = firstTokenP95Milliseconds
        self.tokensPerSecond = tokensPerSecond
        self.spent = spent
    }

    private enum CodingKeys: String, CodingKey {
        case calls
        case successShare = "success_share"
        case latencyP50Milliseconds = "latency_p50_ms"
        case latencyP95Milliseconds = "latency_p95_ms"
        case firstTokenP50Milliseconds = "first_token_p50_ms"
        case firstTokenP95Milliseconds = "first_token_p95_ms"
        case tokensPerSecond = "tokens_per_second"
        case spent = "spent_microdollars"
    }
}
