import TuttiCore

/// Leaves a deployment alone that fails, and finds out with one call at a time whether it is back.
///
/// ```
/// closed ──(failures in a row, or their share)──▶ open ──(time)──▶ half-open ──(probe succeeds)──▶ closed
///                                                  ▲                  │
///                                                  └──(probe fails, twice as long)
/// ```
///
/// After M. Nygard, "Release It!". No I/O: the time is passed in.
struct CircuitBreaker: Sendable, Hashable {
    /// What the circuit does with a call.
    enum Standing: Sendable, Hashable {
        case closed
        /// Calls are let through again after this long.
        case open(left: Duration)
        /// One call may find out; another one may be doing so.
        case halfOpen(isFree: Bool)
    }

    /// What a call tells about its deployment.
    enum Verdict: Sendable, Hashable {
        case success
        /// It answered, and the request was at fault: it is there, and no more is known.
        case answered
        case failure
        /// The call was given up before anything was known.
        case unknown
    }

    /// A call that was let through.
    struct Pass: Sendable, Hashable {
        fileprivate let epoch: UInt64
        let isProbe: Bool
    }

    private enum State: Sendable, Hashable {
        case closed
        case open(until: Duration)
        case halfOpen(isProbing: Bool)
    }

    private let settings: HealthSettings
    private var state = State.closed
    /// Raised by each change of state, so that a late end of an older call changes nothing.
    private var epoch: UInt64 = 0
    private var failuresInRow = 0
    /// How often it was opened since it was last closed.
    private var openings = 0
    private var window: FailureWindow

    init(settings: HealthSettings) {
        self.settings = settings
        window = FailureWindow(length: settings.window)
    }

    /// What would be done with a call.
    func standing(at now: Duration) -> Standing {
        switch state {
        case .closed: .closed
        case .open(let until): now < until ? .open(left: until - now) : .halfOpen(isFree: true)
        case .halfOpen(let isProbing): .halfOpen(isFree: !isProbing)
        }
    }

    /// Lets a call through, or not. One that was let through is ended by ``end(_:_:at:)`` once.
    mutating func begin(at now: Duration) -> Pass? {
        switch standing(at: now) {
        case .closed: return Pass(epoch: epoch, isProbe: false)
        case .open, .halfOpen(isFree: false): return nil
        case .halfOpen(isFree: true):
            move(to: .halfOpen(isProbing: true))
            return Pass(epoch: epoch, isProbe: true)
        }
    }

    /// Takes what a call has told. Calls that began before the last change of state tell nothing.
    mutating func end(_ pass: Pass, _ verdict: Verdict, at now: Duration) {
        guard pass.epoch == epoch else { return }
        switch (state, verdict) {
        case (.halfOpen, .success), (.halfOpen, .answered): close()
        case (.halfOpen, .failure): open(at: now)
        case (.halfOpen, .unknown): move(to: .halfOpen(isProbing: false))
        case (.closed, .success):
            failuresInRow = 0
            window.count(isFailure: false, at: now)
        case (.closed, .failure):
            failuresInRow += 1
            window.count(isFailure: true, at: now)
            if isBroken(at: now) { open(at: now) }
        case (.closed, _), (.open, _): break
        }
    }

    private func isBroken(at now: Duration) -> Bool {
        if failuresInRow >= settings.failuresInRow { return true }
        let (calls, failures) = window.counts(at: now)
        return calls >= settings.callsMin && Double(failures) >= settings.failureShare * Double(calls)
    }

    private mutating func open(at now: Duration) {
        openings += 1
        let doublings = min(openings - 1, 30)
        let time = min(settings.openFirst * (1 << doublings), settings.openMax)
        move(to: .open(until: now + time))
    }

    private mutating func close() {
        openings = 0
        failuresInRow = 0
        window = FailureWindow(length: settings.window)
        move(to: .closed)
    }

    private mutating func move(to next: State) {
        state = next
        epoch += 1
    }
}

/// Counts calls and failures of the last while, in steps of a twelfth of it.
struct FailureWindow: Sendable, Hashable {
    private static let steps = 12
    private let step: Duration
    private var calls = [Int](repeating: 0, count: steps)
    private var failures = [Int](repeating: 0, count: steps)
    /// The number of the newest step.
    private var newest = 0

    init(length: Duration) { step = max(.milliseconds(1), length / Self.steps) }

    mutating func count(isFailure: Bool, at now: Duration) {
        let number = max(newest, Int(now / step))
        // Steps that lie between have had no calls.
        for passed in 0..<min(number - newest, Self.steps) {
            let place = (number - passed) % Self.steps
            (calls[place], failures[place]) = (0, 0)
        }
        newest = number
        calls[number % Self.steps] += 1
        if isFailure { failures[number % Self.steps] += 1 }
    }

    func counts(at now: Duration) -> (calls: Int, failures: Int) {
        let oldest = max(newest, Int(now / step)) - Self.steps + 1
        let living = (max(0, newest - Self.steps + 1)...newest).filter { $0 >= oldest }.map { $0 % Self.steps }
        return (living.reduce(0) { $0 + calls[$1] }, living.reduce(0) { $0 + failures[$1] })
    }
}
