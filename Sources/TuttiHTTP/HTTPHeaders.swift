/// Fields of a head in their order; a name may be there more than once and is found in any case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One line of a head.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String

        /// A line from its parts, neither of which is checked.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All lines, first to last.
    package private(set) var fields: [Field] = []

    /// No fields.
    package init() {}

    /// These lines.
    package init(_ fields: [Field]) { self.fields = fields }

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Puts one more line at the end.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Takes all lines of this name away, and puts one at the end when there is a value.
    package mutating func set(_ name: String, to value: String?) {
        fields.removeAll { Self.areEqual($0.name, name) }
        if let value { add(name, value) }
    }

    /// The first value of this name.
    package subscript(name: String) -> String? {
        fields.first { Self.areEqual($0.name, name) }?.value
    }

    /// Every value of this name, in order.
    package func values(of name: String) -> [String] {
        fields.filter { Self.areEqual($0.name, name) }.map(\.value)
    }

    /// The members of a list that may be spread over several lines, such as the tokens of `Connection`, without the
    /// white space around them (RFC 9110, 5.6.1). A comma in a quoted string is not understood.
    package func tokens(of name: String) -> [String] {
        values(of: name).flatMap { value in
            value.split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
        }
    }

    /// Whether a list of this name has the token, in any case.
    package func hasToken(_ token: String, of name: String) -> Bool {
        tokens(of: name).contains { Self.areEqual($0, token) }
    }

    /// Whether two names or tokens are the same: they are ASCII, where upper and lower case differ in one bit.
    package static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        for (one, other) in zip(left.utf8, right.utf8) where one != other {
            guard one | 0x20 == other | 0x20, (0x61...0x7a).contains(one | 0x20) else { return false }
        }
        return true
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
