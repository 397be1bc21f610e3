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
        var output = JSONOutput()
        output.snakeCaseName(name)
        return String(decoding: output.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

/// The one buffer of an encoding. Containers write into it in the order in which they are asked for; what a container
/// has begun is closed when its owner goes on.
private final class JSONSink {
    var output = JSONOutput(capacity: 4096)

    /// Types are compared rather than cast to: a cast looks for conformances, and there is one for each member.
    func encode<Value: Encodable>(_ value: Value) throws {
        if Value.self == String.self {
            output.string(unsafe unsafeBitCast(value, to: String.self))
        } else if Value.self == JSONValue.self {
            output.value(unsafe unsafeBitCast(value, to: JSONValue.self))
        } else if Value.self == [String: JSONValue].self {
            output.value(.object(unsafe unsafeBitCast(value, to: [String: JSONValue].self)))
        } else if Value.self == Int.self || Value.self == Int64.self {
            output.integer(unsafe unsafeBitCast(value, to: Int64.self))
        } else if Value.self == Bool.self {
            output.boolean(unsafe unsafeBitCast(value, to: Bool.self))
        } else if Value.self == Double.self {
            output.number(unsafe unsafeBitCast(value, to: Double.self))
        } else {
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
        encoder.sink.output.snakeCaseName(key.stringValue)
        encoder.sink.output.raw(":")
    }

    mutating func encode(_ value: String, forKey key: Key) {
        name(key)
        encoder.sink.output.string(value)
    }

    mutating func encode(_ value: Bool, forKey key: Key) {
        name(key)
        encoder.sink.output.boolean(value)
    }

    mutating func encode(_ value: Int, forKey key: Key) {
        name(key)
        encoder.sink.output.integer(value)
    }

    mutating func encode(_ value: Int64, forKey key: Key) {
        name(key)
        encoder.sink.output.integer(value)
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
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encode(orNull: value, key) }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

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
