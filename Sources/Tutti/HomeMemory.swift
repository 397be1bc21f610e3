public import TuttiAgents
import TuttiMemorySQLite

/// The memory of a home, a file in it, which is opened when it is first used.
///
/// ```swift
/// let table = Roundtable(models: models, memory: HomeMemory(tutti.home))
/// let result = try await tutti.roundtable(text, with: table) { $0.memory = "payments" }
/// ```
public actor HomeMemory: Memory {
    /// The file.
    public nonisolated let path: String
    /// The open file, or its opening.
    private var opening: Task<SQLiteMemory, any Error>?

    /// The memory of a home.
    ///
    /// - Parameter home: the folder of the home, which must be there at the first use.
    public init(_ home: String) { path = home + "/memory.db" }

    private func opened() async throws -> SQLiteMemory {
        let opening = self.opening ?? Task { [path] in try await SQLiteMemory.open(path) }
        self.opening = opening
        do {
            return try await opening.value
        } catch {
            if self.opening == opening { self.opening = nil }  // the next use tries again
            throw error
        }
    }

    /// Stores a value; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    @discardableResult
    public func put(
        _ value: String, for key: String, in namespace: String, timeToLive: Duration?
    ) async throws -> MemoryEntry {
        try await opened().put(value, for: key, in: namespace, timeToLive: timeToLive)
    }

    /// The entry under a key; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    public func get(_ key: String, in namespace: String) async throws -> MemoryEntry? {
        try await opened().get(key, in: namespace)
    }

    /// Forgets what is under a key; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    @discardableResult
    public func delete(_ key: String, in namespace: String) async throws -> Bool {
        try await opened().delete(key, in: namespace)
    }

    /// The entries that hold each word; see `Memory`.
    ///
    /// - Throws: `MemoryError`, as `SQLiteMemory`.
    public func search(_ text: String, in namespace: String, limit: Int) async throws -> [MemoryEntry] {
        try await opened().search(text, in: namespace, limit: limit)
    }
}
