import Synchronization
package import TuttiCore
import TuttiRuntime
package import TuttiStore

/// Holds calls of models that belong to no run to the quotas of whoever makes them.
///
/// What a call may cost is reserved before it begins, and counts in the store as used; what it has cost takes its place
/// at its end. The store is not asked for each call: it sets aside one hundredth of what is left of a quota
/// (``Allotment``), from which calls draw in memory. What this process has set aside when it dies stays counted.
package actor CallSpending {
    private let engine: Engine
    private nonisolated let book = Mutex(AllotmentBook())
    /// Of the last command.
    private var number: Int64 = 0
    private var last: Task<Void, Never>?

    /// What was set aside and not used for so long goes back.
    package static let idleTime: Duration = .seconds(30)

    package init(_ engine: Engine) { self.engine = engine }

    private nonisolated var now: Duration { engine.services.clock.uptime() }

    /// Reserves what a call may cost; ``settle(_:costs:)`` has to follow.
    ///
    /// - Throws: ``SpendingRefusal``, and then nothing is reserved; `StoreError`; `CancellationError`.
    package nonisolated func reserve(_ reservation: SpendingReservation) async throws {
        if book.withLock({ $0.take(reservation, at: now) }) { return }
        try await inTurn { try await self.setAside(for: reservation) }.get()
    }

    /// Ends a reservation.
    ///
    /// - Parameter costs: what the call has cost; a unit that is not there stays at what was reserved.
    package nonisolated func settle(_ reservation: SpendingReservation, costs: BudgetAmounts) {
        book.withLock { $0.settle(reservation, costs, at: now) }
    }

    /// Gives back what is not used, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await engine.services.clock.sleep(for: Self.idleTime / 3)
            guard !Task.isCancelled else { return }
            await giveBack(unusedFor: Self.idleTime)
        }
    }

    /// Tells the store of all that was spent, and gives the rest back; for the end, when no call goes on.
    package func close() async { await giveBack(unusedFor: .zero) }

    /// How much of some quotas is used, without what is only set aside here.
    ///
    /// - Throws: `StoreError`.
    package nonisolated func usage(of draws: [QuotaDraw]) async throws -> [QuotaState] {
        let states = try await engine.usage(of: draws)
        return book.withLock { book in
            zip(draws, states).map { draw, state in
                var state = state
                state.used = max(0, state.used - book.unused(of: draw.name))
                return state
            }
        }
    }

    /// How much of its quotas an account has used, without what is only set aside here.
    ///
    /// - Throws: `StoreError`.
    package nonisolated func usage(of account: RunAccount) async throws -> [QuotaState] {
        try await usage(of: engine.allDraws(of: account))
    }

    // MARK: One command after the other

    /// Does something when all that was begun before has ended, whatever becomes of the caller.
    private func inTurn(_ body: @escaping @Sendable () async throws -> Void) async -> Result<Void, any Error> {
        let before = last
        let turn = Task {
            await before?.value
            do {
                return Result<Void, any Error>.success(try await body())
            } catch {
                return .failure(error)
            }
        }
        last = Task { _ = await turn.value }
        return await turn.value
    }

    private func setAside(for reservation: SpendingReservation) async throws {
        while true {
            let now = now
            // Whoever was before has perhaps brought enough for both.
            let asked = book.withLock { book in
                book.take(reservation, at: now) ? nil : book.ask(for: reservation, at: now)
            }
            guard let asked else { return }
            switch try await submit(asked) {
            case .allotted(let amounts):
                let isTaken = book.withLock { book in
                    book.note(amounts, for: asked)
                    return book.take(reservation, at: now)
                }
                if isTaken { return }
            // Else a call that has ended meanwhile has cost more than it had reserved.
            case .holdRefused(let refusal):
                book.withLock { $0.noteRefusal(of: asked) }
                throw SpendingRefusal(refusal, of: reservation)
            default:
                book.withLock { $0.noteRefusal(of: asked) }
                throw StoreError(.corrupt, "the store has no answer to what was to be set aside")
            }
        }
    }

    private func giveBack(unusedFor time: Duration) async {
        _ = await inTurn { try await self.giveBackNow(unusedFor: time) }
    }

    private func giveBackNow(unusedFor time: Duration) async throws {
        let asked = book.withLock { $0.giveBack(unusedSince: now - time) }
        guard !asked.isEmpty else { return }
        if case .allotted(let amounts) = try await submit(asked) {
            book.withLock { $0.note(amounts, for: asked) }
        } else {
            book.withLock { $0.noteRefusal(of: asked) }
        }
    }

    private func submit(_ asked: [Allotment]) async throws(StoreError) -> JournalOutcome {
        number += 1
        let command = AllotCommand(executor: engine.executor, number: number, allotments: asked)
        do throws(StoreError) {
            return try await engine.services.writer.submit(.allot(command))
        } catch {
            book.withLock { $0.noteRefusal(of: asked) }
            throw error
        }
    }
}

extension SpendingRefusal {
    fileprivate init(_ refusal: HoldRefusal, of reservation: SpendingReservation) {
        let entry = reservation.amounts.first { $0.draw.name == refusal.quota } ?? reservation.amounts[0]
        state = QuotaState(entry.draw.name, cap: refusal.cap, used: refusal.used)
        needed = entry.amount
        isHeldByCalls = refusal.hasOpenHolds
    }
}
