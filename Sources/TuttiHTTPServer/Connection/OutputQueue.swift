/// Bytes that wait to be sent, in order. Large pieces are kept as they came, so that many connections can share one.
struct OutputQueue: Sendable {
    private var segments: [[UInt8]] = []
    /// How much of the first segment has gone.
    private var offset = 0
    /// Whether the last segment is nobody else's, so that it may grow.
    private var mayGrow = false
    /// How many bytes wait.
    private(set) var count = 0

    /// A piece of at least so many bytes stays alone, and a segment does not grow beyond it.
    private static let largeMin = 16 << 10

    var isEmpty: Bool { count == 0 }

    /// Puts bytes at the end, without the first `skipped` of them.
    mutating func append(_ bytes: [UInt8], skipping skipped: Int = 0) {
        let added = bytes.count - skipped
        guard added > 0 else { return }
        count += added
        if mayGrow, let last = segments.indices.last, segments[last].count + added <= Self.largeMin {
            segments[last] += bytes[skipped...]
            return
        }
        if segments.isEmpty {
            (segments, offset, mayGrow) = ([bytes], skipped, false)
        } else {
            let isSmall = added < Self.largeMin
            segments.append(skipped == 0 && !isSmall ? bytes : Array(bytes[skipped...]))
            mayGrow = isSmall
        }
    }

    /// Takes away what has been sent.
    mutating func drop(_ sent: Int) {
        count -= sent
        guard count > 0 else {
            (segments, offset, mayGrow) = ([], 0, false)  // what is idle holds no memory
            return
        }
        offset += sent
        var gone = 0
        while gone < segments.count, offset >= segments[gone].count {
            offset -= segments[gone].count
            gone += 1
        }
        if gone > 0 { segments.removeFirst(gone) }
    }

    /// Shows the next bytes, those of several small pieces together in `space`; one call of the system sends them.
    func withNext<Output>(
        gatheringIn space: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Output
    ) -> Output {
        guard let first = segments.first else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        if segments.count == 1 || first.count - offset >= Self.largeMin {
            return unsafe first.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
        }
        var filled = 0
        var skipped = offset
        for segment in segments {
            let taken = min(segment.count - skipped, space.count - filled)
            unsafe segment.withUnsafeBytes { bytes in
                let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[skipped..<skipped + taken])
                unsafe UnsafeMutableRawBufferPointer(rebasing: space[filled...]).copyMemory(from: part)
            }
            filled += taken
            skipped = 0
            if filled == space.count { break }
        }
        return unsafe body(UnsafeRawBufferPointer(rebasing: space[..<filled]))
    }
}
