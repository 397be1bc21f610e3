import Synchronization
package import TuttiCore

extension JSONSchema {
    private static let known = Mutex<[ObjectIdentifier: JSONSchema]>([:])

    /// What a type looks like on the wire, where its names are written as ``CompactJSON`` writes them, and what it may
    /// have besides is refused: a member that nobody reads is a mistake of who has sent it.
    ///
    /// The types of the server can all be probed; a test asks for each.
    static func ofWire(_ type: any Decodable.Type) -> JSONSchema {
        if let schema = known.withLock({ $0[ObjectIdentifier(type)] }) { return schema }
        let schema: JSONSchema
        do {
            let told = (type as? any WireConstraints.Type)?.constraints ?? [:]
            schema = try of(type).onWire.telling(told)
        } catch {
            preconditionFailure("\(type) of the wire has no schema: \(error)")
        }
        known.withLock { $0[ObjectIdentifier(type)] = schema }
        return schema
    }

    /// The same with further keywords for some of its members.
    private func telling(_ constraints: [String: [String: JSONValue]]) -> JSONSchema {
        guard case .object(let properties, let others) = shape, !constraints.isEmpty else { return self }
        var copy = self
        let told = properties.map { property in
            var property = property
            if let keywords = constraints[property.name] { property.schema = property.schema.telling(keywords) }
            return property
        }
        copy.shape = .object(told, others: others)
        return copy
    }

    /// The same with further keywords; of a value that may be null, for the case that it is not.
    func telling(_ keywords: [String: JSONValue]) -> JSONSchema {
        var copy = self
        if case .anyOf(let forms) = shape {
            copy.shape = .anyOf(forms.map { $0.shape == .null ? $0 : $0.telling(keywords) })
        } else {
            copy.keywords.merge(keywords) { $1 }
        }
        return copy
    }

    private var onWire: JSONSchema {
        var copy = self
        copy.definitions = definitions.mapValues(\.onWire)
        switch shape {
        case .array(let element): copy.shape = .array(element.onWire)
        case .tuple(let elements): copy.shape = .tuple(elements.map(\.onWire))
        case .anyOf(let forms): copy.shape = .anyOf(forms.map(\.onWire))
        case .object(let properties, let others):
            let named = properties.map { property in
                Property(
                    name: CompactJSON.name(property.name), schema: property.schema.onWire,
                    isRequired: property.isRequired)
            }
            switch others {
            case .ignored: copy.shape = .object(named, others: .refused)
            case .refused: copy.shape = .object(named, others: .refused)
            case .each(let schema, let names): copy.shape = .object(named, others: .each(schema.onWire, names: names))
            }
        default: break
        }
        return copy
    }
}

/// A moment as it goes over the wire: RFC 3339, in UTC, with milliseconds.
package struct WireTime: Codable, Sendable, Hashable, JSONSchemaProviding {
    package static var jsonSchema: JSONSchema { .string(.dateTime) }

    package let time: Timestamp

    package init(_ time: Timestamp) { self.time = time }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no moment")
        }
        self.time = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(time.description)
    }
}

extension Timestamp {
    var wire: WireTime { WireTime(self) }
}

/// A body whose members are held to more than their types say.
protocol WireConstraints {
    /// Keywords of JSON Schema by member, as they are called on the wire.
    static var constraints: [String: [String: JSONValue]] { get }
}

extension WireConstraints {
    /// Where a body breaks what is told of its members; patterns are read by whoever knows what they stand for.
    static func violations(in body: JSONValue) -> [JSONSchema.Violation] {
        constraints.sorted { $0.key < $1.key }.flatMap { name, keywords in
            body[name].map { value in
                keywords.sorted { $0.key < $1.key }.compactMap { keyword, limit in
                    WireRule.problem(of: value, keyword, limit).map { problem in
                        JSONSchema.Violation(path: "/\(name)", rule: keyword, message: "'/\(name)' \(problem)")
                    }
                }
            } ?? []
        }
    }
}

/// Keywords that several bodies share.
enum WireRule {
    /// A text with something in it.
    static let notBlank: [String: JSONValue] = ["minLength": 1, "pattern": "[^ \\t\\n\\r\\f\\v]"]

    static func length(_ range: ClosedRange<Int>) -> [String: JSONValue] {
        ["minLength": .int(Int64(range.lowerBound)), "maxLength": .int(Int64(range.upperBound))]
    }

    /// What is wrong with a value under one keyword; `nil` when nothing is, or when it is of another sort.
    static func problem(of value: JSONValue, _ keyword: String, _ limit: JSONValue) -> String? {
        guard let bound = limit.number else { return nil }
        let (size, unit): (Double?, String) =
            switch (keyword, value) {
            case ("minimum", _), ("maximum", _): (value.number, "")
            case ("minLength", .string(let text)), ("maxLength", .string(let text)):
                (Double(text.unicodeScalars.count), " characters")
            case ("minItems", .array(let items)), ("maxItems", .array(let items)): (Double(items.count), " values")
            default: (nil, "")
            }
        guard let size else { return nil }
        let isFloor = keyword.hasPrefix("min")
        guard isFloor ? size < bound : size > bound else { return nil }
        let shown = String(decoding: limit.bytes, as: UTF8.self)
        return "is out of range; it takes \(shown)\(unit) at \(isFloor ? "least" : "most")"
    }

    static func range(_ range: ClosedRange<Int>) -> [String: JSONValue] {
        ["minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound))]
    }
}

extension JSONValue {
    /// The value of a number of either sort.
    fileprivate var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
