/// Frames in a row.
struct FrameBatch: Sendable {
    let start: Int
    let frames: [FrameRing.Frame]

    var end: Int { start + frames.count }

    /// The bytes of those from an index on that are behind a place.
    func payload(from index: Int = 0, behind place: Int64) -> [UInt8] {
        let wanted = frames.dropFirst(max(0, index - start)).filter { $0.place > place }
        if wanted.count == 1, let only = wanted.first { return only.bytes }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wanted.reduce(0) { $0 + $1.bytes.count })
        for frame in wanted { bytes += frame.bytes }
        return bytes
    }

    /// Whether a follower who has everything before an index and up to a place needs all of them.
    func isWanted(from index: Int, behind place: Int64) -> Bool {
        index <= start && frames.first.map { $0.place > place } ?? true
    }
}

/// Bytes as they are and as a chunk, made once for all who get them.
struct SharedFrames: Sendable {
    let plain: [UInt8]
    let chunk: [UInt8]

    init(_ bytes: [UInt8]) {
        plain = bytes
        chunk = bytes.isEmpty ? [] : Chunk.bytes(bytes)
    }
}
