package import FoundationEssentials

/// Members of what is told to programs: one that has nothing to say is `null`.
extension JSONValue {
    /// A text, or null.
    package static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// A whole number, or null.
    package static func number(_ value: Int?) -> JSONValue { value.map { .int(Int64($0)) } ?? .null }

    /// A moment as RFC 3339, or null.
    package static func time(_ value: Timestamp?) -> JSONValue { .text(value?.description) }

    /// A duration in milliseconds, or null.
    package static func milliseconds(_ value: Duration?) -> JSONValue {
        value.map { .int($0.milliseconds) } ?? .null
    }

    /// What went wrong, or null.
    package static func error(_ value: StepError?) -> JSONValue {
        guard let value else { return .null }
        return [
            "code": .string(value.code), "message": .string(value.message), "origin": .string(value.origin),
            "data": value.data ?? .null,
        ]
    }

    /// A value as the JSON that is stored of it.
    ///
    /// - Throws: `EncodingError` for what JSON cannot say.
    package init(encoding value: some Encodable) throws {
        self = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(value))
    }

    /// Stored bytes as the JSON value that they are; what is no JSON stays a text.
    package static func stored(_ bytes: Data) -> JSONValue {
        (try? CanonicalJSON.decode(JSONValue.self, from: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }
}
