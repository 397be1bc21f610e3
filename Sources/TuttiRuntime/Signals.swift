import Glibc

/// Signals as values, read by a thread of their own instead of interrupting whatever runs.
package enum Signals {
    /// Those that ask a program to end.
    package static let ending = [SIGINT, SIGTERM, SIGHUP]

    /// Keeps these signals from ending the process, so that ``stream(_:)`` can deliver them. To be called before the
    /// first thread starts: threads inherit it.
    package static func block(_ signals: [Int32]) {
        var set = set(of: signals)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Undoes ``block(_:)`` for the calling thread.
    package static func unblock(_ signals: [Int32]) {
        var set = set(of: signals)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Lets these signals do what they usually do while the calling thread is in `body`.
    package static func delivering<Output, Failure: Error>(
        _ signals: [Int32], _ body: () throws(Failure) -> Output
    ) throws(Failure) -> Output {
        var (set, before) = (set(of: signals), sigset_t())
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    /// Each blocked signal as it arrives. When nobody reads any more, the thread that waits for them passes the next
    /// signal on to whoever reads now, and ends.
    package static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(16))
        PosixThread.start(name: "tutti-signals") {
            var set = set(of: signals)
            while true {
                var signal: Int32 = 0
                guard unsafe sigwait(&set, &signal) == 0 else { continue }
                if case .terminated = continuation.yield(signal) {
                    kill(getpid(), signal)
                    return
                }
            }
        }
        return stream
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}
