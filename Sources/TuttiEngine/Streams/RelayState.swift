/// Readers of one stream in one process: which of them looks for news in the name of all, and who waits. Decides, and
/// does nothing itself.
///
/// Nobody looks while nobody asks: the first reader that finds nothing new leads until it has found something, or has
/// given up and passed the lead on.
struct RelayState<Item: StreamItem>: Sendable {
    /// What a waiting reader is told.
    enum Call: Sendable {
        /// There may be something, or nobody to look for it.
        case look
        /// There will be nothing more.
        case over
        case failed(any Error)
    }

    /// What a reader does next.
    enum Turn {
        case items(ArraySlice<Item>)
        /// Its next items are not here any more.
        case behind
        /// It looks for news, and ends that by publishing, passing or failing.
        case lead
        case over
    }

    typealias Waiter = CheckedContinuation<Call, Never>

    /// `nil` until the first leader has found out where the stream ends.
    private var ring: Ring<Item>?
    private var isLed = false
    private var isLookDue = true
    private var waiters: [UInt64: Waiter] = [:]
    private var tokens: UInt64 = 0
    /// Readers woken since the leader last rested.
    private var woken = 0

    init(behind place: Int64?) { ring = place.map { Ring(behind: $0) } }

    var last: Int64? { ring?.last }
    /// How many readers wait for the leader.
    var waiting: Int { waiters.count }

    // MARK: Readers

    /// `nil` when the reader must wait.
    mutating func turn(behind place: Int64) -> Turn? {
        switch ring?.rest(behind: place) ?? .nothing {
        case .items(let items): return .items(items)
        case .gone: return .behind
        case .nothing:
            if isLed { return nil }
            isLed = true
            return .lead
        }
    }

    /// Whether there is something in the ring for a reader, were it only that it is too late.
    func hasNews(behind place: Int64) -> Bool {
        if case .nothing? = ring?.rest(behind: place) { false } else { ring != nil }
    }

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    /// `false` when there is something to do for the reader already.
    mutating func add(_ waiter: Waiter, _ token: UInt64, behind place: Int64) -> Bool {
        guard isLed, !hasNews(behind: place) else { return false }
        waiters[token] = waiter
        return true
    }

    mutating func takeWaiter(_ token: UInt64) -> Waiter? { waiters.removeValue(forKey: token) }

    // MARK: The leader

    /// How long to leave the machine to others: to wake a thousand readers for each item costs more than to wake them
    /// for a few items at once, and the step rate of all other runs would pay for it.
    mutating func takeRest() -> Duration? {
        defer { woken = 0 }
        let rest = StreamLimits.restPerReader * woken
        return rest < StreamLimits.restMin ? nil : rest
    }

    /// Whether to look at once instead of waiting for a sign.
    mutating func takeLookDue() -> Bool {
        defer { isLookDue = false }
        return isLookDue
    }

    mutating func start(behind place: Int64) -> [Waiter] {
        if ring == nil { ring = Ring(behind: place) }
        return endLead(lookDue: true)
    }

    /// Notes that there is nothing for these readers up to a place.
    mutating func advance(through place: Int64, lookDue: Bool) {
        ring?.append([], through: place)
        isLookDue = isLookDue || lookDue
    }

    mutating func publish(_ items: [Item], through place: Int64, lookDue: Bool) -> [Waiter] {
        ring?.append(items, through: place)
        return endLead(lookDue: lookDue)
    }

    /// Ends the lead and gives all who wait.
    mutating func endLead(lookDue: Bool) -> [Waiter] {
        isLed = false
        isLookDue = isLookDue || lookDue
        woken += waiters.count
        defer { waiters = [:] }
        return Array(waiters.values)
    }

    /// Ends the lead without a result and gives the reader who leads next.
    mutating func passLead() -> Waiter? {
        isLed = false
        isLookDue = true
        return takeNextLeader()
    }

    /// Somebody who waits although nobody leads.
    mutating func takeNextLeader() -> Waiter? {
        guard !isLed, let token = waiters.keys.first else { return nil }
        return waiters.removeValue(forKey: token)
    }

    // MARK: Others

    /// Adds items that did not come from a leader's look.
    mutating func append(_ items: [Item], through place: Int64) { ring?.append(items, through: place) }
}
