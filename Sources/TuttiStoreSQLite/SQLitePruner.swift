import Glibc
package import TuttiCore
import TuttiRuntime
package import TuttiStore

/// Removes what a policy lets go, on a connection and a thread of its own. While executors live it pauses between two
/// of its transactions for as long as the last one took, so that they get at least half of the time.
actor SQLitePruner {
    private nonisolated let thread = ThreadExecutor(name: "tutti-pruner")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private let locks: ExecutorLocks
    private let policy: RetentionPolicy
    private let clock: any Timekeeper = SystemTimekeeper()
    private var connection: SQLConnection?

    init(path: String, vfs: String?, locks: ExecutorLocks, policy: RetentionPolicy) {
        self.path = path
        self.vfs = vfs
        self.locks = locks
        self.policy = policy
    }

    /// - Throws: ``StoreError`` when the database cannot be opened.
    func open(_ access: SQLConnection.Access) throws(StoreError) {
        let connection = try SQLConnection(path: path, access: access, vfs: vfs)
        if access == .readWrite { try connection.execute(SQLiteWriter.settings) }
        self.connection = connection
    }

    func close() { connection = nil }

    private func opened() throws(StoreError) -> SQLConnection {
        guard let connection else { throw StoreError(.closed, "the database \(path) has been closed") }
        return connection
    }

    // MARK: The plan

    func plan() throws(StoreError) -> RetentionReport {
        let tables = RetentionTables(connection: try opened())
        try tables.choose(policy)
        return try tables.plan(policy)
    }

    // MARK: Carrying it out

    /// - Parameter discard: see ``JournalStore/prune(_:discarding:)``.
    func prune(discarding discard: @Sendable (RunID) -> Bool) async throws(StoreError) -> RetentionReport {
        var report = RetentionReport()
        report.fileSizeBefore = fileSize
        try RetentionTables(connection: opened()).choose(policy)
        while try await batch({ tables throws(StoreError) in try tables.hide(&report) }) {}
        try await erase(&report, discard)
        try await trimEvents(&report)
        try await sweep(&report)
        report.isShrinkingPostponed = try !shrink()
        report.fileSizeAfter = fileSize
        return report
    }

    private func erase(
        _ report: inout RetentionReport, _ discard: @Sendable (RunID) -> Bool
    ) async throws(StoreError) {
        var last = ""
        while true {
            let erased = try await batch { tables throws(StoreError) in try tables.erase(after: last, &report) }
            guard erased.hasMore else { return }
            // The rows are gone and the name is kept until the files are gone, too: a crash forgets nothing.
            var discarded: [RunID] = []
            for run in erased.runs {
                last = run.text
                if discard(run) {
                    discarded.append(run)
                } else if report.leftBehind.count < RetentionLimits.leftBehindMax {
                    report.leftBehind.append(run)
                }
            }
            try await batch { [discarded] tables throws(StoreError) in try tables.forget(discarded) }
        }
    }

    private func trimEvents(_ report: inout RetentionReport) async throws(StoreError) {
        guard let moment = policy.eventsBefore else { return }
        var position: Int64? = 0
        while let start = position {
            position = try await batch { tables throws(StoreError) in
                try tables.trimEvents(before: moment, policy, after: start, &report)
            }
        }
    }

    private func sweep(_ report: inout RetentionReport) async throws(StoreError) {
        var hash: String? = ""
        while let start = hash {
            hash = try await batch { tables throws(StoreError) in try tables.sweep(after: start, &report) }
        }
    }

    /// One transaction, and the pause after it.
    ///
    /// - Throws: ``StoreError``; `.closed` when the task is cancelled, which is noticed between two transactions.
    @discardableResult
    private func batch<Output>(
        _ body: (RetentionTables) throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        guard !Task.isCancelled else { throw StoreError(.closed, "the pruning was stopped; the next one goes on") }
        let connection = try opened()
        let start = clock.uptime()
        let output = try connection.transaction { () throws(StoreError) in
            try body(RetentionTables(connection: connection))
        }
        if locks.isAnyoneAlive() { try? await clock.sleep(for: clock.uptime() - start) }
        return output
    }

    // MARK: The file

    /// Bytes of the database and of its log.
    private var fileSize: Int {
        [path, path + "-wal"].reduce(0) { sum, path in
            var information = stat()
            return unsafe stat(path, &information) == 0 ? sum + Int(information.st_size) : sum
        }
    }

    /// Gives free pages back to the file system when they are a tenth of the file or more. The whole file is written
    /// anew, and nobody can write meanwhile: that is only done when no executor lives. `false` when it had to be left.
    private func shrink() throws(StoreError) -> Bool {
        let connection = try opened()
        let free = try connection.number("pragma freelist_count") ?? 0
        let pages = try connection.number("pragma page_count") ?? 0
        if free * 10 >= pages, free > 0 {
            guard !locks.isAnyoneAlive() else { return false }
            do throws(StoreError) {
                try connection.execute("vacuum")
            } catch  where error.isTransient {
                return false
            }
        }
        // Without it the log holds what has become free, and the file keeps its size.
        if !locks.isAnyoneAlive() { try connection.execute("pragma wal_checkpoint(truncate)") }
        return true
    }
}

extension SQLiteJournalStore {
    package func retentionPlan(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport {
        let pruner = SQLitePruner(path: path, vfs: vfs, locks: locks, policy: policy)
        try await pruner.open(.readOnly)
        let report = await Result { () async throws(StoreError) in try await pruner.plan() }
        await pruner.close()
        return try report.get()
    }

    package func prune(
        _ policy: RetentionPolicy, discarding discard: @Sendable (RunID) -> Bool
    ) async throws(StoreError) -> RetentionReport {
        let pruner = SQLitePruner(path: path, vfs: vfs, locks: locks, policy: policy)
        try await pruner.open(.readWrite)
        let report = await Result { () async throws(StoreError) in try await pruner.prune(discarding: discard) }
        await pruner.close()
        return try report.get()
    }
}

extension Result where Failure == StoreError {
    /// What `body` gives or throws.
    fileprivate init(_ body: () async throws(StoreError) -> Success) async {
        do throws(StoreError) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
