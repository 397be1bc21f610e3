import Glibc

/// A process of the program under test, on its way to being killed.
struct Victim {
    let child: ChildProcess
    let log: CrashLogFile

    /// Longer than any start or step takes, even on a busy machine.
    private static let patience = Duration.seconds(60)
    private static let pollInterval = Duration.microseconds(300)

    /// Waits for the moment; returns whether the process was alive when it came.
    func reach(_ moment: Moment, linesBefore: Int) -> Bool {
        switch moment {
        case .afterStart(let delay): pause(delay)
        case .afterLines(let count, let delay):
            guard wait(until: { log.read().lines.count >= linesBefore + count }) else { return false }
            pause(delay)
        }
        return child.poll() == nil
    }

    /// Waits until every workflow has written a line.
    func reachAll(_ workflows: Int) -> Bool {
        wait { Set(log.read().lines.map(\.name.workflow)).count >= workflows }
    }

    /// Kills it; with `stopping` it is first stopped for a moment, like a laptop that is closed.
    ///
    /// - Returns: whether it was the kill that ended it.
    func kill(stopping: Bool) -> Bool {
        if stopping {
            child.signal(SIGSTOP)
            pause(.milliseconds(5))
        }
        return child.kill() == .killed(signal: SIGKILL)
    }

    private func wait(until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        while child.poll() == nil, ContinuousClock.now < deadline {
            if condition() { return true }
            pause(Self.pollInterval)
        }
        return false
    }
}
