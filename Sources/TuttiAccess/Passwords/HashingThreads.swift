import Glibc
import Synchronization
import TuttiRuntime

/// Threads of their own for work that keeps a core busy for tens of milliseconds.
///
/// They have a lower priority than all others, so a storm of logins takes the time that nobody else wants. At most so
/// many wait, and who is cancelled leaves the line. They are started for the first work.
final class HashingThreads: Sendable {
    private struct Job: Sendable {
        let work: @Sendable () -> Void
        let refuse: @Sendable (PasswordError) -> Void
    }

    /// What the threads and their callers share; the threads keep it alive until they have ended.
    private final class Inbox: Sendable {
        let queue: Mutex<HashingQueue<Job>>
        let ready = Semaphore()
        let isClosed = Atomic(false)

        init(_ queue: sending HashingQueue<Job>) { self.queue = Mutex(queue) }
    }

    private let inbox: Inbox
    private let threads: Int
    private let areStarted = Atomic(false)

    /// Steps of nice(1) below the rest: about a tenth of a core that somebody else wants.
    static let niceness: Int32 = 10

    init(threads: Int, waitingMax: Int) {
        precondition(threads >= 1 && waitingMax >= 0, "a line needs a thread at its head")
        self.threads = threads
        inbox = Inbox(HashingQueue(threads: threads, waitingMax: waitingMax))
    }

    private func start() {
        guard !areStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for _ in 0..<threads {
            PosixThread.start(name: "passwords") { [inbox] in Self.serve(inbox) }
        }
    }

    deinit {
        inbox.isClosed.store(true, ordering: .releasing)
        for _ in 0..<threads { inbox.ready.signal() }
    }

    /// How many wait now.
    var waiting: Int { inbox.queue.withLock(\.waiting) }

    /// Does some work on one of the threads.
    ///
    /// - Throws: `busy` at once when too many wait; `cancelled` when the task was cancelled before the work began. Work
    ///   that has begun goes on to its end.
    func run<Output: Sendable>(_ work: @escaping @Sendable () -> Output) async throws(PasswordError) -> Output {
        start()
        let inbox = inbox
        let ticket = inbox.queue.withLock { $0.ticket() }
        let result: Result<Output, PasswordError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    work: { continuation.resume(returning: .success(work())) },
                    refuse: { continuation.resume(returning: .failure($0)) })
                if let refusal = Self.enter(inbox, ticket, job) { job.refuse(refusal) }
            }
        } onCancel: {
            let job = inbox.queue.withLock { $0.leave(ticket) }
            job?.refuse(PasswordError(.cancelled))
        }
        return try result.get()
    }

    private static func enter(_ inbox: Inbox, _ ticket: UInt64, _ job: Job) -> PasswordError? {
        let refusal = inbox.queue.withLock { queue -> PasswordError? in
            // Whoever is cancelled after this look finds its job in the line.
            guard !Task.isCancelled else { return PasswordError(.cancelled) }
            return switch queue.enter(ticket, job) {
            case .waits: nil
            case .busy(let time): PasswordError(.busy, retryAfter: time)
            }
        }
        if refusal == nil { inbox.ready.signal() }
        return refusal
    }

    private static func serve(_ inbox: Inbox) {
        // On Linux a priority belongs to a thread, and 0 is the calling one.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        while true {
            inbox.ready.wait()
            // Nobody waits in the line of threads that are gone: those who wait keep them.
            if inbox.isClosed.load(ordering: .acquiring) { return }
            guard let job = inbox.queue.withLock({ $0.begin() }) else { continue }
            job.work()
            inbox.queue.withLock { $0.end() }
        }
    }
}
