/// Bytes on their way from one socket to another.
struct ByteQueue: Sendable {
    /// More is not read before some of it has gone out. One read and what frames it may be on top.
    static let countMax = 64 << 10

    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }
    var hasRoom: Bool { count < Self.countMax }
    var unsent: ArraySlice<UInt8> { bytes[start...] }

    mutating func append(_ body: (inout [UInt8]) -> Void) {
        if start >= Self.countMax {
            bytes.removeFirst(start)
            start = 0
        }
        body(&bytes)
    }

    mutating func append(_ more: some Sequence<UInt8>) { append { $0 += more } }

    mutating func consume(_ count: Int) {
        start += count
        if start == bytes.count { removeAll() }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }
}
