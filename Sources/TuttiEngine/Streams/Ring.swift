/// Something that has its place in a stream.
protocol StreamItem: Sendable {
    /// Grows from item to item, with gaps or without.
    var place: Int64 { get }
    /// About how many bytes it takes.
    var size: Int { get }
}

/// The newest items of a stream, in the pages in which they came, so that readers share them instead of copying.
struct Ring<Item: StreamItem>: Sendable {
    /// What there is for a reader.
    enum Rest {
        /// Its next items, at least one.
        case items(ArraySlice<Item>)
        /// Nothing new.
        case nothing
        /// Its next items are not here any more.
        case gone
    }

    private let countMax: Int
    private let sizeMax: Int
    private var pages: [ArraySlice<Item>] = []
    private var count = 0
    private var size = 0
    /// All items behind this place, up to `last`, are here.
    private(set) var base: Int64
    private(set) var last: Int64

    init(
        behind place: Int64, countMax: Int = StreamLimits.ringCountMax, sizeMax: Int = StreamLimits.ringSizeMax
    ) {
        (base, last) = (place, place)
        self.countMax = countMax
        self.sizeMax = sizeMax
    }

    /// Adds what comes behind the last item, up to a place, and lets go of the oldest items.
    mutating func append(_ items: [Item], through place: Int64) {
        last = max(last, place)
        guard !items.isEmpty else { return }
        pages.append(items[...])
        count += items.count
        size += items.reduce(0) { $0 + $1.size }
        while count > countMax || size > sizeMax, let oldest = pages[0].popFirst() {
            count -= 1
            size -= oldest.size
            base = oldest.place
            if pages[0].isEmpty { pages.removeFirst() }
        }
    }

    func rest(behind place: Int64) -> Rest {
        guard place < last else { return .nothing }
        guard place >= base else { return .gone }
        var (low, high) = (0, pages.count)
        while low < high {
            let middle = (low + high) / 2
            if let end = pages[middle].last?.place, end <= place { low = middle + 1 } else { high = middle }
        }
        guard low < pages.count else { return .nothing }
        return .items(pages[low].drop { $0.place <= place })
    }
}
