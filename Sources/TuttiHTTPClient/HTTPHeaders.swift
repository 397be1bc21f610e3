import TuttiCore

/// Fields of a head in their order; a name may be there more than once and is found in any case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One line of a head.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// All lines, first to last.
    package private(set) var fields: [Field] = []

    /// No fields.
    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Puts one more line at the end.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Takes all lines of this name away, and puts one at the end when there is a value.
    package mutating func set(_ name: String, to value: String?) {
        fields.removeAll { Self.equal($0.name, name) }
        if let value { add(name, value) }
    }

    /// The first value of this name.
    package subscript(name: String) -> String? {
        fields.first { Self.equal($0.name, name) }?.value
    }

    /// Every value of this name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { Self.equal($0.name, name) }.map(\.value)
    }

    /// Names are ASCII, where upper and lower case differ in one bit.
    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
    }
}
