import Synchronization
import TuttiRuntime

/// What the readers of one stream share in one process: one look at the database for all of them, and the newest items.
///
/// A reader that is slow costs the others nothing: the relay keeps no queue for anybody.
final class Relay<Item: StreamItem>: Sendable {
    typealias Turn = RelayState<Item>.Turn

    /// Called when there may be something new; the leader waits for it.
    let nudge = Nudge()
    private let state: Mutex<RelayState<Item>>

    /// - Parameter place: where the stream ends at the moment; `nil` when the first reader has to find out.
    init(behind place: Int64? = nil) { state = Mutex(RelayState(behind: place)) }

    /// Where the stream ends, as far as it is known.
    var last: Int64? { state.withLock { $0.last } }

    /// How many readers wait for the one that leads.
    var waiting: Int { state.withLock { $0.waiting } }

    // MARK: Readers

    /// Waits until there is something to do for a reader that has everything up to a place.
    ///
    /// - Throws: `CancellationError`; what a leader failed with.
    func turn(behind place: Int64) async throws -> Turn {
        while true {
            if Task.isCancelled {
                // Who has just been chosen to lead must not take the lead along.
                state.withLock { $0.takeNextLeader() }?.resume(returning: .look)
                throw CancellationError()
            }
            if let turn = state.withLock({ $0.turn(behind: place) }) { return turn }
            switch await call(behind: place) {
            case .look: continue
            case .over: return .over
            case .failed(let error): throw error
            }
        }
    }

    private func call(behind place: Int64) async -> RelayState<Item>.Call {
        let token = state.withLock { $0.nextToken() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let waits = state.withLock { !Task.isCancelled && $0.add(waiter, token, behind: place) }
                if !waits { waiter.resume(returning: .look) }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter(token) }?.resume(returning: .look)
        }
    }

    func hasNews(behind place: Int64) -> Bool { state.withLock { $0.hasNews(behind: place) } }

    // MARK: The leader

    /// Waits until there may be something new.
    ///
    /// - Parameter poll: how long at most, since other processes give no sign.
    func untilLookIsDue(atMost poll: Duration, on clock: any Timekeeper) async throws {
        if let rest = state.withLock({ $0.takeRest() }) { try await clock.sleep(for: rest) }
        guard !state.withLock({ $0.takeLookDue() }) else { return }
        await nudge.wait(atMost: poll, on: clock)
        try Task.checkCancellation()
    }

    func start(behind place: Int64) {
        for waiter in state.withLock({ $0.start(behind: place) }) { waiter.resume(returning: .look) }
    }

    func advance(through place: Int64, lookDue: Bool) {
        state.withLock { $0.advance(through: place, lookDue: lookDue) }
    }

    /// Hands the items to all readers and ends the lead.
    ///
    /// - Parameter lookDue: whether the next leader finds more at once.
    func publish(_ items: [Item], through place: Int64, lookDue: Bool) {
        let woken = state.withLock { $0.publish(items, through: place, lookDue: lookDue) }
        for waiter in woken { waiter.resume(returning: .look) }
    }

    /// Ends the stream of all who wait. Who asks later looks again: a run may have been taken up by then.
    func finish() {
        for waiter in state.withLock({ $0.endLead(lookDue: true) }) { waiter.resume(returning: .over) }
    }

    func fail(_ error: any Error) {
        for waiter in state.withLock({ $0.endLead(lookDue: true) }) { waiter.resume(returning: .failed(error)) }
    }

    /// Leaves the lead to another reader.
    func pass() { state.withLock { $0.passLead() }?.resume(returning: .look) }

    // MARK: Others

    /// Adds items from elsewhere than a leader's look. The leader has to be nudged then; it tells the others.
    func append(_ items: [Item], through place: Int64) { state.withLock { $0.append(items, through: place) } }
}
