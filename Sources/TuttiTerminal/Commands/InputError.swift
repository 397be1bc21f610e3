/// Something that was handed to a command cannot be used; nothing was done.
package struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it is, which rule it breaks, and the way out.
    package let description: String

    package init(_ description: String) { self.description = description }
}
