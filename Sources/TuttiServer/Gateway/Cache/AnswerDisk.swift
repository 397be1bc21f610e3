import Synchronization
import TuttiGateway
import TuttiObservability
import TuttiRuntime

/// The disk behind a cache of answers, which holds nobody up: one that fails, or does not answer in time, is left alone
/// for a while.
final class AnswerDisk: Sendable {
    fileprivate struct State {
        /// Left alone until then; `nil` when it is well.
        var restsUntil: Duration?
        /// Calls that go on, among them those that nobody waits for any more.
        var calls = 0
    }

    let shelf: any AnswerShelf
    private let log: Log
    private let clock: any Timekeeper
    private let state = Mutex(State())

    /// How long a disk that has failed is left alone.
    static let restAfterFailure: Duration = .seconds(60)
    /// How long a call of a model waits for the disk.
    static let waitMax: Duration = .seconds(1)
    /// Calls of the disk at one time: on one that hangs, no more of them pile up.
    static let callsMax = 1_000

    init(_ shelf: any AnswerShelf, log: Log, clock: any Timekeeper) {
        self.shelf = shelf
        self.log = log
        self.clock = clock
    }

    /// Does something with the disk; `nil` when it fails, does not answer in time, or is left alone.
    ///
    /// - Parameters:
    ///   - limit: how long it is waited for; `nil` for any time.
    ///   - body: goes on when nobody waits any more.
    @discardableResult
    func use<Output: Sendable>(
        waiting limit: Duration? = waitMax,
        _ body: @escaping @Sendable (any AnswerShelf) async throws(AnswerShelfError) -> Output
    ) async -> Output? {
        let now = clock.uptime()
        guard state.withLock({ $0.begin(at: now) }) else { return nil }
        let reply = Reply<Output>()
        Task { [self] in
            do throws(AnswerShelfError) {
                reply.give(.success(try await body(shelf)))
            } catch {
                reply.give(.failure(error))
            }
            state.withLock { $0.calls -= 1 }
        }
        switch await reply.result(atMost: limit, on: clock) {
        case .success(let output)?:
            if state.withLock({ $0.restsUntil.take() }) != nil { log.notice("the kept answers can be used again") }
            return output
        case .failure(let error)?: rest(error.description)
        // Whoever has left says nothing of the disk.
        case nil: if !Task.isCancelled { rest("the kept answers: their disk does not answer in time") }
        }
        return nil
    }

    private func rest(_ reason: String) {
        let until = clock.uptime() + Self.restAfterFailure
        let isNew = state.withLock { state in
            defer { state.restsUntil = until }
            return state.restsUntil == nil
        }
        guard isNew else { return }
        log.warning(
            "kept answers are in memory only, as long as their file cannot be used", ["error.message": .string(reason)])
    }
}

extension AnswerDisk.State {
    fileprivate mutating func begin(at now: Duration) -> Bool {
        guard now >= restsUntil ?? now, calls < AnswerDisk.callsMax else { return false }
        calls += 1
        return true
    }
}

/// What the disk has said to one call.
private final class Reply<Output: Sendable>: Sendable {
    private let given = Mutex<Result<Output, AnswerShelfError>?>(nil)
    private let isGiven = Nudge()

    func give(_ result: Result<Output, AnswerShelfError>) {
        given.withLock { $0 = result }
        isGiven.call()
    }

    /// - Returns: `nil` when it was waited for as long as allowed, or the task is cancelled.
    func result(atMost limit: Duration?, on clock: any Timekeeper) async -> Result<Output, AnswerShelfError>? {
        if let limit { await isGiven.wait(atMost: limit, on: clock) } else { await isGiven.wait() }
        return given.withLock { $0 }
    }
}
