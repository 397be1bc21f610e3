import TuttiCore

/// Runs at rest that are still in memory, in the order in which they have come to rest.
struct RestQueue {
    private struct Entry {
        let run: RunID
        let number: UInt64
        /// On the clock that never goes back.
        let since: Duration
    }

    private var entries: [Entry] = []
    /// Where the entries begin that have not been taken.
    private var first = 0
    /// The number of the entry that counts; a run that was called and rests again has a new one.
    private var numbers: [RunID: UInt64] = [:]
    private var next: UInt64 = 0

    var count: Int { numbers.count }

    /// Puts a run at the end; does nothing when it rests already.
    mutating func add(_ run: RunID, since: Duration) {
        guard numbers[run] == nil else { return }
        next += 1
        numbers[run] = next
        entries.append(Entry(run: run, number: next, since: since))
        if entries.count > 2 * numbers.count + Self.slack { dropOutdated() }
    }

    mutating func remove(_ run: RunID) { numbers[run] = nil }

    /// Takes out the run that has rested longest, if it has since `limit` or longer.
    mutating func takeLongest(restingSince limit: Duration = .seconds(Int64.max)) -> RunID? {
        while first < entries.count {
            let entry = entries[first]
            if numbers[entry.run] == entry.number {
                guard entry.since <= limit else { return nil }
                numbers[entry.run] = nil
                first += 1
                return entry.run
            }
            first += 1
        }
        return nil
    }

    private mutating func dropOutdated() {
        entries = entries[first...].filter { numbers[$0.run] == $0.number }
        first = 0
    }

    /// Entries that may be outdated before they are dropped.
    private static let slack = 64
}
