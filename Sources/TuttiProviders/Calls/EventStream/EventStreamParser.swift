/// Finds the messages in a stream of bytes that is cut anywhere.
///
/// A message is its whole length, the length of its headers, a checksum of these two, headers, payload, and a checksum
/// of all before it; numbers have the highest byte first. Both checksums are looked at, the first before as many bytes
/// are waited for as it promises. (The bounds are those of botocore's `eventstream.py`.)
struct EventStreamParser {
    /// Bytes of the headers of a message.
    static let headersSizeMax = 128 << 10
    /// Bytes of the payload of a message.
    static let payloadSizeMax = 24 << 20
    /// Bytes before the headers.
    private static let preludeSize = 12
    /// Bytes around headers and payload.
    private static let frameSize = 16

    private let payloadSizeMax: Int
    private var bytes: [UInt8] = []
    /// Bytes at the beginning of ``bytes`` that have been read.
    private var used = 0

    /// - Parameter payloadSizeMax: a bound of one's own, below that of the protocol.
    init(payloadSizeMax: Int = Self.payloadSizeMax) { self.payloadSizeMax = min(payloadSizeMax, Self.payloadSizeMax) }

    /// Whether a message has begun that is not whole.
    var isInsideMessage: Bool { used < bytes.count }

    /// Takes the next bytes, and gives the next message as long as there is one.
    mutating func push(_ more: [UInt8]) {
        if used == bytes.count {
            bytes = more
        } else {
            bytes.removeFirst(used)
            bytes += more
        }
        used = 0
    }

    /// The next whole message; `nil` when more bytes are needed.
    ///
    /// - Throws: ``EventStreamError``; nothing that comes after that can be read.
    mutating func next() throws(EventStreamError) -> EventStreamMessage? {
        guard bytes.count - used >= Self.preludeSize else { return nil }
        let lengths = try lengths()
        let end = used + lengths.whole
        guard bytes.count >= end else { return nil }
        guard try number(at: end - 4) == CRC32.checksum(bytes[used..<end - 4]) else { throw .checksum }
        let headersStart = used + Self.preludeSize
        let payloadStart = headersStart + lengths.headers
        let headers = try EventStreamMessage.headers(bytes[headersStart..<payloadStart])
        let payload = Array(bytes[payloadStart..<end - 4])
        used = end
        return EventStreamMessage(headers: headers, payload: payload)
    }

    private func lengths() throws(EventStreamError) -> (whole: Int, headers: Int) {
        guard try number(at: used + 8) == CRC32.checksum(bytes[used..<used + 8]) else { throw .checksum }
        let (whole, headers) = (Int(try number(at: used)), Int(try number(at: used + 4)))
        guard headers <= Self.headersSizeMax else {
            throw EventStreamError(problem: "the headers of a message are too long", sizeMax: Self.headersSizeMax)
        }
        guard whole >= headers + Self.frameSize else { throw .length }
        guard whole - headers - Self.frameSize <= payloadSizeMax else {
            throw EventStreamError(problem: "a message is too long", sizeMax: payloadSizeMax)
        }
        return (whole, headers)
    }

    private func number(at place: Int) throws(EventStreamError) -> UInt32 {
        var four = BigEndianBytes(bytes[place..<place + 4])
        return try four.integer()
    }
}
