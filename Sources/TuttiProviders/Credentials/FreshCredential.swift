import Synchronization
import TuttiCore
import TuttiModels
import TuttiRuntime

/// A credential that is always good: fetched when it is first needed, kept, and renewed ahead of its end.
///
/// However many calls ask at one time, its source is asked once; a call that is cancelled leaves alone, and what it has
/// begun goes on for the others.
final class FreshCredential<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<CredentialLease<Value>, any Error>

    private let clock: any Timekeeper
    private let fetch: @Sendable () async throws -> IssuedCredential<Value>
    private let state: Mutex<CredentialState<Value, Waiter>>
    private let lastID = Atomic<Int>(0)

    /// - Parameter fetch: asks the source; throws ``ModelError``.
    init(
        _ pace: RenewalPace, clock: any Timekeeper,
        fetch: @escaping @Sendable () async throws -> IssuedCredential<Value>
    ) {
        self.clock = clock
        self.fetch = fetch
        state = Mutex(CredentialState(pace))
    }

    /// The credential for a call.
    ///
    /// - Throws: what the source throws, unless there is one that is still good; `CancellationError`.
    func lease() async throws -> CredentialLease<Value> {
        let id = lastID.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                enter(id, waiter)
                // A cancellation that came before the entry found nobody.
                if Task.isCancelled { leave(id) }
            }
        } onCancel: {
            leave(id)
        }
    }

    /// The credential of this number was refused.
    ///
    /// - Returns: whether another one can be had.
    func renew(after number: Int) -> Bool { state.withLock { $0.refuse(number) } }

    private func enter(_ id: Int, _ waiter: Waiter) {
        switch state.withLock({ $0.ask(id, waiter, now: clock.now()) }) {
        case .use(let lease, let renewsAside):
            waiter.resume(returning: lease)
            if renewsAside { renew() }
        case .wait(let begins): if begins { renew() }
        }
    }

    private func leave(_ id: Int) { state.withLock { $0.leave(id) }?.resume(throwing: CancellationError()) }

    private func renew() {
        Task {
            do {
                end(try await fetch(), else: Self.isOver)
            } catch {
                end(nil, else: error)
            }
        }
    }

    private func end(_ issued: IssuedCredential<Value>?, else error: any Error) {
        let (waiters, lease) = state.withLock { $0.end(issued, now: clock.now()) }
        for waiter in waiters { waiter.resume(with: lease.map { .success($0) } ?? .failure(error)) }
    }

    private static var isOver: ModelError {
        .noCredential("its source gave a credential that has run out; renew it there, or set the clock of this machine")
    }
}
