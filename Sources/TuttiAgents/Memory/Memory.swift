public import TuttiCore

/// What agents remember from one piece of work to the next: texts under keys, in namespaces.
///
/// Tutti brings two: ``InMemoryMemory``, gone with its process, and `SQLiteMemory`, a file that several processes may
/// share. One of your own conforms to this protocol; `MemoryConformance` of `TuttiTesting` checks in one line that it
/// keeps what is promised here:
///
/// - Keys and namespaces are told apart by their bytes. Values come back as they were, whatever characters they hold.
/// - An entry that has expired is not there any more for anybody: it is neither read nor found, and deleting it says
///   that there was none.
/// - ``search(_:in:limit:)`` tells the newest first: those that were put last.
/// - What cannot be stored or asked throws, and changes nothing: an empty key or namespace, a time to live below one
///   millisecond, a limit below one.
public protocol Memory: Sendable {
    /// Stores a value, in place of what the key had.
    ///
    /// - Parameters:
    ///   - timeToLive: how long it is there at the most; `nil` for ever. A memory that is full may let go of entries
    ///     with a time to live before it is over, and never of one without.
    /// - Returns: the entry as it is stored, with the moment at which it expires.
    @discardableResult
    func put(
        _ value: String, for key: String, in namespace: String, timeToLive: Duration?
    ) async throws -> MemoryEntry

    /// The entry under a key; `nil` when there is none, or when it has expired.
    func get(_ key: String, in namespace: String) async throws -> MemoryEntry?

    /// Forgets what is under a key.
    ///
    /// - Returns: whether there was something.
    @discardableResult
    func delete(_ key: String, in namespace: String) async throws -> Bool

    /// The entries of a namespace in whose key or value each word of `text` occurs, the newest first.
    ///
    /// Words are what white space divides; upper and lower case are the same; no character has a meaning of its own. A
    /// text without words finds all entries.
    ///
    /// - Parameter limit: how many are told at the most.
    func search(_ text: String, in namespace: String, limit: Int) async throws -> [MemoryEntry]
}

extension Memory {
    /// Stores a value for ever, in place of what the key had.
    @discardableResult
    public func put(_ value: String, for key: String, in namespace: String) async throws -> MemoryEntry {
        try await put(value, for: key, in: namespace, timeToLive: nil)
    }

    /// All entries of a namespace, the newest first.
    ///
    /// - Parameter limit: how many are told at the most.
    public func list(in namespace: String, limit: Int) async throws -> [MemoryEntry] {
        try await search("", in: namespace, limit: limit)
    }
}

/// One text that a ``Memory`` holds.
public struct MemoryEntry: Sendable, Hashable, Codable {
    /// Where its key is looked up.
    public var namespace: String
    /// Its name.
    public var key: String
    /// The text.
    public var value: String
    /// When it was put.
    public var written: Timestamp
    /// From when on it is not there any more; `nil` for never.
    public var expires: Timestamp?

    /// An entry from its parts.
    public init(namespace: String, key: String, value: String, written: Timestamp, expires: Timestamp? = nil) {
        self.namespace = namespace
        self.key = key
        self.value = value
        self.written = written
        self.expires = expires
    }
}
