package import TuttiCore
package import TuttiModels

/// Keeps what calls have told about one deployment, and says whether the next one may begin. No I/O: the time is
/// passed in, by a clock that never goes back.
package struct DeploymentHealth: Sendable {
    private let name: String
    private let settings: HealthSettings
    private var slots: Int
    private var keys: KeyRing
    private var breaker: CircuitBreaker
    private var traffic: TrafficWindow
    /// When the deployment may be asked again.
    private var restsUntil = Duration.zero
    private var calls: [UInt64: CircuitBreaker.Pass] = [:]

    package init(_ deployment: Deployment, settings: HealthSettings = HealthSettings()) {
        name = deployment.name
        self.settings = settings
        slots = deployment.slots
        keys = KeyRing(deployment.keys)
        breaker = CircuitBreaker(settings: settings)
        traffic = TrafficWindow(minutes: settings.figureMinutes)
    }

    // MARK: Calls

    /// Begins a call, which ``end(_:_:at:)`` has to end.
    ///
    /// - Parameters:
    ///   - id: a number that no other call has.
    ///   - excluded: keys that the call may not use.
    package mutating func begin(
        _ id: UInt64, excluding excluded: Set<SecretName> = [], at now: Duration
    ) -> Result<HealthTicket, RouteBlock> {
        if let obstacle = obstacle(excluding: excluded, at: now) { return .failure(RouteBlock(obstacle)) }
        guard let pass = breaker.begin(at: now) else { return .failure(RouteBlock(RouteObstacle(.probing))) }
        calls[id] = pass
        var key: SecretName?
        if case .key(let name) = keys.take(excluding: excluded, at: now) { key = name }
        return .success(HealthTicket(id: id, deployment: name, key: key, begun: now))
    }

    /// What would stand in the way of a call.
    package func obstacle(excluding excluded: Set<SecretName> = [], at now: Duration) -> RouteObstacle? {
        if restsUntil > now { return RouteObstacle(.resting, left: restsUntil - now) }
        switch breaker.standing(at: now) {
        case .open(let left): return RouteObstacle(.circuitOpen, left: left)
        case .halfOpen(isFree: false): return RouteObstacle(.probing)
        case .closed, .halfOpen(isFree: true): break
        }
        switch keys.look(excluding: excluded, at: now) {
        case .resting(let left): return RouteObstacle(.keysResting, left: left)
        case .off: return RouteObstacle(.keysOff)
        case .none, .key: break
        }
        return calls.count >= slots ? RouteObstacle(.slotsFull) : nil
    }

    /// Ends a call and takes what it tells. A call that has ended before changes nothing.
    package mutating func end(_ ticket: HealthTicket, _ report: CallReport, at now: Duration) {
        guard let pass = calls.removeValue(forKey: ticket.id) else { return }
        breaker.end(pass, report.verdict, at: now)
        if [.success, .failure].contains(report.verdict) {
            traffic.count(
                TrafficWindow.Call(
                    isSuccess: report.verdict == .success, latency: max(.zero, now - ticket.begun),
                    firstToken: report.firstToken, outputTokens: report.usage?.output ?? 0,
                    cost: report.cost ?? USD(microdollars: 0)), at: now)
        } else if let cost = report.cost {
            traffic.spend(cost, at: now)
        }
        if case .failed(let error) = report.ending { respect(error, of: ticket.key, at: now) }
    }

    // MARK: Rests

    private mutating func respect(_ error: ModelError, of key: SecretName?, at now: Duration) {
        guard error.isFaultOfKey else {
            if let pause = error.retryAfter { rest(nil, for: pause, at: now) }
            return
        }
        switch error.kind {
        case .unauthenticated: key.map { keys.switchOff($0) }
        case .rateLimited: rest(key, for: error.retryAfter ?? settings.keyRest, at: now)
        case .quotaExhausted: rest(key, for: error.retryAfter ?? settings.quotaRest, at: now)
        default: if let pause = error.retryAfter { rest(key, for: pause, at: now) }
        }
    }

    /// Leaves a key alone, or the whole deployment when there is none: a provider has asked for it, by an error or by
    /// the headers of an answer.
    package mutating func rest(_ key: SecretName?, for pause: Duration, at now: Duration) {
        let moment = now + max(.zero, min(pause, settings.restMax))
        if let key { keys.rest(key, until: moment) } else { restsUntil = max(restsUntil, moment) }
    }

    /// Takes what another deployment has learnt of a key that both have: that it is not accepted, or has no money.
    package mutating func hear(_ error: ModelError, of key: SecretName, at now: Duration) {
        guard [.unauthenticated, .quotaExhausted].contains(error.kind) else { return }
        respect(error, of: key, at: now)
    }

    /// Takes a key in again, because it has been replaced.
    package mutating func renew(_ key: SecretName) { keys.renew(key) }

    /// Goes on with other slots and keys; what calls have told stays.
    package mutating func adopt(_ deployment: Deployment) {
        slots = deployment.slots
        keys.replace(with: deployment.keys)
    }

    // MARK: Looks

    package mutating func snapshot(at now: Duration) -> HealthSnapshot {
        var snapshot = HealthSnapshot(
            deployment: name, inFlight: calls.count, slots: slots, keys: keys.snapshots(at: now),
            figures: traffic.figures(at: now))
        if restsUntil > now { snapshot.restsForMilliseconds = (restsUntil - now).milliseconds }
        switch breaker.standing(at: now) {
        case .closed: break
        case .open(let left):
            snapshot.circuit = .open
            snapshot.opensForMilliseconds = left.milliseconds
        case .halfOpen(let isFree): snapshot.circuit = isFree ? .halfOpen : .probing
        }
        return snapshot
    }
}

/// A call that has begun at a deployment.
package struct HealthTicket: Sendable, Hashable {
    package let id: UInt64
    package let deployment: String
    /// The name of the stored secret that it uses.
    package let key: SecretName?
    /// When it began.
    package let begun: Duration
}

/// A call could not begin.
package struct RouteBlock: Error, Hashable {
    package let obstacle: RouteObstacle

    init(_ obstacle: RouteObstacle) { self.obstacle = obstacle }
}
