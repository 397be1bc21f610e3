extension JSONSchema {
    /// Values inside each other in an example.
    private static let exampleDepthMax = 16

    /// A value that fits: the first example, else one made of the shape.
    func example(definitions: [String: JSONSchema], depth: Int = 0) -> JSONValue {
        if let given = examples.first ?? defaultValue { return given }
        // What refers to itself without an end has no example; whoever decodes this one says so.
        guard depth < Self.exampleDepthMax else { return .null }
        func made(_ schema: JSONSchema) -> JSONValue { schema.example(definitions: definitions, depth: depth + 1) }
        switch shape {
        case .any, .null: return .null
        case .boolean: return false
        case .integer(let minimum, let maximum):
            return .int(Int64(exactly: Self.inRange(minimum, maximum).rounded(.up)) ?? 0)
        case .number(let minimum, let maximum): return .double(Self.inRange(minimum, maximum))
        case .string(nil), .string(.base64): return ""
        case .string(.url): return "https://example.org"
        case .string(.dateTime): return "2026-03-01T12:00:00.000Z"
        case .string(.uuid): return "00000000-0000-0000-0000-000000000000"
        case .values(let values): return values.first ?? .null
        case .array: return []
        case .tuple(let elements): return .array(elements.map(made))
        case .object(let properties, _):
            let required = properties.filter(\.isRequired).map { ($0.name, made($0.schema)) }
            return .object(Dictionary(required, uniquingKeysWith: { $1 }))
        case .anyOf(let forms): return forms.first.map(made) ?? .null
        case .reference(let name): return definitions[name].map(made) ?? .null
        }
    }

    /// Zero, or what is nearest to it.
    private static func inRange(_ minimum: Double?, _ maximum: Double?) -> Double {
        max(minimum ?? -.infinity, min(maximum ?? .infinity, 0))
    }
}
