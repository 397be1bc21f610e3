import Glibc
package import TuttiCore
package import TuttiGateway
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// The answers of a home in one SQLite file that only its owner may read, `answers.db`. It has a thread of its own.
package actor SQLiteAnswers: AnswerShelf {
    private nonisolated let thread = ThreadExecutor(name: "tutti-answers")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private var connection: SQLConnection?
    /// What all answers count, while the file is open.
    private var bytes: Int64 = 0

    /// Nothing waits for the disk: after a crash of the machine the last answers may be gone. What is removed is
    /// overwritten, for it holds words of people, and the log is cut when it has been written back. Nobody else uses
    /// the file, so there is nobody to wait for.
    private static let settings = """
        pragma journal_mode = wal; pragma synchronous = off; pragma trusted_schema = off; pragma secure_delete = on;
        pragma cache_size = -8192; pragma busy_timeout = 100; pragma journal_size_limit = 4194304;
        """

    /// - Parameters:
    ///   - home: the folder, which must be there.
    ///   - vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package init(home: String, vfs: String? = nil) {
        path = home + "/answers.db"
        self.vfs = vfs
    }

    // MARK: The file

    /// Carries out statements on the connection. After a failure the next call begins with one that has seen none.
    private func using<Output>(
        _ body: (AnswerTables) throws(StoreError) -> Output
    ) throws(AnswerShelfError) -> Output {
        do throws(StoreError) {
            return try body(AnswerTables(connection: try opened()))
        } catch {
            connection = nil
            throw AnswerShelfError("the kept answers: \(error.message)")
        }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        let fresh = try SQLConnection.current(
            path, vfs: vfs, role: .answers, migrations: Migration.answers, settings: Self.settings)
        bytes = try AnswerTables(connection: fresh).size().bytes
        connection = fresh
        return fresh
    }

    private var isThere: Bool { unsafe connection != nil || access(path, F_OK) == 0 }

    package func close() { connection = nil }

    // MARK: Reading

    package func answer(
        _ key: AnswerKey, within times: ClosedRange<Timestamp>
    ) throws(AnswerShelfError) -> CachedAnswer? {
        try using { tables throws(StoreError) in
            let answer = try tables.answer(key, within: times)
            if answer != nil { try tables.use(key) }
            return answer
        }
    }

    package func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
    ) throws(AnswerShelfError) -> SimilarAnswer? {
        try using { tables throws(StoreError) in
            guard let (key, near) = try tables.nearest(question, atLeast: similarity, within: times),
                let answer = try tables.answer(key, within: times)
            else { return nil }
            try tables.use(key)
            return SimilarAnswer(key: key, answer: answer, similarity: near)
        }
    }

    package func size() throws(AnswerShelfError) -> AnswerCount {
        guard isThere else { return AnswerCount() }
        return try using { tables throws(StoreError) in try tables.size() }
    }

    // MARK: Writing

    package func keep(
        _ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, if isWanted: @Sendable () -> Bool
    ) throws(AnswerShelfError) {
        guard Int64(answer.size) <= bytesMax, isWanted() else { return }
        try using { tables throws(StoreError) in
            var now = bytes
            try tables.connection.transaction { () throws(StoreError) in
                now -= try tables.remove(key)
                let tooMuch = now + Int64(answer.size) - bytesMax
                if tooMuch > 0 { now -= try tables.makeRoom(of: tooMuch) }
                try tables.keep(answer, under: key)
                now += Int64(answer.size)
            }
            bytes = now
        }
    }

    package func touch(_ key: AnswerKey) throws(AnswerShelfError) {
        try using { tables throws(StoreError) in try tables.use(key) }
    }

    package func remove(of tenant: String, model: String?) throws(AnswerShelfError) {
        guard isThere else { return }
        try using { tables throws(StoreError) in
            try tables.remove(of: tenant, model: model)
            try tables.forget()
            bytes = try tables.size().bytes
        }
    }

    package func remove(outside times: ClosedRange<Timestamp>) throws(AnswerShelfError) {
        guard isThere else { return }
        try using { tables throws(StoreError) in
            guard try tables.remove(outside: times) > 0 else { return }
            try tables.forget()
            bytes = try tables.size().bytes
        }
    }

    package func discard() throws(AnswerShelfError) {
        connection = nil
        for end in ["", "-wal", "-shm"] where unsafe unlink(path + end) != 0 && errno != ENOENT {
            throw AnswerShelfError("the kept answers: \(path)\(end) cannot be removed; remove it yourself")
        }
    }
}
