/// A message of Amazon's event streams (`application/vnd.amazon.eventstream`): headers with types, and a payload.
struct EventStreamMessage: Sendable, Hashable {
    /// The value of a header.
    enum Value: Sendable, Hashable {
        case flag(Bool)
        case byte(Int8)
        case short(Int16)
        case integer(Int32)
        case long(Int64)
        case bytes([UInt8])
        case text(String)
        /// Milliseconds since 1970.
        case moment(Int64)
        /// 16 bytes.
        case uuid([UInt8])
    }

    /// A header; names begin with a colon where the protocol itself speaks.
    struct Header: Sendable, Hashable {
        let name: String
        let value: Value
    }

    let headers: [Header]
    let payload: [UInt8]

    /// The first header of a name that is a text.
    func text(_ name: String) -> String? {
        guard case .text(let text)? = headers.first(where: { $0.name == name })?.value else { return nil }
        return text
    }
}

/// Why bytes are no event stream.
struct EventStreamError: Error, Hashable, Sendable {
    /// What is wrong, to stand after a colon.
    let problem: String
    /// The size that a message must not have; `nil` when that is not what is wrong.
    var sizeMax: Int?

    static let length = EventStreamError(problem: "the lengths in a message do not fit each other")
    static let checksum = EventStreamError(problem: "a checksum is not that of its bytes")
    static let header = EventStreamError(problem: "a header of a message cannot be read")
}

// MARK: Headers

extension EventStreamMessage {
    /// Reads the headers of a message: the length of a name, the name, a type, a value.
    ///
    /// - Throws: ``EventStreamError`` when the bytes end too early, a type is not known, or a text is no UTF-8.
    static func headers(_ bytes: ArraySlice<UInt8>) throws(EventStreamError) -> [Header] {
        var rest = BigEndianBytes(bytes)
        var headers: [Header] = []
        while !rest.isEmpty {
            let name = try rest.text(Int(try rest.integer(UInt8.self)))
            guard !name.isEmpty else { throw .header }
            headers.append(Header(name: name, value: try value(of: try rest.integer(UInt8.self), in: &rest)))
        }
        return headers
    }

    private static func value(of type: UInt8, in rest: inout BigEndianBytes) throws(EventStreamError) -> Value {
        switch type {
        case 0: return .flag(true)
        case 1: return .flag(false)
        case 2: return .byte(try rest.integer())
        case 3: return .short(try rest.integer())
        case 4: return .integer(try rest.integer())
        case 5: return .long(try rest.integer())
        case 6: return .bytes(Array(try rest.take(Int(try rest.integer(UInt16.self)))))
        case 7: return .text(try rest.text(Int(try rest.integer(UInt16.self))))
        case 8: return .moment(try rest.integer())
        case 9: return .uuid(Array(try rest.take(16)))
        default: throw .header
        }
    }
}

/// Bytes of which numbers are read, the highest byte first.
struct BigEndianBytes {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isEmpty: Bool { rest.isEmpty }

    /// - Throws: ``EventStreamError`` when there are fewer, as do the others.
    mutating func take(_ count: Int) throws(EventStreamError) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .header }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(EventStreamError) -> Number {
        try take(Number.bitWidth / 8).reduce(0) { ($0 << 7) << 1 | Number(truncatingIfNeeded: $1) }
    }

    mutating func text(_ count: Int) throws(EventStreamError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw .header }
        return text
    }
}
