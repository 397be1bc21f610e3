public import FoundationEssentials

/// JSON with sorted keys: equal values have equal bytes, so the bytes can be compared and hashed.
public enum CanonicalJSON {
    /// The bytes of a value.
    ///
    /// - Throws: `EncodingError` when the value refuses, or holds a number that JSON cannot write (NaN, infinity).
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// The same for people: two spaces of indentation.
    ///
    /// - Throws: as ``encode(_:)``.
    public static func encodePretty(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value)
    }

    /// The value that some bytes hold.
    ///
    /// - Throws: `DecodingError` that names the path of the member that does not fit.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: Data) throws -> Value {
        try JSONDecoder().decode(type, from: bytes)
    }
}
