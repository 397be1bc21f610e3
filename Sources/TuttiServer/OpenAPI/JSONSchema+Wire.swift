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
            schema = try of(type).onWire
        } catch {
            preconditionFailure("\(type) of the wire has no schema: \(error)")
        }
        known.withLock { $0[ObjectIdentifier(type)] = schema }
        return schema
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
