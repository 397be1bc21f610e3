import Glibc

/// When a program is asked to end and when it is ended; knows neither the program nor a clock.
struct StopPlan {
    /// Why a program is stopped.
    enum Cause {
        case timeout, cancelled, watch
    }

    private enum State {
        case running(until: Duration?)
        case asked(Cause, until: Duration)
        case ended(Cause)
    }

    private let grace: Duration
    private var state: State

    /// - Parameter now: the time since the same moment as in all later calls.
    init(timeout: Duration?, grace: Duration, now: Duration) {
        self.grace = grace
        state = .running(until: timeout.map { now + $0 })
    }

    /// Why the program was stopped, if it was.
    var cause: Cause? {
        switch state {
        case .running: nil
        case .asked(let cause, _), .ended(let cause): cause
        }
    }

    /// When to call ``advance(now:)`` next.
    var next: Duration? {
        switch state {
        case .running(let until): until
        case .asked(_, let until): until
        case .ended: nil
        }
    }

    /// Somebody wants it to end: gives the signal to send, if any.
    mutating func cancel(now: Duration) -> Int32? {
        guard case .running = state else { return nil }
        return ask(.cancelled, now: now)
    }

    /// Without any grace there is no asking.
    private mutating func ask(_ cause: Cause, now: Duration) -> Int32 {
        state = grace > .zero ? .asked(cause, until: now + grace) : .ended(cause)
        return grace > .zero ? SIGTERM : SIGKILL
    }

    /// It must not go on for a moment: gives the signal to send, if any.
    mutating func end() -> Int32? {
        if case .ended = state { return nil }
        state = .ended(cause ?? .watch)
        return SIGKILL
    }

    /// Time has passed: gives the signal to send, if any.
    mutating func advance(now: Duration) -> Int32? {
        switch state {
        case .running(let until?) where until <= now:
            return ask(.timeout, now: now)
        case .asked(let cause, let until) where until <= now:
            state = .ended(cause)
            return SIGKILL
        default: return nil
        }
    }
}
