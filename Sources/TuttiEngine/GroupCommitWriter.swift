import Synchronization
import TuttiCore
package import TuttiRuntime
package import TuttiStore

/// Commits the commands of all runs together: whatever has queued up while the previous transaction was on its way to
/// the disk goes into the next one.
///
/// There is no timer: at low load a command waits for one sync, at high load hundreds share one. What cannot be
/// written now is tried again until the patience given is used up; nothing is acknowledged before it is on disk.
package final class GroupCommitWriter: Sendable {
    /// How much one transaction takes.
    struct Limits {
        var commandsMax: Int
        var bytesMax = 1 << 20
    }

    private typealias Waiter = CheckedContinuation<Result<JournalOutcome, StoreError>, Never>

    private struct Pending {
        var command: JournalCommand
        var waiter: Waiter
        /// When it was handed over; its patience counts from here.
        var since: Duration
    }

    private struct State {
        var queue: [Pending] = []
        var isClosed = false
        var degraded: StoreError?
    }

    private let store: any JournalStore
    private let clock: any Timekeeper
    private let limits: Limits
    private let patience: Duration
    private let didCommit: @Sendable ([JournalCommand], [JournalOutcome], Duration) -> Void
    private let didFail: @Sendable (StoreError) -> Void
    private let state = Mutex(State())
    private let ready = Nudge()

    /// - Parameters:
    ///   - commandsMax: the most commands of one transaction.
    ///   - patience: how long a transient failure is retried before its commands fail.
    ///   - didCommit: told of each batch after it is on disk, with what became of it, and how long ago the first of its
    ///     commands was handed in.
    ///   - didFail: told of each try that the store refused.
    package init(
        store: any JournalStore, clock: any Timekeeper, commandsMax: Int, patience: Duration,
        didCommit: @escaping @Sendable ([JournalCommand], [JournalOutcome], Duration) -> Void,
        didFail: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) {
        self.store = store
        self.clock = clock
        self.limits = Limits(commandsMax: max(1, commandsMax))
        self.patience = patience
        self.didCommit = didCommit
        self.didFail = didFail
    }

    /// How many commands wait for a transaction.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// What stops the writer at the moment; `nil` while all is well.
    package var degraded: StoreError? { state.withLock { $0.degraded } }

    /// Has a command committed; returns when it is on disk.
    ///
    /// Cancellation does not end the wait: nobody could say whether the command was applied.
    ///
    /// - Throws: ``StoreError`` when it could not be written, `.closed` after ``close()``.
    package func submit(_ command: JournalCommand) async throws(StoreError) -> JournalOutcome {
        try await submit { enqueue in enqueue(command) }
    }

    /// As ``submit(_:)``, for a caller whose commands must keep an order: `decide` takes the caller's lock, chooses the
    /// command, and hands it to its argument, once, before it lets go of the lock.
    package func submit(
        deciding decide: ((JournalCommand) -> Void) -> Void
    ) async throws(StoreError) -> JournalOutcome {
        let result = await withCheckedContinuation { (waiter: Waiter) in
            var isOpen = false
            decide { command in isOpen = enqueue(Pending(command: command, waiter: waiter, since: clock.uptime())) }
            if isOpen {
                ready.call()
            } else {
                waiter.resume(returning: .failure(StoreError(.closed, "the engine has been shut down")))
            }
        }
        return try result.get()
    }

    private func enqueue(_ pending: Pending) -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            state.queue.append(pending)
            return true
        }
    }

    /// Commits until ``close()``; what is queued by then is still committed.
    package func run() async {
        while true {
            let (batch, isClosed) = takeBatch()
            if !batch.isEmpty {
                await commit(batch)
                // Lets those who have just been answered hand in what comes next: at high load they would else miss the
                // next transaction, and every second one would carry little. Costs a microsecond when nobody waits.
                await Task.yield()
            } else if isClosed {
                return
            } else {
                await ready.wait()
            }
        }
    }

    /// Takes no more commands.
    package func close() {
        state.withLock { $0.isClosed = true }
        ready.call()
    }

    private func takeBatch() -> (batch: [Pending], isClosed: Bool) {
        state.withLock { state in
            var bytes = 0
            var count = 0
            while count < min(state.queue.count, limits.commandsMax), bytes < limits.bytesMax {
                bytes += state.queue[count].command.payloadSize
                count += 1
            }
            defer { state.queue.removeFirst(count) }
            return (Array(state.queue.prefix(count)), state.isClosed)
        }
    }

    private func commit(_ batch: [Pending]) async {
        let commands = batch.map(\.command)
        var backOff = Self.backOffFirst
        // What has waited behind a batch that used up its patience does not begin to wait anew.
        let start = batch.map(\.since).min() ?? clock.uptime()
        while true {
            do throws(StoreError) {
                let outcomes = try await store.apply(commands)
                state.withLock { $0.degraded = nil }
                didCommit(commands, outcomes, clock.uptime() - start)
                for (pending, outcome) in zip(batch, outcomes) { pending.waiter.resume(returning: .success(outcome)) }
                return
            } catch {
                if error.code == .constraint, batch.count > 1 { return await bisect(batch) }
                didFail(error)
                if error.isTransient { state.withLock { $0.degraded = error } }
                guard error.isTransient, clock.uptime() - start < patience else {
                    for pending in batch { pending.waiter.resume(returning: .failure(error)) }
                    return
                }
            }
            try? await clock.sleep(for: backOff)
            backOff = min(backOff * 2, Self.backOffMax)
            // A connection whose sync has failed may hold pages that never reached the disk: it is not used again.
            // Commands that were applied nevertheless find their own work when they are given again.
            try? await store.reopen()
        }
    }

    private static let backOffFirst: Duration = .milliseconds(50)
    private static let backOffMax: Duration = .seconds(2)

    /// Commits both halves by themselves, so that one command that breaks a rule fails alone.
    private func bisect(_ batch: [Pending]) async {
        await commit(Array(batch.prefix(batch.count / 2)))
        await commit(Array(batch.dropFirst(batch.count / 2)))
    }
}

extension JournalCommand {
    /// The bytes it carries, for the size limit of a batch.
    var payloadSize: Int {
        switch self {
        case .start(let command): command.input.bytes.count
        case .record(let command):
            command.rows.payloadSize + command.events.reduce(0) { $0 + $1.data.count }
        case .end(let command):
            if case .completed(let output) = command.result {
                command.rows.payloadSize + output.bytes.count
            } else {
                command.rows.payloadSize
            }
        case .release(let command): command.rows.payloadSize
        case .fork(let command): (command.edited?.bytes.count ?? 0) + (command.input?.bytes.count ?? 0)
        case .signal(let command): command.payload.bytes.count
        case .answer(let command): command.edited?.bytes.count ?? 0
        case .chunks(let command): command.chunks.reduce(0) { $0 + $1.text.utf8.count }
        case .claim, .takeWake, .cancel, .retry, .hold, .raise, .allot, .touch: 0
        }
    }

    /// The runs whose events or rows it may have changed; none for claims of several, and for
    /// chunks, which only readers of other processes look for.
    var runs: [RunID] {
        switch self {
        case .start(let command): command.parent.map { [command.id, $0.record.owner.run] } ?? [command.id]
        case .record(let command): [command.owner.run]
        case .end(let command): [command.owner.run]
        case .takeWake(let owner, _): [owner.run]
        case .release(let command): [command.owner.run]
        case .cancel(let command): [command.run]
        case .retry(let command): [command.run]
        case .hold(let command): [command.owner.run]
        case .raise(let command): [command.run]
        case .fork(let command): [command.id]
        case .signal(let command): [command.run]
        case .answer(let command): [command.run]
        case .claim, .chunks, .allot, .touch: []
        }
    }
}

extension [StepRow] {
    fileprivate var payloadSize: Int {
        reduce(0) { sum, row in
            if case .completed(let payload) = row.result { sum + payload.bytes.count } else { sum }
        }
    }
}
