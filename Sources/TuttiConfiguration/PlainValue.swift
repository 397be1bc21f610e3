package import TuttiCore

/// A value that was read and fits its kind.
package enum PlainValue: Sendable, Hashable {
    case toggle(Bool)
    case text(String)
    case integer(Int)
    case list([String])
    case duration(Duration)
    case dollars(USD)

    /// As it would be written on a command line or in the environment.
    package var text: String {
        switch self {
        case .toggle(let value): value ? "true" : "false"
        case .text(let value): value
        case .integer(let value): String(value)
        case .list(let names): names.joined(separator: ",")
        case .duration(let value): DurationText.write(value)
        case .dollars(let value): String(value.description.drop { $0 == "$" })
        }
    }
}

/// A Swift type that flags and configuration keys can have.
package protocol PlainValueConvertible: Sendable {
    /// The value, or `nil` when it is of another kind.
    init?(plain value: PlainValue)
    /// The way back.
    var plain: PlainValue { get }
}

extension Bool: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .toggle(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .toggle(self) }
}

extension String: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .text(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .text(self) }
}

extension Int: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .integer(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .integer(self) }
}

extension [String]: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .list(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .list(self) }
}

extension Duration: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .duration(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .duration(self) }
}

extension USD: PlainValueConvertible {
    package init?(plain value: PlainValue) {
        guard case .dollars(let value) = value else { return nil }
        self = value
    }
    package var plain: PlainValue { .dollars(self) }
}

/// An enum of words becomes a choice by declaring the conformance; nothing is left to write.
extension PlainValueConvertible where Self: RawRepresentable, RawValue == String {
    package init?(plain value: PlainValue) {
        guard case .text(let value) = value else { return nil }
        self.init(rawValue: value)
    }
    package var plain: PlainValue { .text(rawValue) }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The kind that accepts exactly the words of this enum.
    package static var choice: ValueKind { .choice(allCases.map(\.rawValue)) }
}
