import CSQLite
import FoundationEssentials

/// Reads a home's journal from a copy, so that looking at it never recovers or checkpoints what a crash has left: that
/// is the work of the program under test.
package struct JournalReader {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    let home: String
    let scratch: String

    /// - Parameter scratch: a folder for the copies.
    package init(home: String, scratch: String) {
        self.home = home
        self.scratch = scratch
    }

    /// The runs that `tutti bench crash` has started and their steps.
    ///
    /// The word for a workflow in the log is the number at the end of its run's idempotency key (`crash-7`); the
    /// number of a step is one below the occurrence in its key, since the log counts from zero (`work#1` is 0).
    package func snapshot() throws -> JournalSnapshot {
        guard FileManager.default.fileExists(atPath: home + "/tutti.db") else { return JournalSnapshot() }
        return try withCopy { database in
            var snapshot = JournalSnapshot()
            var names: [String: String] = [:]
            try database.forEachRow("select id, coalesce(idem_key, ''), status from run") { row in
                let name = Self.trailingNumber(row.text(1) ?? "")
                names[row.text(0) ?? ""] = name
                snapshot.statuses.updateValue(row.text(2), forKey: name)
            }
            let steps =
                "select run, key, count(*) from step where kind = 'step' and ended is not null group by run, key"
            try database.forEachRow(steps) { row in
                let number = Int(Self.trailingNumber(row.text(1) ?? "")) ?? 0
                let name = StepName(workflow: names[row.text(0) ?? ""] ?? "?", step: number - 1)
                snapshot.rows[name, default: 0] += Int(row.text(2) ?? "") ?? 0
            }
            snapshot.isWhole = try database.isWhole()
            return snapshot
        }
    }

    /// What a completed run has returned, as it is stored.
    package func output(of run: String) throws -> String? {
        try withCopy { database in
            var output: String?
            let query = """
                select coalesce(output, (select bytes from blob where hash = run.output_blob))
                from run where id = '\(run)' and status = 'completed'
                """
            try database.forEachRow(query) { output = $0.text(0) }
            return output
        }
    }

    /// All runs of the home.
    package func runs() throws -> [RunState] {
        guard FileManager.default.fileExists(atPath: home + "/tutti.db") else { return [] }
        return try withCopy { database in
            var runs: [RunState] = []
            try database.forEachRow("select id, status, fence, finished - created from run order by id") { row in
                let lifetime = row.text(3).flatMap { Int($0) }
                let fence = row.text(2).flatMap { Int($0) } ?? 0
                runs.append(RunState(id: row.text(0) ?? "", status: row.text(1), fence: fence, lifetime: lifetime))
            }
            return runs
        }
    }

    static func trailingNumber(_ text: String) -> String {
        String(text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
    }

    private func withCopy<Output>(_ body: (JournalCopy) throws -> Output) throws -> Output {
        let copy = scratch + "/journal-copy.db"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: home + "/tutti.db" + suffix) {
            try FileManager.default.copyItem(atPath: home + "/tutti.db" + suffix, toPath: copy + suffix)
        }
        return try body(try JournalCopy(path: copy))
    }
}
