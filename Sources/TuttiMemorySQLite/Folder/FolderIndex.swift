import FoundationEssentials
import TuttiAgents
import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// The index of one folder: reads the folder and answers questions, on a thread of its own.
actor FolderIndex {
    private nonisolated let thread = ThreadExecutor(name: "tutti-context")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let root: String
    private let path: String?
    private let vfs: String?
    private let limits: FolderLimits
    private let clock: any Timekeeper
    private var connection: SQLConnection?
    private var isClosed = false

    /// A lost index is made again, so a commit need not wait for the disk.
    private static let settings = "pragma journal_mode = wal; pragma synchronous = normal; pragma trusted_schema = off;"

    /// - Parameters:
    ///   - root: the folder by its real path.
    ///   - path: where the index is kept; `nil` for memory.
    init(root: String, path: String?, vfs: String?, limits: FolderLimits, clock: any Timekeeper) {
        self.root = root
        self.path = path
        self.vfs = vfs
        self.limits = limits
        self.clock = clock
    }

    private func opened() throws(RetrievalError) -> SQLConnection {
        if let connection { return connection }
        guard !isClosed else { throw RetrievalError(.closed, "the index of \(root) has been closed") }
        let fresh = try indexing { () throws(StoreError) in
            let fresh = try SQLConnection(path: path ?? ":memory:", access: .readWrite, vfs: vfs, role: .index)
            let migrator = Migrator(connection: fresh, migrations: Migration.index)
            let version = try migrator.version()  // before anything is written: the file may be another program's
            if version > Migration.index.count { throw try migrator.tooNew() }
            try fresh.execute(Self.settings)
            if version < Migration.index.count { try migrator.migrate(to: Migration.index.count) }
            return fresh
        }
        let owner = try indexing { () throws(StoreError) in
            try IndexTables(connection: fresh).setRoot(root)
            return try IndexTables(connection: fresh).root()
        }
        guard owner == root else {
            throw RetrievalError(
                .badIndex,
                "\(path ?? "the index") is the index of \(owner ?? "another folder"), not of \(root); "
                    + "give each folder a file of its own, or remove the file when the folder has moved")
        }
        connection = fresh
        return fresh
    }

    /// After a failure the next call begins with a connection that has seen none; one in memory is all there is.
    private func indexing<Output>(_ body: () throws(StoreError) -> Output) throws(RetrievalError) -> Output {
        do throws(StoreError) {
            return try body()
        } catch {
            if path != nil { connection = nil }
            throw RetrievalError(error)
        }
    }

    // MARK: Reading the folder

    /// What is written in one transaction: so much that commits cost little, so little that others need not wait long.
    private static let batchBytes = 4 << 20

    /// A file whose passages are to be replaced, or of which only the time has changed when there are none.
    private struct Change {
        let file: OpenFile
        let pieces: [PassageCutter.Piece]?
        let digest: Data
    }

    /// Brings the index to what the folder holds now.
    func refresh() throws(RetrievalError) -> FolderReport {
        let tables = IndexTables(connection: try opened())
        var gone = try indexing { () throws(StoreError) in try tables.files() }
        // A file of this very moment may change again without looking different.
        let now = clock.now().milliseconds * 1_000_000
        var walk = FolderWalk(root: root, limits: limits)
        var batch: [Change] = []
        var (batchBytes, changed) = (0, 0)
        try walk.forEachFile { file throws(RetrievalError) in
            let known = gone[file.path]
            if let known, Self.isUnchanged(file, known) {
                gone[file.path] = nil
                return nil
            }
            guard let bytes = file.read() else { return .unreadable }
            let digest = Data(Digest.sha256(bytes))
            if let known, known.digest == digest {
                gone[file.path] = nil
                batch.append(Change(file: file, pieces: nil, digest: digest))
                return nil
            }
            switch FileText(bytes) {
            case .refused(let reason): return reason
            case .text(let text):
                gone[file.path] = nil
                let pieces = PassageCutter.cut(text, file: file.path)
                batch.append(Change(file: file, pieces: pieces, digest: digest))
            }
            changed += 1
            batchBytes += bytes.count
            if batchBytes >= Self.batchBytes {
                try write(batch, to: tables, at: now)
                (batch, batchBytes) = ([], 0)
            }
            return nil
        }
        try write(batch, to: tables, at: now)
        try remove(gone.keys.sorted(), from: tables)
        var report = walk.report
        report.changed = changed
        report.removed = gone.count
        report.passages = try indexing { () throws(StoreError) in try tables.passageCount() }
        return report
    }

    /// File systems tell times more coarsely than files can change.
    private static let coarseness: Int64 = 2_000_000_000

    private static func isUnchanged(_ file: OpenFile, _ known: IndexTables.Known) -> Bool {
        file.size == known.size && file.modified == known.modified && file.modified < known.indexed - coarseness
    }

    private func write(_ batch: [Change], to tables: IndexTables, at now: Int64) throws(RetrievalError) {
        guard !batch.isEmpty else { return }
        try indexing { () throws(StoreError) in
            try tables.connection.transaction { () throws(StoreError) in
                for change in batch {
                    if let pieces = change.pieces {
                        try tables.replace(change.file, pieces, digest: change.digest, at: now)
                    } else {
                        try tables.touch(change.file, at: now)
                    }
                }
            }
        }
    }

    private func remove(_ paths: [String], from tables: IndexTables) throws(RetrievalError) {
        guard !paths.isEmpty else { return }
        try indexing { () throws(StoreError) in
            try tables.connection.transaction { () throws(StoreError) in
                for path in paths { try tables.remove(path) }
            }
        }
    }

    // MARK: Questions

    func passages(_ terms: [String], limit: Int) throws(RetrievalError) -> [Passage] {
        let tables = IndexTables(connection: try opened())
        return try indexing { () throws(StoreError) in try tables.passages(terms, limit: limit) }
    }

    func close() {
        connection = nil
        isClosed = true
    }
}

extension RetrievalError {
    /// What a database said, in the words of retrievers.
    init(_ error: StoreError) {
        let kinds: [StoreError.Code: Kind] = [.corrupt: .badIndex, .newerVersion: .badIndex, .closed: .closed]
        self.init(kinds[error.code] ?? .indexFailure, error.message, isRetryable: error.isTransient)
    }
}
