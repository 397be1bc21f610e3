import CTuttiSystem
import Glibc
import Synchronization

/// What a loop has to do next: a piece of a task, or something that was asked of the loop itself.
enum LoopWork: Sendable {
    /// Of a connection.
    case connection(UnownedJob)
    case task(UnownedJob)
    case action(@Sendable () -> Void)
}

/// Work from other threads, and the call that wakes the loop for it.
final class LoopInbox: Sendable {
    private struct State {
        var work: [LoopWork] = []
        var isAsleep = false
        var hasEnded = false
    }

    /// Readable when there is work for a loop that sleeps.
    let descriptor: Int32
    private let state = Mutex(State())

    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0, "no descriptor is left for a loop's inbox (error \(errno))")
    }

    deinit { close(descriptor) }

    /// False when the loop has ended and will not do it.
    func put(_ work: LoopWork) -> Bool {
        let (isTaken, wakes) = state.withLock { state in
            guard !state.hasEnded else { return (false, false) }
            state.work.append(work)
            defer { state.isAsleep = false }
            return (true, state.isAsleep)
        }
        if wakes { _ = eventfd_write(descriptor, 1) }
        return isTaken
    }

    /// Moves all work behind `local`.
    func take(into local: inout [LoopWork]) {
        state.withLock { state in
            guard !state.work.isEmpty else { return }
            local += state.work
            state.work.removeAll(keepingCapacity: state.work.count <= Self.keptMax)
        }
    }

    private static let keptMax = 1024

    /// Whether the loop may sleep: there is no work, and what comes from now on wakes it.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.work.isEmpty
            return state.isAsleep
        }
    }

    /// Takes the call that woke the loop.
    func hush() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }

    /// Takes no more work, unless there is some.
    func end() -> Bool {
        state.withLock { state in
            state.hasEnded = state.work.isEmpty
            return state.hasEnded
        }
    }
}
