import Synchronization
package import TuttiCore
import TuttiModels
import TuttiRuntime

/// The health of all deployments of a process, for any number of tasks.
package final class HealthBoard: Sendable {
    private struct State {
        var healths: [String: DeploymentHealth] = [:]
        var deployments: [String: Deployment] = [:]
        var next: UInt64 = 0
        var waiters: [UInt64: (names: Set<String>, nudge: Nudge)] = [:]

        mutating func number() -> UInt64 {
            next += 1
            return next
        }
    }

    /// The most calls that may wait for slots at a time; one more is turned away at once.
    package static let waitersMax = 1000

    private let settings: HealthSettings
    private let state = Mutex(State())

    /// A board on which nothing has happened yet.
    package init(_ table: RouteTable, settings: HealthSettings = HealthSettings()) {
        self.settings = settings
        update(table)
    }

    /// Goes on with the deployments of a new table. One that asks the same model under the same name keeps its health.
    package func update(_ table: RouteTable) {
        let nudges = state.withLock { state -> [Nudge] in
            var healths: [String: DeploymentHealth] = [:]
            for deployment in table.deployments {
                if state.deployments[deployment.name]?.model == deployment.model,
                    var health = state.healths[deployment.name]
                {
                    health.adopt(deployment)
                    healths[deployment.name] = health
                } else {
                    healths[deployment.name] = DeploymentHealth(deployment, settings: settings)
                }
            }
            state.healths = healths
            state.deployments = Dictionary(table.deployments.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
            return state.waiters.values.map(\.nudge)
        }
        for nudge in nudges { nudge.call() }
    }

    // MARK: Calls

    /// Begins a call, which ``end(_:_:at:)`` has to end.
    package func begin(
        _ deployment: String, excluding excluded: Set<SecretName> = [], at now: Duration
    ) -> Result<HealthTicket, RouteBlock> {
        state.withLock { state in
            let id = state.number()
            return state.healths[deployment]?.begin(id, excluding: excluded, at: now)
                ?? .failure(RouteBlock(RouteObstacle(.gone)))
        }
    }

    /// Ends a call, tells its deployment how it went, and wakes those that wait for its slot.
    package func end(_ ticket: HealthTicket, _ report: CallReport, at now: Duration) {
        let nudges = state.withLock { state -> [Nudge] in
            state.healths[ticket.deployment]?.end(ticket, report, at: now)
            if case .failed(let error) = report.ending, let key = ticket.key,
                let provider = state.deployments[ticket.deployment]?.model.provider
            {
                for (name, other) in state.deployments
                where name != ticket.deployment && other.model.provider == provider && other.keys.contains(key) {
                    state.healths[name]?.hear(error, of: key, at: now)
                }
            }
            return state.waiters.values.filter { $0.names.contains(ticket.deployment) }.map(\.nudge)
        }
        for nudge in nudges { nudge.call() }
    }

    /// Whether a call could use another key of a deployment right away.
    func hasKey(_ deployment: String, excluding excluded: Set<SecretName>, at now: Duration) -> Bool {
        state.withLock { state in
            guard let health = state.healths[deployment] else { return false }
            let reason = health.obstacle(excluding: excluded, at: now)?.reason
            return reason != .keysOff && reason != .keysResting
        }
    }

    // MARK: What others know

    /// Leaves a key of a deployment alone, or all of it without a key, because the headers of an answer ask for it.
    package func rest(_ deployment: String, key: SecretName?, for pause: Duration, at now: Duration) {
        state.withLock { $0.healths[deployment]?.rest(key, for: pause, at: now) }
    }

    /// Takes a key in again wherever it is used, because its secret has been replaced.
    package func renew(_ key: SecretName) {
        state.withLock { state in
            for name in state.healths.keys { state.healths[name]?.renew(key) }
        }
    }

    // MARK: Looks

    /// How some deployments are, by name.
    package func snapshots(of names: some Sequence<String>, at now: Duration) -> [String: HealthSnapshot] {
        state.withLock { state in
            var snapshots: [String: HealthSnapshot] = [:]
            for name in names { snapshots[name] = state.healths[name]?.snapshot(at: now) }
            return snapshots
        }
    }

    /// How all deployments are, in the order of their names.
    package func snapshots(at now: Duration) -> [HealthSnapshot] {
        state.withLock { state in
            state.healths.keys.sorted().compactMap { state.healths[$0]?.snapshot(at: now) }
        }
    }

    // MARK: Those that wait

    /// Wakes a nudge whenever a call of one of these deployments ends, until ``dismiss(_:)``.
    ///
    /// - Returns: `nil` when too many wait already.
    func enlist(_ names: Set<String>, _ nudge: Nudge) -> UInt64? {
        state.withLock { state in
            guard state.waiters.count < Self.waitersMax else { return nil }
            let id = state.number()
            state.waiters[id] = (names, nudge)
            return id
        }
    }

    func dismiss(_ id: UInt64) { state.withLock { $0.waiters[id] = nil } }

    /// How many wait for a slot of one of these deployments.
    func waiting(for names: Set<String>) -> Int {
        state.withLock { state in state.waiters.values.count { !$0.names.isDisjoint(with: names) } }
    }
}
