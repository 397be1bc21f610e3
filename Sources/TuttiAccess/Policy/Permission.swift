/// Something that one may be allowed to do: dotted lower-case text such as `runs.read`.
///
/// Any text can be one, so that what comes from outside can be asked about; only those of ``all`` exist, and nobody is
/// ever allowed another.
package struct Permission: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The dotted text.
    package let text: String
    /// Its place in ``all``; `nil` for one that does not exist. Looked up once, so that a decision need not.
    let index: Int?

    /// The permission of a text.
    package init(_ text: String) {
        self.text = text
        index = Self.places[text]
    }

    package init(stringLiteral text: String) { self.init(text) }

    /// Whether there is such a permission.
    package var exists: Bool { index != nil }
    /// What stands before the first dot: `runs` of `runs.read`.
    package var area: String { index.map { Self.areas[$0].name } ?? String(text.prefix { $0 != "." }) }
    /// What covers the whole area: `runs.*`.
    var areaPattern: String { index.map { Self.areas[$0].pattern } ?? "\(area).*" }
    /// One sentence of what it lets one do; empty for one that does not exist.
    package var summary: String { index.map { Self.list[$0].summary } ?? "" }
    package var description: String { text }

    package static func == (left: Permission, right: Permission) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Those that exist, in the order of the list.
    package static let all: [Permission] = list.map { Permission($0.name) }

    private static let areas = list.map { entry in
        let area = String(entry.name.prefix { $0 != "." })
        return (name: area, pattern: "\(area).*")
    }
    private static let places: [String: Int] = Dictionary(
        uniqueKeysWithValues: list.enumerated().map { ($1.name, $0) })
}
