/// Connections that wait for a time, the next first: a heap.
struct Alarms {
    private var heap: [(time: ContinuousClock.Instant, order: Int, connection: Connection)] = []
    private var count = 0

    var next: ContinuousClock.Instant? { heap.first?.time }

    mutating func add(_ connection: Connection, at time: ContinuousClock.Instant) {
        count += 1
        heap.append((time, count, connection))
        var index = heap.count - 1
        while index > 0, isEarlier(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// The next one that is due; those of one time in the order in which they came.
    mutating func takeDue(_ now: ContinuousClock.Instant) -> Connection? {
        guard let first = heap.first, first.time <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var earliest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isEarlier(child, earliest) {
                earliest = child
            }
            if earliest == index { return first.connection }
            heap.swapAt(index, earliest)
            index = earliest
        }
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].order) < (heap[right].time, heap[right].order)
    }
}
