/// A text that nobody gets to see by accident, such as a key: whatever prints it shows `[secret]`.
///
/// It is not `Codable`, so nothing that is stored can hold one.
public struct SecretText: Sendable, Hashable {
    private let text: String

    /// A secret.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one place that sends it.
    public var revealed: String { text }
}

extension SecretText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `[secret]`
    public var description: String { "[secret]" }
    /// `[secret]`
    public var debugDescription: String { description }
    /// Nothing inside.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
