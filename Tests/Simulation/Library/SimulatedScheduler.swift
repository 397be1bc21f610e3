import Glibc
import Synchronization
import TuttiCore
import TuttiRuntime

/// One thread, one clock and one seed for everything that happens: which of the tasks that are ready goes on next is
/// drawn from the seed, and time passes only when none is.
final class SimulatedScheduler: TaskExecutor, Timekeeper {
    struct Sleeper {
        let due: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    struct State {
        var ready: [UnownedJob] = []
        var random: SeededGenerator
        var elapsed: Duration = .zero
        var wallOffset: Duration = .zero
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var next: UInt64 = 0
        var strangers = 0
        var jobs = 0
        var trace: UInt64 = 0xCBF2_9CE4_8422_2325
    }

    private let state: Mutex<State>
    private let thread = pthread_self()
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    // MARK: Tasks

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isStranger = pthread_equal(pthread_self(), thread) == 0
        state.withLock { state in
            if isStranger { state.strangers += 1 }
            state.ready.append(job)
        }
    }

    /// Runs until `isOver`, or until nothing is left that could happen; tells which.
    func run(until isOver: () -> Bool, jobsMax: Int) -> Bool {
        while !isOver() {
            let job = state.withLock { state -> UnownedJob? in
                guard !state.ready.isEmpty, state.jobs < jobsMax else { return nil }
                state.jobs += 1
                let index = Int.random(in: 0..<state.ready.count, using: &state.random)
                state.note(UInt64(index) &+ UInt64(state.ready.count) << 16)
                state.ready.swapAt(index, state.ready.count - 1)
                return state.ready.removeLast()
            }
            if let job {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if !wakeFirst(jobsMax) {
                return false
            }
        }
        return true
    }

    /// Lets the time pass until the first sleeper has slept enough.
    private func wakeFirst(_ jobsMax: Int) -> Bool {
        let first = state.withLock { state -> Sleeper? in
            guard state.jobs < jobsMax,
                let first = state.sleepers.min(by: { ($0.value.due, $0.key) < ($1.value.due, $1.key) })
            else { return nil }
            state.sleepers[first.key] = nil
            state.elapsed = max(state.elapsed, first.value.due)
            return first.value
        }
        first?.continuation.resume()
        return first != nil
    }

    // MARK: Evidence

    /// Mixes something that has happened into the hash of the whole.
    func note(_ value: UInt64) { state.withLock { $0.note(value) } }

    /// The same for two simulations in which the same has happened in the same order.
    var trace: UInt64 { state.withLock { $0.trace } }
    var jobs: Int { state.withLock { $0.jobs } }
    /// Tasks that were made ready by another thread: any makes the simulation one that cannot be repeated.
    var strangers: Int { state.withLock { $0.strangers } }

    // MARK: Chance

    func chance(_ perThousand: Int) -> Bool { draw(0...999) < perThousand }

    func draw(_ range: ClosedRange<Int>) -> Int { state.withLock { Int.random(in: range, using: &$0.random) } }

    // MARK: Time

    func now() -> Timestamp { state.withLock { start + $0.elapsed + $0.wallOffset } }

    func uptime() -> Duration { state.withLock { $0.elapsed } }

    /// Somebody sets the clock of the machine.
    func jump(by duration: Duration) { state.withLock { $0.wallOffset += duration } }

    func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return try Task.checkCancellation() }
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers[id] = Sleeper(due: state.elapsed + duration, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

extension SimulatedScheduler.State {
    fileprivate mutating func note(_ value: UInt64) { trace = (trace ^ value) &* 0x0000_0100_0000_01B3 }
}
