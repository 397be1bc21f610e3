/// What a JSON value has to look like: the part of JSON Schema (2020-12) that Tutti writes and checks.
///
/// One value serves whoever needs to know the shape of a type: routes, tools, inputs of workflows, forms.
/// ``of(_:)`` finds it out from a `Decodable` type; the functions here make one by hand.
///
/// ```swift
/// struct Order: Decodable {
///     var item: String
///     var count: UInt8?
/// }
/// let schema = try JSONSchema.of(Order.self)
/// schema.validate(["count": 300]).map(\.message)
/// // ["'/item' is missing; it takes a text", "'/count' is out of range; it takes a whole number from 0 to 255"]
/// ```
public struct JSONSchema: Sendable, Hashable {
    package var shape: Shape
    /// What people call the value.
    public var title: String?
    /// What the value is for, in a sentence.
    public var description: String?
    /// What stands for the value when it is left out. It tells; nothing is filled in.
    public var defaultValue: JSONValue?
    /// Values that fit.
    public var examples: [JSONValue] = []
    /// What references point to, by name. Only those of the outermost schema count.
    public var definitions: [String: JSONSchema] = [:]

    package init(_ shape: Shape) { self.shape = shape }

    package indirect enum Shape: Sendable, Hashable {
        case any
        case null
        case boolean
        case integer(minimum: Double?, maximum: Double?)
        case number(minimum: Double?, maximum: Double?)
        case string(StringForm?)
        case values([JSONValue])
        case array(JSONSchema)
        case tuple([JSONSchema])
        case object([Property], others: OtherMembers)
        case anyOf([JSONSchema])
        case reference(String)
    }

    /// A text with a form of its own.
    public enum StringForm: String, Sendable, Hashable {
        /// A URL.
        case url = "uri"
        /// 32 hexadecimal digits with four hyphens.
        case uuid
        /// Bytes.
        case base64
        /// A moment as RFC 3339 writes it.
        case dateTime = "date-time"
    }

    /// A member of an object that has a name.
    public struct Property: Sendable, Hashable {
        /// The member's name.
        public var name: String
        /// What it has to look like.
        public var schema: JSONSchema
        /// Whether it has to be there.
        public var isRequired: Bool

        /// A member from its parts.
        public init(name: String, schema: JSONSchema, isRequired: Bool) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }

        /// A member that has to be there.
        public static func required(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be left out.
        public static func optional(_ name: String, _ schema: JSONSchema) -> Property {
            Property(name: name, schema: schema, isRequired: false)
        }
    }

    /// What members an object may have besides those with a name.
    public enum OtherMembers: Sendable, Hashable {
        /// Any; they are ignored, as decoders do.
        case ignored
        /// None.
        case refused
        /// Any number of this schema; when names are given, only under those.
        case each(JSONSchema, names: [String]? = nil)
    }
}

extension JSONSchema {
    /// Anything.
    public static let any = JSONSchema(.any)
    /// `null`
    public static let null = JSONSchema(.null)
    /// `true` or `false`
    public static let boolean = JSONSchema(.boolean)

    /// A whole number that fits 64 bits.
    public static func integer(minimum: Double? = nil, maximum: Double? = nil) -> JSONSchema {
        JSONSchema(.integer(minimum: minimum, maximum: maximum))
    }

    /// A number.
    public static func number(minimum: Double? = nil, maximum: Double? = nil) -> JSONSchema {
        JSONSchema(.number(minimum: minimum, maximum: maximum))
    }

    /// A text.
    public static func string(_ form: StringForm? = nil) -> JSONSchema { JSONSchema(.string(form)) }

    /// One of a few values.
    public static func values(_ values: [JSONValue]) -> JSONSchema { JSONSchema(.values(values)) }

    /// A list of any length.
    public static func array(of element: JSONSchema) -> JSONSchema { JSONSchema(.array(element)) }

    /// A list with a schema for each place.
    public static func tuple(_ elements: [JSONSchema]) -> JSONSchema { JSONSchema(.tuple(elements)) }

    /// Members with names; the order is kept for whoever shows them.
    public static func object(_ properties: [Property], others: OtherMembers = .ignored) -> JSONSchema {
        JSONSchema(.object(properties, others: others))
    }

    /// Members under any name, all alike.
    public static func dictionary(of value: JSONSchema) -> JSONSchema { object([], others: .each(value)) }

    /// What fits at least one of several schemas.
    public static func anyOf(_ schemas: [JSONSchema]) -> JSONSchema { JSONSchema(.anyOf(schemas)) }

    /// One of the outermost schema's ``definitions``.
    public static func reference(_ name: String) -> JSONSchema { JSONSchema(.reference(name)) }

    /// This schema, or `null`.
    public var orNull: JSONSchema {
        switch shape {
        case .any, .null: self
        case .anyOf(let forms) where forms.contains(.null): self
        default: .anyOf([self, .null])
        }
    }

    /// The same with a sentence about what the value is for.
    public func describing(_ text: String) -> JSONSchema {
        var copy = self
        copy.description = text
        return copy
    }
}
