import TuttiGateway
import TuttiGuards
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// Finds the guards of calls, and counts what they find.
struct GuardDesk: Sendable {
    private let router: ModelRouter
    private let found: MetricFamily<Counter>
    private let log: Log
    let clock: any Timekeeper

    init(_ router: ModelRouter, _ telemetry: Telemetry, clock: any Timekeeper) {
        self.router = router
        found = telemetry.metrics.counter(GatewayMetric.found)
        log = telemetry.log
        self.clock = clock
    }

    /// What guards a call; `nil` for nothing.
    ///
    /// - Parameter model: as it was asked for.
    func guards(of model: String, _ meter: CallMeter) -> CallGuards? {
        router.table.guards(for: model).map { CallGuards($0, meter, self) }
    }

    func count(_ account: GuardAccount) {
        for entry in account.entries { found[entry.guardName, entry.done].add(entry.count) }
    }

    /// A guard that gives up is one whose patterns somebody should make simpler.
    func tell(_ refusal: GuardRefusal, of call: CallID) {
        guard refusal.reason == .gaveUp else { return }
        log.warning(
            "a guard gave up", ["call.id": .string(call.text), "guard.name": .string(refusal.name)])
    }
}
