import Synchronization

/// Carries out tasks one after the other on a thread of its own, and tells when nothing is left to do: every task has
/// ended, or stands still until something outside happens.
///
/// What hops away, such as an actor with an executor of its own, is not seen.
package final class QuietExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ready = Semaphore()

    /// Starts the thread, which keeps the executor alive until ``close()``.
    ///
    /// - Parameters:
    ///   - name: shown by debuggers and `top -H`; the kernel keeps the first 15 bytes.
    ///   - whenQuiet: called on the thread.
    package init(name: String, whenQuiet: @escaping @Sendable () -> Void) {
        PosixThread.start(name: name) { self.drain(whenQuiet) }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        ready.signal()
    }

    /// Has it told again whether all is quiet.
    package func lookAgain() { ready.signal() }

    /// Ends the thread; no task may be left that prefers this executor.
    package func close() {
        state.withLock { $0.isClosed = true }
        ready.signal()
    }

    private func drain(_ whenQuiet: () -> Void) {
        while true {
            ready.wait()
            while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            }
            if state.withLock({ $0.isClosed }) { return }
            whenQuiet()
        }
    }
}
