/// Stands for "none" in the links.
private let noIndex = UInt32.max

/// A hash table of at most `keysMax` keys in which every call does a bounded amount of work.
///
/// It grows by linear hashing (Litwin 1980): each new key splits one bucket, so there is never a moment at which all
/// keys move. A hand goes round the slots, two of them with each call of the owner, so that what has lapsed is dropped
/// without a sweep, after as many calls as half the slots at the latest. Memory of dropped keys is used again, and not
/// given back.
struct KeyTable<Value> {
    fileprivate struct Slot {
        var key: LimitKey
        var value: Value
        /// The next slot of the same bucket, or of the free ones.
        var next: UInt32
        var isUsed: Bool
    }

    let keysMax: Int
    private(set) var count = 0
    private var slots = ChunkedArray<Slot>()
    private var buckets = ChunkedArray<UInt32>()
    private var firstFree = noIndex
    private var hand = 0

    init(keysMax: Int) {
        self.keysMax = max(1, min(keysMax, Int(noIndex) - 1))
        buckets.append(noIndex)
    }

    /// How many slots are compared when one has to make room.
    static var victimsLookedAt: Int { 16 }

    /// The slot of a key.
    func slot(of key: LimitKey) -> Int? {
        var index = buckets[bucket(of: key)]
        while index != noIndex {
            let slot = slots[Int(index)]
            if slot.key == key { return Int(index) }
            index = slot.next
        }
        return nil
    }

    subscript(slot: Int) -> Value {
        get { slots[slot].value }
        set { slots.change(slot) { $0.value = newValue } }
    }

    /// Changes a value where it lies.
    mutating func change<Result>(_ slot: Int, _ body: (inout Value) -> Result) -> Result {
        slots.change(slot) { body(&$0.value) }
    }

    /// Puts a key in that is not there; `makeRoom` has been called before.
    mutating func insert(_ key: LimitKey, _ value: Value) -> Int {
        splitBucket()
        let bucket = bucket(of: key)
        let slot = Slot(key: key, value: value, next: buckets[bucket], isUsed: true)
        let index: Int
        if firstFree == noIndex {
            index = slots.count
            slots.append(slot)
        } else {
            index = Int(firstFree)
            firstFree = slots[index].next
            slots[index] = slot
        }
        buckets[bucket] = UInt32(index)
        count += 1
        return index
    }

    /// Looks at the slot under the hand, drops it when it is idle, and moves on.
    ///
    /// - Returns: The dropped value.
    mutating func dropNext(where isIdle: (Value) -> Bool) -> Value? {
        guard slots.count > 0 else { return nil }
        let index = moveHand()
        let slot = slots[index]
        guard slot.isUsed, isIdle(slot.value) else { return nil }
        remove(index)
        return slot.value
    }

    /// Drops a key when there is no room for another: of those that the hand comes upon next, the one of the lowest
    /// rank, and of equals the first.
    ///
    /// - Parameter spared: Slots that stay.
    /// - Returns: The dropped value.
    mutating func makeRoom<Rank: Comparable>(sparing spared: [Int], rank: (Value) -> Rank) -> Value? {
        guard count >= keysMax else { return nil }
        var lowest: (index: Int, rank: Rank)?
        var looked = 0
        for _ in 0..<slots.count {
            if looked == Self.victimsLookedAt { break }
            let index = moveHand()
            guard slots[index].isUsed, !spared.contains(index) else { continue }
            looked += 1
            let rank = rank(slots[index].value)
            if let known = lowest, known.rank <= rank { continue }
            lowest = (index, rank)
        }
        guard let lowest else { return nil }
        let value = slots[lowest.index].value
        remove(lowest.index)
        return value
    }

    private mutating func moveHand() -> Int {
        if hand >= slots.count { hand = 0 }
        defer { hand += 1 }
        return hand
    }

    private mutating func remove(_ index: Int) {
        let bucket = bucket(of: slots[index].key)
        let next = slots[index].next
        if buckets[bucket] == UInt32(index) {
            buckets[bucket] = next
        } else {
            var before = Int(buckets[bucket])
            while slots[before].next != UInt32(index) { before = Int(slots[before].next) }
            slots.change(before) { $0.next = next }
        }
        slots.change(index) { slot in
            slot.isUsed = false
            slot.next = firstFree
        }
        firstFree = UInt32(index)
        count -= 1
    }
}

// MARK: - Buckets

extension KeyTable {
    /// As many low bits of the key as there are buckets; a bucket that is not there yet is still part of the one it
    /// will be split from.
    private func bucket(of key: LimitKey) -> Int {
        let mask = Self.mask(for: buckets.count - 1)
        let bucket = Int(truncatingIfNeeded: key.low) & mask
        return bucket < buckets.count ? bucket : bucket & (mask >> 1)
    }

    /// All bits up to the highest one of a number.
    private static func mask(for number: Int) -> Int {
        number == 0 ? 0 : Int.max >> (number.leadingZeroBitCount - 1)
    }

    /// Adds one bucket, unless there are as many as keys, and moves to it what belongs there.
    private mutating func splitBucket() {
        guard buckets.count <= count else { return }
        let new = buckets.count
        let mask = Self.mask(for: new)
        let old = new & (mask >> 1)
        var (stays, moves) = (noIndex, noIndex)
        var index = buckets[old]
        while index != noIndex {
            let slot = slots[Int(index)]
            let isMoved = Int(truncatingIfNeeded: slot.key.low) & mask == new
            let next = isMoved ? moves : stays
            slots.change(Int(index)) { $0.next = next }
            if isMoved { moves = index } else { stays = index }
            index = slot.next
        }
        buckets[old] = stays
        buckets.append(moves)
    }
}

extension KeyTable: Sendable where Value: Sendable {}
extension KeyTable.Slot: Sendable where Value: Sendable {}
