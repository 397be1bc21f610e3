public import TuttiAgents
import TuttiMemorySQLite

/// The memory of a home, a file in it, which is opened when it is first used.
///
/// ```swift
/// let table = Roundtable(models: models, memory: HomeMemory(tutti.home))
/// let result = try await tutti.roundtable(text, with: table) { $0.memory = "payments" }
/// ```
public struct HomeMemory: Memory {
    /// The file.
    public let path: String
    private let memory: OpenOnUse<SQLiteMemory>

    /// The memory of a home.
    ///
    /// - Parameter home: the folder of the home, which must be there at the first use.
    public init(_ home: String) {
        let path = home + "/memory.db"
        self.path = path
        memory = OpenOnUse { try await SQLiteMemory.open(path) }
    }

    /// Stores a value; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    @discardableResult
    public func put(
        _ value: String, for key: String, in namespace: String, timeToLive: Duration?
    ) async throws -> MemoryEntry {
        try await memory.value.put(value, for: key, in: namespace, timeToLive: timeToLive)
    }

    /// The entry under a key; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    public func get(_ key: String, in namespace: String) async throws -> MemoryEntry? {
        try await memory.value.get(key, in: namespace)
    }

    /// Forgets what is under a key; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    @discardableResult
    public func delete(_ key: String, in namespace: String) async throws -> Bool {
        try await memory.value.delete(key, in: namespace)
    }

    /// The entries that hold each word; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    public func search(_ text: String, in namespace: String, limit: Int) async throws -> [MemoryEntry] {
        try await memory.value.search(text, in: namespace, limit: limit)
    }
}
