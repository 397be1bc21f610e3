/// A command could not do what it was asked for, though the asking was right; the program ends with code 1.
package struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it is, why, and the way out.
    package let description: String

    package init(_ description: String) { self.description = description }
}
