import CSQLite
import FoundationEssentials
import TuttiCore

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

    /// The same of the trips that it has started, by the numbers of their steps (`book-1#1` is 1, its undo 101), those
    /// of their children among them.
    package func trips() throws -> (snapshot: JournalSnapshot, runs: [String: String]) {
        guard FileManager.default.fileExists(atPath: home + "/tutti.db") else { return (JournalSnapshot(), [:]) }
        return try withCopy { database in
            var snapshot = JournalSnapshot()
            var runs: [String: String] = [:]
            try database.forEachRow("select id, idem_key, status from run where idem_key is not null") { row in
                let name = Self.trailingNumber(row.text(1) ?? "")
                runs[name] = row.text(0)
                snapshot.statuses.updateValue(row.text(2), forKey: name)
            }
            let steps = """
                select root.idem_key, step.key, step.kind, count(*) from step join run on run.id = step.run
                    join run as root on root.id = coalesce(run.root_run, run.id)
                where step.kind in ('step', 'undo') and step.ended is not null group by step.run, step.key
                """
            try database.forEachRow(steps) { row in
                let name = row.text(1)?.split(separator: "#").first.map(String.init) ?? ""
                let number =
                    (Int(Self.trailingNumber(name)) ?? 0) + (row.text(2) == "undo" ? TripHistory.Step.undone : 0)
                let step = StepName(workflow: Self.trailingNumber(row.text(0) ?? ""), step: number)
                snapshot.rows[step, default: 0] += Int(row.text(3) ?? "") ?? 0
            }
            snapshot.isWhole = try database.isWhole()
            return (snapshot, runs)
        }
    }

    /// What the ledger says of each trip.
    package func budgets() throws -> [String: TripHistory.BudgetEntry] {
        try withCopy { database in
            var budgets: [String: TripHistory.BudgetEntry] = [:]
            let query = """
                select run.idem_key, quota.cap, quota.used, (select count(*) from hold where hold.quota = quota.key)
                from quota join run on quota.key = 'budget/' || run.id || '/tokens'
                """
            try database.forEachRow(query) { row in
                let numbers = (1...3).map { row.text($0).flatMap { Int($0) } ?? 0 }
                budgets[Self.trailingNumber(row.text(0) ?? "")] = TripHistory.BudgetEntry(
                    cap: numbers[0], used: numbers[1], openHolds: numbers[2])
            }
            return budgets
        }
    }

    /// The steps that are recorded and have cost something, by the token that a provider has seen for each.
    package func paidSteps() throws -> [ModelHistory.PaidStep] {
        guard FileManager.default.fileExists(atPath: home + "/tutti.db") else { return [] }
        return try withCopy { database in
            var steps: [ModelHistory.PaidStep] = []
            let query = """
                select run.id, step.key, run.generation, step.ended, step.cost, step.tokens
                from step join run on run.id = step.run
                where step.kind = 'step' and step.ended is not null and (step.cost > 0 or step.tokens > 0)
                order by step.id
                """
            try database.forEachRow(query) { row in
                let words = (0...2).map { row.text($0) ?? "" }
                let numbers = (3...5).map { row.text($0).flatMap { Int64($0) } ?? 0 }
                steps.append(
                    ModelHistory.PaidStep(
                        token: Digest.sha256Hex(words.joined(separator: "\n")), key: words[1], ended: numbers[0],
                        microdollars: numbers[1], tokens: numbers[2]))
            }
            return steps
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
