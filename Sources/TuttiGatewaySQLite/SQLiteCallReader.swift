import TuttiGateway
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// A connection that only reads, on a thread of its own: no question waits for a commit, and no commit for a question.
actor SQLiteCallReader {
    private nonisolated let thread = ThreadExecutor(name: "tutti-calls-read")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// Sums of months fit in, so that the next question of a page of costs finds them there.
    private static let cacheKibibytes = 32 << 10

    private let path: String
    private let vfs: String?
    private let limits: CallLedgerLimits
    private var connection: SQLConnection?
    private var names = CallNames()

    init(path: String, vfs: String?, limits: CallLedgerLimits) {
        self.path = path
        self.vfs = vfs
        self.limits = limits
    }

    func close() { connection = nil }

    /// Lets `body` read what is there at one moment. After a failure the next call begins with a connection that has
    /// seen none.
    func read<Output: Sendable>(
        _ body: @Sendable (CallReads) throws(StoreError) -> Output
    ) throws(StoreError) -> Output {
        do throws(StoreError) {
            let connection = try opened()
            try connection.run("begin")
            try names.refresh(connection)
            let output = try body(CallReads(connection: connection, names: names, limits: limits))
            try connection.run("commit")
            return output
        } catch {
            connection = nil
            names = CallNames()
            throw error
        }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        let fresh = try SQLConnection(path: path, access: .readOnly, vfs: vfs, role: .calls)
        try fresh.execute("pragma cache_size = -\(Self.cacheKibibytes)")
        connection = fresh
        return fresh
    }
}
