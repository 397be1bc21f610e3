import Glibc
import Synchronization

/// A serial executor that owns one thread, for actors whose work blocks.
///
/// The cooperative pool has one thread a core; a call that waits for the disk there stops everything else. An actor
/// over a C library that blocks gives this executor as its `unownedExecutor`, and its methods run on this thread only.
package final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isClosed = false
    }

    /// What the thread and its callers share; the thread keeps it alive until it has ended.
    private final class Inbox: Sendable {
        let state = Mutex(State())
        let ready = Semaphore()
    }

    private let inbox: Inbox

    /// Starts the thread.
    ///
    /// - Parameter name: shown by debuggers and `top -H`; the kernel keeps the first 15 bytes.
    package init(name: String) {
        inbox = Inbox()
        let inbox = self.inbox
        PosixThread.start(name: name) { [unowned self] in
            ThreadExecutor.drain(inbox) { job in unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    deinit {
        inbox.state.withLock { $0.isClosed = true }
        inbox.ready.signal()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        inbox.state.withLock { state in state.jobs.append(job) }
        inbox.ready.signal()
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    private static func drain(_ inbox: Inbox, run: (UnownedJob) -> Void) {
        while true {
            inbox.ready.wait()
            let (jobs, isClosed) = inbox.state.withLock { state in
                defer { state.jobs.removeAll() }
                return (state.jobs, state.isClosed)
            }
            // A job is only there while its actor, and with it this executor, is alive.
            for job in jobs { run(job) }
            if isClosed { return }
        }
    }
}
