/// The newest frames of a broadcast, by count and bytes; the newest of all is always there.
///
/// Each frame has an index, which counts from 0, and a place, which the publisher gives it and which never goes back.
struct FrameRing: Sendable {
    struct Frame: Sendable {
        let place: Int64
        let bytes: [UInt8]
    }

    private let countMax: Int
    private let bytesMax: Int
    private var frames: [Frame] = []
    /// How many at the beginning of the array are gone.
    private var gone = 0
    private var bytes = 0
    /// The index of the oldest frame that is kept.
    private(set) var first = 0
    /// The place of the newest frame that is not kept any more.
    private var lostPlace: Int64?
    private(set) var lastPlace: Int64 = 0

    /// - Parameter start: the place of what came last before the first frame; nil when nothing did.
    init(behind start: Int64? = nil, countMax: Int, bytesMax: Int) {
        lostPlace = start
        lastPlace = start ?? 0
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    /// The index of the next frame.
    var end: Int { first + frames.count - gone }

    mutating func append(_ bytes: [UInt8], place: Int64) {
        precondition(end == 0 || place >= lastPlace, "the places of a broadcast never go back")
        frames.append(Frame(place: place, bytes: bytes))
        lastPlace = place
        self.bytes += bytes.count
        while end - first > 1, end - first > countMax || self.bytes > bytesMax { dropFirst() }
        if gone > 32, gone > frames.count / 2 {
            frames.removeFirst(gone)
            gone = 0
        }
    }

    private mutating func dropFirst() {
        lostPlace = frames[gone].place
        bytes -= frames[gone].bytes.count
        frames[gone] = Frame(place: 0, bytes: [])
        gone += 1
        first += 1
    }

    /// The index from which the frames behind a place are; nil when some of them are not kept any more.
    func index(behind place: Int64) -> Int? {
        if let lostPlace, lostPlace > place { return nil }
        var (low, high) = (gone, frames.count)
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].place > place { high = middle } else { low = middle + 1 }
        }
        return first + low - gone
    }

    /// Frames from an index on, of about so many bytes but at least one; nil when the first of them is gone.
    func frames(from index: Int, bytesMax: Int) -> [Frame]? {
        guard index >= first else { return nil }
        var (taken, size) = (0, 0)
        let start = gone + index - first
        while start + taken < frames.count, taken == 0 || size + frames[start + taken].bytes.count <= bytesMax {
            size += frames[start + taken].bytes.count
            taken += 1
        }
        return Array(frames[start..<start + taken])
    }
}
