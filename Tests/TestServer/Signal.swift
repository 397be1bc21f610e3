import Glibc
import Synchronization

/// Something that has happened or not, for which tasks and threads can wait.
package final class Signal: Sendable {
    private struct State {
        var isGiven = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// Readable for ever after the signal, for threads.
    private let descriptors: [Int32]

    package init() {
        var ends: [Int32] = [-1, -1]
        let status = unsafe pipe(&ends)
        precondition(status == 0, "no pipe is left for a test")
        descriptors = ends
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    package func give() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            guard !state.isGiven else { return state.waiters }
            state.isGiven = true
            var byte: UInt8 = 1
            _ = unsafe write(descriptors[1], &byte, 1)
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isGiven = state.withLock { state in
                if !state.isGiven { state.waiters.append(continuation) }
                return state.isGiven
            }
            if isGiven { continuation.resume() }
        }
    }

    /// For the server's threads.
    package func waitOnThread() {
        var interest = pollfd(fd: descriptors[0], events: Int16(POLLIN), revents: 0)
        while unsafe poll(&interest, 1, -1) != 1 {}
    }

    package var isGiven: Bool { state.withLock { $0.isGiven } }
}
