/// How full a memory is.
public struct MemoryUsage: Sendable, Hashable {
    /// Entries that are stored, with expired ones that have not been cleared away yet.
    public var entries: Int
    /// Bytes of their namespaces, keys and values.
    public var bytes: Int
    /// How many entries left before their time because the memory was full, since it was made.
    public var dropped: Int

    /// A usage from its numbers.
    public init(entries: Int = 0, bytes: Int = 0, dropped: Int = 0) {
        self.entries = entries
        self.bytes = bytes
        self.dropped = dropped
    }

    /// What an entry counts against the limit of bytes.
    package static func bytes(namespace: String, key: String, value: String) -> Int {
        namespace.utf8.count + key.utf8.count + value.utf8.count
    }

    /// Whether one more entry of so many bytes has room.
    package func hasRoom(for bytes: Int, within limits: MemoryLimits) -> Bool {
        entries < limits.entriesMax && bytes <= limits.bytesMax - self.bytes
    }
}
