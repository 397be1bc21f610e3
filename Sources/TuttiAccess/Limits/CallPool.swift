/// An accepted call that still counts.
struct CountedCall {
    /// In nanoseconds.
    var time: Int64
    var weight: Int
    /// Tells it from others that had the same place at other times.
    var stamp: UInt32
    fileprivate var next: UInt32
    fileprivate var previous: UInt32
}

/// The calls of one subject, oldest first: where the first and the last lie in the pool.
struct CallList {
    fileprivate(set) var first: UInt32 = .max
    fileprivate(set) var last: UInt32 = .max

    var isEmpty: Bool { first == .max }
}

/// The accepted calls of all subjects in one piece of memory, linked to a list for each, so that one more call is never
/// an allocation of its own and nothing has to move.
struct CallPool {
    private var calls = ChunkedArray<CountedCall>()
    private var firstFree: UInt32 = .max
    private var stamp: UInt32 = 0
    /// How many are in lists.
    private(set) var count = 0

    /// Room for as many as the links can tell apart.
    static let callsMax = 1 << 31

    subscript(place: UInt32) -> CountedCall { calls[Int(place)] }

    /// Puts a call at the end of a list.
    mutating func append(_ weight: Int, at time: Int64, to list: inout CallList) {
        let call = CountedCall(time: time, weight: weight, stamp: nextStamp(), next: .max, previous: list.last)
        let place: UInt32
        if firstFree == .max {
            place = UInt32(calls.count)
            calls.append(call)
        } else {
            place = firstFree
            firstFree = calls[Int(place)].next
            calls[Int(place)] = call
        }
        if list.last == .max { list.first = place } else { calls.change(Int(list.last)) { $0.next = place } }
        list.last = place
        count += 1
    }

    /// Makes one call of the last one and another that comes now.
    mutating func join(_ weight: Int, at time: Int64, to list: CallList) {
        let stamp = nextStamp()
        calls.change(Int(list.last)) { call in
            call.weight += weight
            call.time = time
            call.stamp = stamp
        }
    }

    mutating func setWeight(_ weight: Int, of place: UInt32) { calls.change(Int(place)) { $0.weight = weight } }

    /// Takes one call out of its list.
    mutating func remove(_ place: UInt32, from list: inout CallList) {
        let (next, previous) = (calls[Int(place)].next, calls[Int(place)].previous)
        if next == .max { list.last = previous } else { calls.change(Int(next)) { $0.previous = previous } }
        if previous == .max { list.first = next } else { calls.change(Int(previous)) { $0.next = next } }
        calls.change(Int(place)) { call in
            call.next = firstFree
            call.time = .min
        }
        firstFree = place
        count -= 1
    }

    /// Gives up a list as a whole.
    ///
    /// - Parameter length: How many calls are in it.
    mutating func release(_ list: CallList, length: Int) {
        guard !list.isEmpty else { return }
        calls.change(Int(list.last)) { $0.next = firstFree }
        firstFree = list.first
        count -= length
    }

    /// The one after this one in its list.
    func next(after place: UInt32) -> UInt32? {
        let next = calls[Int(place)].next
        return next == .max ? nil : next
    }

    /// Whether the call that got this stamp at this time is still in the list. One of a list that was given up before
    /// is older than the first of the list that the same subject has now.
    func holds(_ place: UInt32, stamp: UInt32, time: Int64, in list: CallList) -> Bool {
        guard !list.isEmpty, Int(place) < calls.count else { return false }
        // The time tells it even from a call with the same stamp, which comes back after four thousand million others.
        guard self[place].stamp == stamp, self[place].time == time else { return false }
        let first = self[list.first]
        return time > first.time || (time == first.time && stamp &- first.stamp < .max / 2)
    }

    private mutating func nextStamp() -> UInt32 {
        stamp &+= 1
        return stamp
    }
}
