/// A rule of the house: a name, and what in one file breaks it.
struct Rule: Sendable, CustomStringConvertible {
    let name: String
    let violations: @Sendable (SourceFile, Tree) -> [Violation]

    init(_ name: String, _ violations: @escaping @Sendable (SourceFile) -> [Violation]) {
        self.name = name
        self.violations = { file, _ in violations(file) }
    }

    /// For rules that have to know which other files there are.
    init(_ name: String, inTree violations: @escaping @Sendable (SourceFile, Tree) -> [Violation]) {
        self.name = name
        self.violations = violations
    }

    var description: String { name }
}
