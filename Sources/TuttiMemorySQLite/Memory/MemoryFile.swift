import TuttiAgents
import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// The one connection of a memory, on a thread of its own.
actor MemoryFile {
    private nonisolated let thread = ThreadExecutor(name: "tutti-memory")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private let limits: MemoryLimits
    private let migrations: [Migration]
    private var connection: SQLConnection?
    private var isClosed = false

    /// What has been deleted is given back to the file system by `compact`, not by each transaction.
    private static let newFile = "pragma auto_vacuum = incremental;"
    private static let settings = "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;"

    init(path: String, vfs: String?, limits: MemoryLimits, migrations: [Migration]) {
        self.path = path
        self.vfs = vfs
        self.limits = limits
        self.migrations = migrations
    }

    /// Opens the file and brings it to the newest schema.
    func open() throws(MemoryError) {
        try failing { () throws(StoreError) in _ = try opened() }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        guard !isClosed else { throw StoreError(.closed, "the memory \(path) has been closed") }
        let fresh = try SQLConnection(path: path, access: .readWrite, vfs: vfs, role: .memory)
        let migrator = Migrator(connection: fresh, migrations: migrations)
        let version = try migrator.version()  // before anything is written: the file may be another program's
        if version == 0 { try fresh.execute(Self.newFile) }
        if version > migrations.count { throw try migrator.tooNew() }
        try fresh.execute(Self.settings)
        if version < migrations.count { try migrator.migrate(to: migrations.count) }
        connection = fresh
        return fresh
    }

    /// After a failure the next call begins with a connection that has seen none.
    private func failing<Output>(_ body: () throws(StoreError) -> Output) throws(MemoryError) -> Output {
        do throws(StoreError) {
            return try body()
        } catch {
            connection = nil
            throw MemoryError(error)
        }
    }

    private func tables() throws(StoreError) -> MemoryTables {
        MemoryTables(connection: try opened(), limits: limits)
    }

    func put(_ entry: MemoryEntry) throws(MemoryError) {
        let full = try failing { () throws(StoreError) in try tables().put(entry) }
        if let full { throw full }
    }

    func get(_ key: String, in namespace: String, at now: Timestamp) throws(MemoryError) -> MemoryEntry? {
        try failing { () throws(StoreError) in try tables().get(key, in: namespace, at: now) }
    }

    func delete(_ key: String, in namespace: String, at now: Timestamp) throws(MemoryError) -> Bool {
        try failing { () throws(StoreError) in try tables().delete(key, in: namespace, at: now) }
    }

    func search(
        _ search: MemorySearch, in namespace: String, limit: Int, at now: Timestamp
    ) throws(MemoryError) -> [MemoryEntry] {
        try failing { () throws(StoreError) in try tables().search(search, in: namespace, limit: limit, at: now) }
    }

    func namespaces(at now: Timestamp, limit: Int) throws(MemoryError) -> [MemoryNamespace] {
        try failing { () throws(StoreError) in try tables().namespaces(at: now, limit: limit) }
    }

    func usage() throws(MemoryError) -> MemoryUsage {
        try failing { () throws(StoreError) in try tables().usage() }
    }

    /// Entries of one transaction of a compaction; others may write between two.
    private static let batch = 1000

    func compact(at now: Timestamp) async throws(MemoryError) -> Int {
        var cleared = 0
        while true {
            let count = try failing { () throws(StoreError) in
                try tables().clearExpired(at: now, limit: Self.batch)
            }
            cleared += count
            if count < Self.batch { break }
            await Task.yield()
        }
        try failing { () throws(StoreError) in
            try opened().execute("pragma incremental_vacuum; pragma wal_checkpoint(truncate);")
        }
        return cleared
    }

    func close() {
        connection = nil
        isClosed = true
    }
}

extension MemoryError {
    /// What a database said, in the words of memories.
    init(_ error: StoreError) {
        let kinds: [StoreError.Code: Kind] = [
            .diskFull: .diskFull, .ioFailure: .ioFailure, .corrupt: .corrupt, .newerVersion: .newerVersion,
            .notWritable: .notWritable, .networkFileSystem: .notWritable, .busy: .busy, .closed: .closed,
        ]
        self.init(kinds[error.code] ?? .other, error.message)
    }
}
