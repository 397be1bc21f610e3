extension JSONSchema {
    /// The rule in words, to stand after "it takes".
    package var expectation: String {
        switch shape {
        case .any: "any value"
        case .null: "null"
        case .boolean: "true or false"
        case .integer(let minimum, let maximum): "a whole number" + Self.range(minimum, maximum)
        case .number(let minimum, let maximum): "a number" + Self.range(minimum, maximum)
        case .string(nil): "a text"
        case .string(.url): "a URL"
        case .string(.uuid): "a UUID"
        case .string(.base64): "bytes in base64"
        case .string(.dateTime): "a moment such as 2026-03-01T12:00:00Z"
        case .values(let values): Self.alternatives(Self.distinct(values.map(Self.shown)))
        case .array: "a list"
        case .tuple(let elements): "a list of \(elements.count) values"
        case .object: "an object"
        case .anyOf(let forms): Self.alternatives(forms.map(\.expectation))
        case .reference(let name): title ?? name
        }
    }

    /// More words than these are no help.
    private static let alternativesMax = 12

    private static func alternatives(_ words: [String]) -> String {
        let shown = words.prefix(alternativesMax)
        if words.count > shown.count {
            return shown.joined(separator: ", ") + " or one of \(words.count - shown.count) more"
        }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Of words that differ only in upper and lower case the first: to be told one spelling is enough.
    private static func distinct(_ words: [String]) -> [String] {
        var known: Set<String> = []
        return words.filter { known.insert($0.lowercased()).inserted }
    }

    private static func range(_ minimum: Double?, _ maximum: Double?) -> String {
        switch (minimum, maximum) {
        case (let minimum?, let maximum?): " from \(shown(minimum)) to \(shown(maximum))"
        case (let minimum?, nil): " from \(shown(minimum))"
        case (nil, let maximum?): " up to \(shown(maximum))"
        case (nil, nil): ""
        }
    }

    private static func shown(_ number: Double) -> String {
        Int64(exactly: number).map { String($0) } ?? String(number)
    }

    private static func shown(_ value: JSONValue) -> String {
        guard let bytes = try? CanonicalJSON.encode(value) else { return "a value" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// What sort of value it is, in words.
    package var sort: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .int: "a whole number"
        case .double: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
