import Synchronization
package import TuttiCore
package import TuttiModels
import TuttiRuntime

/// One attempt at a call, for whoever carries it out.
package final class RouteAttempt: Sendable {
    private struct State {
        var firstToken: Duration?
        var hasContent = false
        var isEndedByListener = false
        var usage: ModelUsage?
        var cost: USD?
    }

    /// Counted from 1, over all deployments.
    package let number: Int
    package let deployment: Deployment
    /// The name of the stored secret to use; `nil` where none is needed.
    package let key: SecretName?
    let ticket: HealthTicket
    /// Where it runs beside another attempt.
    let race: HedgeRace?
    private let begun: Duration
    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(number: Int, deployment: Deployment, ticket: HealthTicket, race: HedgeRace? = nil, clock: any Timekeeper) {
        self.number = number
        self.ticket = ticket
        self.race = race
        self.deployment = deployment
        key = ticket.key
        begun = ticket.begun
        self.clock = clock
    }

    /// Whether another attempt beside it has answered first: nothing of this one may go on to the caller.
    package var hasLost: Bool { race?.hasLost(number) ?? false }

    /// Says that a part of the answer is going on to the caller: from now on there is no other attempt. The first time
    /// is the time to the first token.
    ///
    /// - Throws: `CancellationError` when it has lost against another attempt.
    package func noteContent() throws(CancellationError) {
        if let race, !race.claim(number) { throw CancellationError() }
        let now = clock.uptime()
        state.withLock { state in
            if state.firstToken == nil { state.firstToken = max(.zero, now - begun) }
            state.hasContent = true
        }
    }

    /// Says what the provider has counted, and what that has cost.
    package func noteUsage(_ usage: ModelUsage, cost: USD?) {
        state.withLock { state in
            state.usage = usage
            state.cost = cost
        }
    }

    /// Says that whoever listened has failed: what the attempt throws is no fault of the deployment.
    package func noteListenerFailure() { state.withLock { $0.isEndedByListener = true } }

    var isEndedByListener: Bool { state.withLock(\.isEndedByListener) }

    /// Whether a part of the answer has gone on to the caller.
    package var hasContent: Bool { state.withLock(\.hasContent) }

    /// What the attempt tells about its deployment.
    func report(_ ending: CallReport.Ending) -> CallReport {
        let state = state.withLock { $0 }
        var usage = state.usage
        if usage == nil, case .failed(let error) = ending { usage = error.usage }
        return CallReport(ending, firstToken: state.firstToken, usage: usage, cost: state.cost)
    }
}
