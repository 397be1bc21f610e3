public import TuttiCore

/// A namespace of a memory, and how much is in it.
public struct MemoryNamespace: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Entries that have not expired.
    public var entries: Int
    /// When the last of them was put.
    public var written: Timestamp

    /// A namespace from its parts.
    public init(name: String, entries: Int, written: Timestamp) {
        self.name = name
        self.entries = entries
        self.written = written
    }
}
