package import TuttiCore

/// A value that is told of a span.
package enum SpanValue: Hashable, Sendable {
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case strings([String])

    /// About how much room it takes.
    var bytes: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .strings(let texts): texts.reduce(0) { $0 + $1.utf8.count + 20 }
        case .bool, .int, .double: 8
        }
    }
}

extension SpanValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }

    /// A secret is never told.
    package init(_ secret: SecretText) { self = .string(secret.description) }
}

/// Attributes in the order in which they were set; one key stands once, with its last value.
package struct SpanAttributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// The pairs.
    package private(set) var pairs: [Pair] = []
    /// How many found no room.
    package private(set) var dropped = 0

    /// One attribute.
    package struct Pair: Hashable, Sendable {
        package let key: String
        package var value: SpanValue
    }

    package init() {}

    package init(dictionaryLiteral elements: (String, SpanValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// The value of a key; `nil` is not set, and removes nothing. Beyond ``SpanLimits/attributesMax`` keys are counted
    /// and left out, and long texts are cut at ``SpanLimits/valueBytesMax``.
    package subscript(key: String) -> SpanValue? {
        get { pairs.first { $0.key == key }?.value }
        set {
            guard let value = newValue.map(SpanLimits.fit) else { return }
            if let index = pairs.firstIndex(where: { $0.key == key }) {
                pairs[index].value = value
            } else if pairs.count < SpanLimits.attributesMax {
                pairs.append(Pair(key: key, value: value))
            } else {
                dropped += 1
            }
        }
    }

    /// Sets all of the others.
    package mutating func merge(_ others: SpanAttributes) {
        for pair in others.pairs { self[pair.key] = pair.value }
    }

    var bytes: Int { pairs.reduce(0) { $0 + $1.key.utf8.count + $1.value.bytes + 40 } }
}

/// How much one span may hold.
package enum SpanLimits {
    package static let attributesMax = 128
    package static let eventsMax = 128
    package static let linksMax = 128
    package static let valueBytesMax = 4096

    static func fit(_ value: SpanValue) -> SpanValue {
        switch value {
        case .string(let text): .string(cut(text))
        case .strings(let texts): .strings(texts.prefix(attributesMax).map(cut))
        case .bool, .int, .double: value
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count > valueBytesMax ? CleanText.verbatim(text, bytesMax: valueBytesMax) : text
    }
}
