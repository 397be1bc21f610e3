package import TuttiCore

/// A value beside a message. There is no way to put a secret into one: a `SecretText` becomes `[secret]`.
package enum LogValue: Hashable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)

    /// `[secret]`, whatever it is.
    package init(_ secret: SecretText) { self = .string(secret.description) }

    /// The text of a value that says itself, such as an identifier.
    package init(_ value: some CustomStringConvertible & Sendable) { self = .string(value.description) }

    /// A time in seconds.
    package init(_ duration: Duration) { self = .double(duration / .seconds(1)) }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
}

/// Values by dotted keys, such as `run.id`, in the order in which they were given.
package struct LogMetadata: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One value.
    package struct Pair: Hashable, Sendable {
        package let key: String
        package var value: LogValue
    }

    /// The pairs.
    package private(set) var pairs: [Pair] = []

    package init(dictionaryLiteral elements: (String, LogValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// The value of a key; `nil` is not set, and removes nothing.
    package subscript(key: String) -> LogValue? {
        get { pairs.first { $0.key == key }?.value }
        set {
            guard let value = newValue else { return }
            if let index = pairs.firstIndex(where: { $0.key == key }) {
                pairs[index].value = value
            } else {
                pairs.append(Pair(key: key, value: value))
            }
        }
    }

    /// Both; of two values of one key that of `others` stands.
    package func merging(_ others: LogMetadata) -> LogMetadata {
        var all = self
        for pair in others.pairs { all[pair.key] = pair.value }
        return all
    }
}
