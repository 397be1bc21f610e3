/// The sliding windows of all subjects; no clock and no lock of its own.
///
/// A window is the list of the accepted calls that still count, so the count is exact at every moment: a call counts
/// from its time on, for the length of the window and not a nanosecond longer.
struct WindowTable {
    /// What is known of one subject under one limit.
    struct Window {
        var calls = CallList()
        /// How many calls are in the list, and the sum of their weights.
        var length: UInt32 = 0
        var used = 0
        /// When the last of them has lapsed.
        var lapses: Int64 = .min
        /// Which part of the quota was taken when it was last changed: 0 to 65,535.
        var fullness: UInt16 = 0
    }

    /// A limit of one call with what was found of it.
    struct Ask {
        let limit: RateLimit
        let key: LimitKey
        var slot: Int?
        /// Whether it stands before in the same call.
        var isRepeat = false
        /// Whether it had room, before the call was counted.
        var isAllowed = false
        var mark: UInt64 = 0
    }

    /// How many idle slots each call looks for.
    static let slotsLookedAt = 2
    /// How many calls are gone through to find when a refused one has room; where more would have to lapse, the time at
    /// which all have is told. It is later, and costs an attacker's refused calls nothing more.
    static let callsLookedAt = 256

    private(set) var windows: KeyTable<Window>
    private(set) var pool = CallPool()
    let callsMax: Int
    /// The latest time that was seen. Callers read the clock before they get the lock, so they may come out of order.
    private(set) var now: Int64 = .min / 2
    /// Subjects that were dropped for others before their windows had lapsed.
    private(set) var forgotten = 0
    /// Calls that were joined with the one before, since no more could be kept apart.
    private(set) var joined = 0

    init(keysMax: Int, callsMax: Int) {
        windows = KeyTable(keysMax: keysMax)
        self.callsMax = max(0, min(callsMax, CallPool.callsMax))
    }

    /// Moves the time on.
    mutating func advance(to uptime: Duration) { now = max(now, uptime.wholeNanoseconds) }

    /// Drops the windows under the hand that have lapsed.
    mutating func dropIdle() {
        let now = now
        for _ in 0..<Self.slotsLookedAt {
            guard let window = windows.dropNext(where: { $0.lapses <= now }) else { continue }
            pool.release(window.calls, length: Int(window.length))
        }
    }

    /// Looks the windows up, and lets what has lapsed go.
    mutating func find(_ limits: [(RateLimit, subject: String)]) -> [Ask] {
        var asks: [Ask] = []
        asks.reserveCapacity(limits.count)
        for (limit, subject) in limits {
            var ask = Ask(limit: limit, key: LimitKey(limit, subject: subject))
            ask.slot = windows.slot(of: ask.key)
            ask.isRepeat = asks.contains { $0.key == ask.key }
            if let slot = ask.slot { dropLapsed(of: slot, limit) }
            asks.append(ask)
        }
        return asks
    }

    /// Counts a call in each window.
    mutating func record(_ weight: Int, _ asks: inout [Ask]) {
        for index in asks.indices where !asks[index].isRepeat {
            let slot = asks[index].slot ?? insert(asks[index].key, sparing: asks.compactMap(\.slot))
            asks[index].slot = slot
            asks[index].mark = add(weight, to: slot, asks[index].limit)
        }
        for index in asks.indices where asks[index].isRepeat {
            asks[index].slot = windows.slot(of: asks[index].key)
        }
    }

    /// Whether the window has room.
    func hasRoom(_ weight: Int, _ ask: Ask) -> Bool { weight <= ask.limit.quota - used(ask) }

    /// What there is to say to a call of this weight.
    func verdict(_ weight: Int, _ ask: Ask) -> LimitVerdict {
        let wholeAt = ask.slot.flatMap { slot -> Int64? in
            let calls = windows[slot].calls
            return calls.isEmpty ? nil : pool[calls.last].time + ask.limit.windowNanoseconds
        }
        return LimitVerdict(
            isAllowed: ask.isAllowed, limit: ask.limit, remaining: max(0, ask.limit.quota - used(ask)),
            resetAfter: untilRoom(weight, ask), wholeAfter: wholeAt.map { .nanoseconds($0 - now) } ?? .zero)
    }

    private func used(_ ask: Ask) -> Int { ask.slot.map { windows[$0].used } ?? 0 }

    private func untilRoom(_ weight: Int, _ ask: Ask) -> Duration? {
        guard weight <= ask.limit.quota else { return nil }
        var missing = used(ask) + weight - ask.limit.quota
        guard missing > 0, let slot = ask.slot else { return .zero }
        let calls = windows[slot].calls
        var (place, looked) = (calls.first, 0)
        while place != calls.last, looked < Self.callsLookedAt {
            missing -= pool[place].weight
            guard missing > 0, let next = pool.next(after: place) else { break }
            place = next
            looked += 1
        }
        if looked == Self.callsLookedAt { place = calls.last }
        return .nanoseconds(pool[place].time + ask.limit.windowNanoseconds - now)
    }
}

// MARK: - One window

extension WindowTable {
    private mutating func dropLapsed(of slot: Int, _ limit: RateLimit) {
        var window = windows[slot]
        let lapsed = now - limit.windowNanoseconds
        guard !window.calls.isEmpty, pool[window.calls.first].time <= lapsed else { return }
        if pool[window.calls.last].time <= lapsed {
            pool.release(window.calls, length: Int(window.length))
            (window.calls, window.length, window.used) = (CallList(), 0, 0)
        }
        while !window.calls.isEmpty, pool[window.calls.first].time <= lapsed {
            remove(window.calls.first, from: &window)
        }
        setFullness(of: &window, limit)
        windows[slot] = window
    }

    private mutating func insert(_ key: LimitKey, sparing spared: [Int]) -> Int {
        let now = now
        let dropped = windows.makeRoom(sparing: spared) { window in
            let hasLapsed = window.lapses <= now
            return Rank(fullness: hasLapsed ? 0 : window.fullness, lapses: window.lapses)
        }
        if let dropped {
            if dropped.lapses > now { forgotten += 1 }
            pool.release(dropped.calls, length: Int(dropped.length))
        }
        return windows.insert(key, Window())
    }

    /// Which window goes when there is no room: the emptiest, of equals the one that lapses first.
    private struct Rank: Comparable {
        let fullness: UInt16
        let lapses: Int64

        static func < (left: Rank, right: Rank) -> Bool {
            (left.fullness, left.lapses) < (right.fullness, right.lapses)
        }
    }

    /// - Returns: Where the call lies in the pool, and its stamp.
    private mutating func add(_ weight: Int, to slot: Int, _ limit: RateLimit) -> UInt64 {
        var window = windows[slot]
        if window.calls.isEmpty || pool.count < callsMax {
            pool.append(weight, at: now, to: &window.calls)
            window.length += 1
        } else {
            pool.join(weight, at: now, to: window.calls)
            joined += 1
        }
        window.used += weight
        window.lapses = max(window.lapses, now + limit.windowNanoseconds)
        setFullness(of: &window, limit)
        windows[slot] = window
        return UInt64(window.calls.last) | UInt64(pool[window.calls.last].stamp) << 32
    }

    private mutating func remove(_ place: UInt32, from window: inout Window) {
        window.used -= pool[place].weight
        window.length -= 1
        pool.remove(place, from: &window.calls)
    }

    private func setFullness(of window: inout Window, _ limit: RateLimit) {
        let part = Double(window.used) / Double(max(1, limit.quota))
        window.fullness = UInt16(min(1, part) * Double(UInt16.max))
    }

    /// Puts another weight in place of the one that was taken; what is more counts from now on when the call itself
    /// does not any more.
    mutating func correct(_ ask: Ask, taken: Int, at time: Int64, to weight: Int) {
        let place = UInt32(truncatingIfNeeded: ask.mark)
        let stamp = UInt32(truncatingIfNeeded: ask.mark >> 32)
        guard let slot = ask.slot, pool.holds(place, stamp: stamp, time: time, in: windows[slot].calls) else {
            guard weight > taken else { return }
            _ = add(weight - taken, to: ask.slot ?? insert(ask.key, sparing: []), ask.limit)
            return
        }
        var window = windows[slot]
        let before = pool[place].weight
        // It may stand for several calls that were joined.
        let after = max(0, before - taken + weight)
        window.used += after - before
        pool.setWeight(after, of: place)
        if after == 0 { remove(place, from: &window) }
        setFullness(of: &window, ask.limit)
        windows[slot] = window
    }
}
