/// Failed logins by account, address or both, under one rule.
struct FailureTable: Sendable {
    private struct Failures: Sendable {
        /// Those that are not forgiven; attempts under way are among them.
        var count: Int32
        /// From when on the next one is being forgiven.
        var since: Int64
        /// When the last attempt began.
        var begun: Int64

        /// What is left of them by now.
        func forgiven(each: Int64, at now: Int64) -> Failures {
            let many = min((now - since) / each, Int64(count))
            return Failures(count: count - Int32(many), since: since + many * each, begun: begun)
        }
    }

    private let rule: LoginDelayRule
    private let forgivenEach: Int64
    private let failuresMax: Int
    private var table: KeyTable<Failures>

    init(_ rule: LoginDelayRule, keysMax: Int) {
        self.rule = rule
        forgivenEach = max(1, rule.forgivenEach.wholeNanoseconds)
        failuresMax = rule.failuresMax
        table = KeyTable(keysMax: keysMax)
    }

    var count: Int { table.count }

    /// Nanoseconds until the next attempt may begin; 0 when it may now.
    func wait(_ key: LimitKey, at now: Int64) -> Int64 {
        guard let slot = table.slot(of: key) else { return 0 }
        let failures = table[slot].forgiven(each: forgivenEach, at: now)
        return max(0, failures.begun + rule.delay(after: Int(failures.count)).wholeNanoseconds - now)
    }

    /// Counts an attempt that begins, as failed until its end is told.
    mutating func begin(_ key: LimitKey, at now: Int64) {
        dropIdle(at: now)
        guard let slot = table.slot(of: key) else {
            // Those who have failed least go first, so that a flood of names does not wipe out who is under attack.
            let each = forgivenEach
            _ = table.makeRoom(sparing: []) { failures in
                let failures = failures.forgiven(each: each, at: now)
                return Rank(count: failures.count, begun: failures.begun)
            }
            _ = table.insert(key, Failures(count: 1, since: now, begun: now))
            return
        }
        var failures = table[slot].forgiven(each: forgivenEach, at: now)
        if failures.count == 0 { failures.since = now }
        failures.count = Int32(min(Int(failures.count) + 1, failuresMax))
        failures.begun = now
        table[slot] = failures
    }

    /// Takes one attempt back.
    mutating func takeBack(_ key: LimitKey, at now: Int64) {
        guard let slot = table.slot(of: key) else { return }
        var failures = table[slot].forgiven(each: forgivenEach, at: now)
        failures.count = max(0, failures.count - 1)
        table[slot] = failures
    }

    /// Forgives all failures.
    mutating func clear(_ key: LimitKey) {
        guard let slot = table.slot(of: key) else { return }
        table.change(slot) { $0.count = 0 }
    }

    private struct Rank: Comparable {
        let count: Int32
        let begun: Int64

        static func < (left: Rank, right: Rank) -> Bool { (left.count, left.begun) < (right.count, right.begun) }
    }

    private mutating func dropIdle(at now: Int64) {
        let forgivenEach = forgivenEach
        for _ in 0..<2 {
            _ = table.dropNext { Int64($0.count) <= (now - $0.since) / forgivenEach }
        }
    }
}
