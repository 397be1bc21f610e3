/// Writes `Encodable` values as the JSON that goes over the wire: members in the order in which the type writes them,
/// `nil` as `null`, and names of Swift such as `tokenUsage` as `token_usage`.
///
/// It writes straight into one buffer, at a fraction of what a general encoder costs, which first builds a tree. For
/// what is stored or hashed there is ``CanonicalJSON``.
package enum CompactJSON {
    /// - Throws: what the value throws.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let sink = JSONSink()
        try sink.encode(value)
        return sink.output.bytes
    }

    /// `tokenUsage` as `token_usage`; what has no capitals stays as it is.
    package static func name(_ name: String) -> String {
        guard name.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return name }
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if (0x41...0x5A).contains(byte) {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: "_")) }
                bytes.append(byte + 0x20)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The one buffer of an encoding. Containers write into it in the order in which they are asked for; what a container
/// has begun is closed when its owner goes on.
private final class JSONSink {
    var output = JSONOutput()

    func encode(_ value: some Encodable) throws {
        switch value {
        case let value as JSONValue: output.value(value)
        case let value as String: output.string(value)
        case let value as Int: output.integer(value)
        case let value as Int64: output.integer(value)
        case let value as Bool: output.raw(value ? "true" : "false")
        case let value as Double: output.number(value)
        case let value as [String: JSONValue]: output.value(.object(value))
        default:
            let encoder = JSONSinkEncoder(sink: self)
            try value.encode(to: encoder)
            encoder.close()
        }
    }
}

private final class JSONSinkEncoder: Encoder {
    let sink: JSONSink
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    /// What has to be written when the value is whole; `nil` while nothing was begun.
    private var end: StaticString?
    var isFirst = true

    init(sink: JSONSink) { self.sink = sink }

    func begin(_ start: StaticString, _ end: StaticString) {
        guard self.end == nil else { return }  // a second container of the same kind adds to the first
        sink.output.raw(start)
        self.end = end
    }

    func separate() {
        if isFirst { isFirst = false } else { sink.output.raw(",") }
    }

    func close() { sink.output.raw(end ?? (isFirst ? "null" : "")) }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        begin("{", "}")
        return KeyedEncodingContainer(JSONMembers<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        begin("[", "]")
        return JSONElements(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        begin("", "")
        return JSONWhole(sink: sink)
    }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONSinkEncoder
    var codingPath: [any CodingKey] { [] }

    private func name(_ key: Key) {
        encoder.separate()
        encoder.sink.output.string(CompactJSON.name(key.stringValue))
        encoder.sink.output.raw(":")
    }

    mutating func encodeNil(forKey key: Key) {
        name(key)
        encoder.sink.output.raw("null")
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        name(key)
        try encoder.sink.encode(value)
    }

    private mutating func encode(orNull value: (some Encodable)?, _ key: Key) throws {
        if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        try encode(orNull: value, key)
    }
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encode(orNull: value, key) }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encode(orNull: value, key) }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encode(orNull: value, key) }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encode(orNull: value, key) }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encode(orNull: value, key) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        preconditionFailure("values of the wire nest by encoding values, not containers")
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        preconditionFailure("values of the wire nest by encoding values, not containers")
    }

    mutating func superEncoder() -> any Encoder { preconditionFailure("values of the wire are no classes") }
    mutating func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}

private struct JSONElements: UnkeyedEncodingContainer {
    let encoder: JSONSinkEncoder
    var codingPath: [any CodingKey] { [] }
    var count = 0

    mutating func encodeNil() {
        encoder.separate()
        encoder.sink.output.raw("null")
        count += 1
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        encoder.separate()
        try encoder.sink.encode(value)
        count += 1
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        preconditionFailure("values of the wire nest by encoding values, not containers")
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        preconditionFailure("values of the wire nest by encoding values, not containers")
    }

    mutating func superEncoder() -> any Encoder { preconditionFailure("values of the wire are no classes") }
}

private struct JSONWhole: SingleValueEncodingContainer {
    let sink: JSONSink
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() { sink.output.raw("null") }
    mutating func encode<Value: Encodable>(_ value: Value) throws {
        // The types that write themselves by a container of one value; any other writes into a container of its own.
        switch value {
        case let value as any FixedWidthInteger: sink.output.integer(value)
        case let value as Float: sink.output.number(Double(value))
        default: try sink.encode(value)
        }
    }
}
