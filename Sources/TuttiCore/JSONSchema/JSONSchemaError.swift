/// A type's schema cannot be found out.
public struct JSONSchemaError: CodedError, Hashable, CustomStringConvertible {
    /// The type that hides what it reads; not always the one that was asked about.
    public var type: String
    /// Where it stands in the type that was asked about, such as `/items/*/payment`; empty for that type itself.
    public var path: String
    /// What is in the way, and what to do.
    public var problem: String

    /// `schema_unknown`
    public var code: String { "schema_unknown" }
    /// One sentence for people, with the way out.
    public var message: String {
        "the JSON schema of \(type)" + (path.isEmpty ? "" : " at '\(path)'") + " cannot be found out: \(problem)"
    }
    /// Never: the type has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
