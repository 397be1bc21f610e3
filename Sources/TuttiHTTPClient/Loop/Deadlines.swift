/// Who is to be looked at when: a binary heap with at most one entry each that counts.
///
/// A deadline that moves later leaves its entry where it is, so that a piece of an answer costs one comparison; whoever
/// is due is looked at and put back when it was too early.
struct Deadlines {
    private struct Entry {
        let due: Duration
        let id: UInt64
    }

    private var heap: [Entry] = []
    private var earliest: [UInt64: Duration] = [:]

    var next: Duration? { heap.first?.due }
    var count: Int { heap.count }

    /// Has `id` come up at `due` or earlier.
    mutating func set(_ id: UInt64, _ due: Duration) {
        if let known = earliest[id], known <= due { return }
        earliest[id] = due
        heap.append(Entry(due: due, id: id))
        siftUp(heap.count - 1)
    }

    /// `id` does not come up any more.
    mutating func remove(_ id: UInt64) {
        guard earliest.removeValue(forKey: id) != nil, heap.count > 64, heap.count > 2 * earliest.count else { return }
        let living = heap.filter { earliest[$0.id] == $0.due }
        heap = []
        for entry in living {
            heap.append(entry)
            siftUp(heap.count - 1)
        }
    }

    /// The next one that is due, which has no deadline then until it is set again.
    mutating func popDue(at now: Duration) -> UInt64? {
        while let first = heap.first, first.due <= now {
            removeFirst()
            guard earliest[first.id] == first.due else { continue }  // moved or removed since
            earliest[first.id] = nil
            return first.id
        }
        return nil
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].due < heap[least].due
            {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0, heap[child].due < heap[(child - 1) / 2].due {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }
}
