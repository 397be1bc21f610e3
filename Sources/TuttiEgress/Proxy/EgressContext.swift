import TuttiRuntime

/// What the connections of a proxy share. Belongs to the thread of its loop.
final class EgressContext {
    let policy: EgressPolicy
    let connector: any EgressConnector
    let lookups: EgressLookups
    private let report: @Sendable (EgressEvent) -> Void

    private(set) var bytesUp = 0
    private(set) var bytesDown = 0

    private static let clock = SystemTimekeeper()

    init(
        policy: EgressPolicy, connector: any EgressConnector, lookups: EgressLookups,
        report: @escaping @Sendable (EgressEvent) -> Void
    ) {
        self.policy = policy
        self.connector = connector
        self.lookups = lookups
        self.report = report
    }

    var limits: EgressLimits { policy.limits }
    var now: Duration { Self.clock.uptime() }

    /// Counts, and says whether the run may have had so much.
    func countUp(_ count: Int) -> Bool {
        bytesUp += count
        return bytesUp <= limits.bytesUpTotal
    }

    /// Counts, and says whether the run may have had so much.
    func countDown(_ count: Int) -> Bool {
        bytesDown += count
        return bytesDown <= limits.bytesDownTotal
    }

    func tell(_ event: EgressEvent) { report(event) }
}
