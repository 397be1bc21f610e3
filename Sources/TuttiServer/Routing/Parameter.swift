package import TuttiCore
import TuttiHTTP

/// A parameter of a route: how it is told of, and how it is read. One declaration serves both.
package struct Parameter<Value: Sendable>: Sendable {
    package let description: ParameterDescription
    /// Reads the values that were given, none of which is left out; throws a ``Problem``.
    let read: @Sendable ([String]) throws -> Value
}

/// What is told of a parameter.
package struct ParameterDescription: Sendable, Hashable {
    package enum Place: String, Sendable, Hashable {
        case query, path, header
    }

    package let name: String
    package let place: Place
    package let summary: String
    package let schema: JSONSchema
    package let isRequired: Bool
    /// Whether it may be given more than once.
    package var isRepeated = false
}

extension Parameter {
    /// Part of a path.
    static func path(
        _ name: String, _ summary: String, schema: JSONSchema = .string(),
        _ read: @escaping @Sendable (String) throws -> Value
    ) -> Parameter {
        Parameter(
            description: ParameterDescription(
                name: name, place: .path, summary: summary, schema: schema, isRequired: true)
        ) { values in try read(values.first ?? "") }
    }

    /// Part of a query that may be left out.
    static func query<Wrapped: Sendable>(
        _ name: String, _ summary: String, schema: JSONSchema,
        _ read: @escaping @Sendable (String) throws -> Wrapped
    ) -> Parameter where Value == Wrapped? {
        Parameter(
            description: ParameterDescription(
                name: name, place: .query, summary: summary, schema: schema, isRequired: false)
        ) { values in
            guard values.count <= 1 else { throw Problem.badParameter(name, "once", "'\(name)' is given twice") }
            return try values.first.map(read)
        }
    }
}

extension Parameter where Value == Int {
    /// A whole number.
    static func integer(
        _ name: String, _ summary: String, in range: ClosedRange<Int>, default usual: Int
    ) -> Parameter {
        var schema = JSONSchema.integer(minimum: Double(range.lowerBound), maximum: Double(range.upperBound))
        schema.defaultValue = .int(Int64(usual))
        return Parameter(
            description: ParameterDescription(
                name: name, place: .query, summary: summary, schema: schema, isRequired: false)
        ) { values in
            guard let text = values.first else { return usual }
            guard values.count == 1, let value = Int(strictly: text), range.contains(value) else {
                throw Problem.badParameter(
                    name, "range",
                    "'\(name)' takes one whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }
}

extension Parameter where Value == String? {
    /// A text.
    static func text(_ name: String, _ summary: String, lengthMax: Int = 200) -> Parameter {
        .query(name, summary, schema: .string().telling(["maxLength": .int(Int64(lengthMax))])) { text in
            guard text.unicodeScalars.count <= lengthMax else {
                throw Problem.badParameter(name, "length", "'\(name)' takes a text of at most \(lengthMax) characters")
            }
            return text
        }
    }
}

extension Parameter where Value == Bool {
    /// `true` or `false`; `false` unless it is given.
    static func flag(_ name: String, _ summary: String) -> Parameter {
        var schema = JSONSchema.boolean
        schema.defaultValue = .bool(false)
        return Parameter(
            description: ParameterDescription(
                name: name, place: .query, summary: summary, schema: schema, isRequired: false)
        ) { values in
            switch values {
            case [], ["false"], ["0"]: false
            case ["true"], ["1"]: true
            default: throw Problem.badParameter(name, "boolean", "'\(name)' is true or false")
            }
        }
    }
}

extension Parameter where Value == Timestamp? {
    /// A moment.
    static func time(_ name: String, _ summary: String) -> Parameter {
        .query(name, summary, schema: .string().describing("RFC 3339, such as 2026-03-01T12:00:00Z.")) { text in
            guard let time = Timestamp(rfc3339: text) else {
                throw Problem.badParameter(
                    name, "date-time", "'\(name)' takes a moment as RFC 3339 writes it, such as 2026-03-01T12:00:00Z")
            }
            return time
        }
    }
}

extension Int {
    /// Digits with at most a minus before them: `Int(_:)` also takes a plus.
    init?(strictly text: String) {
        guard !text.hasPrefix("+") else { return nil }
        self.init(text)
    }
}
