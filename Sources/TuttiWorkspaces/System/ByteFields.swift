extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
    }

    mutating func append(littleEndian value: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
    }
}

/// Reads fields one after the other; nothing beyond the end.
struct ByteFields {
    /// The bytes ended within a field, or a field holds what cannot be.
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    var rest: Int { bytes.count - position }

    mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest else { throw Malformed() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(Malformed) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= rest else { throw Malformed() }
        let value = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
        position += size
        return Value(bigEndian: value)
    }

    mutating func hash() throws(Malformed) -> ObjectHash { ObjectHash(bytes: try take(ObjectHash.byteCount)) }

    /// A length in two bytes, and as many of a name.
    mutating func name() throws(Malformed) -> EntryName {
        guard let name = EntryName(packed: try take(Int(try integer(UInt16.self)))) else { throw Malformed() }
        return name
    }
}
