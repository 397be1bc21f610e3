public import FoundationEssentials

/// A type that says its schema itself, because reading it with placeholders would not show it.
///
/// These have to: enums with payloads, enums of raw values that are not `CaseIterable`, and types whose `init(from:)`
/// refuses an empty text or a zero. To go on behind such a type, ``JSONSchema/of(_:)`` needs one value of it and
/// decodes the schema's first example; without examples one is made of the schema, and when the type refuses that,
/// the error says so.
///
/// ```swift
/// extension Port: JSONSchemaProviding {
///     static var jsonSchema: JSONSchema { .integer(minimum: 1, maximum: 65_535) }
/// }
/// ```
public protocol JSONSchemaProviding: Decodable {
    /// What the type reads. It must not be asked of `JSONSchema.of(Self.self)`, which would ask here again.
    static var jsonSchema: JSONSchema { get }
}

extension JSONValue: JSONSchemaProviding {
    /// Anything.
    public static var jsonSchema: JSONSchema { .any }
}

extension Severity: JSONSchemaProviding {
    /// The words in lower case, although others are read, too.
    public static var jsonSchema: JSONSchema { .values(allCases.map { .string($0.rawValue) }) }
}

extension Timestamp: JSONSchemaProviding {
    /// Milliseconds.
    public static var jsonSchema: JSONSchema { .integer().describing("Milliseconds since 1970-01-01T00:00:00Z.") }
}

extension RunID: JSONSchemaProviding {
    /// A text that begins with `run_`.
    public static var jsonSchema: JSONSchema { identifier }
}

extension ExecutorID: JSONSchemaProviding {
    /// A text that begins with `exe_`.
    public static var jsonSchema: JSONSchema { identifier }
}

extension Identifier {
    fileprivate static var identifier: JSONSchema {
        var schema = JSONSchema.string().describing("'\(prefix)_' and 26 characters.")
        schema.examples = [.string(prefix + "_" + String(repeating: "0", count: 26))]
        return schema
    }
}

// How JSONDecoder reads these by default, which is not what their own init(from:) would ask for.

extension Data: JSONSchemaProviding {
    /// Base64.
    public static var jsonSchema: JSONSchema { .string(.base64) }
}

extension URL: JSONSchemaProviding {
    /// A text.
    public static var jsonSchema: JSONSchema { .string(.url) }
}

extension UUID: JSONSchemaProviding {
    /// A text.
    public static var jsonSchema: JSONSchema { .string(.uuid) }
}

extension Date: JSONSchemaProviding {
    /// A number of seconds.
    public static var jsonSchema: JSONSchema { .number().describing("Seconds since 2001-01-01T00:00:00Z.") }
}

extension Decimal: JSONSchemaProviding {
    /// A number.
    public static var jsonSchema: JSONSchema { .number() }
}
