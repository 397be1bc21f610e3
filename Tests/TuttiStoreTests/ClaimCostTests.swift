import Testing
import TuttiCore
import TuttiStore

@testable import TuttiStoreSQLite

@Suite("A claim")
struct ClaimCostTests {
    /// What one look for work costs in a home with so many runs of each kind.
    private func instructions(ended: Int, waiting: Int, owned: Int, queued: Int) async throws -> Int {
        try await withHome { home in
            try makeFolder(home.path)
            let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
            try Migrator(connection: connection, migrations: Migration.journal).migrate(to: Migration.journal.count)
            func add(_ count: Int, from first: Int, status: String, task: String?) throws {
                let numbers = """
                    with recursive number(n) as (select \(first) union all select n + 1 from number
                        where n + 1 < \(first + count))
                    """
                guard count > 0 else { return }
                try connection.execute(
                    """
                    insert into run(id, tenant, name, input_hash, status, created, fence)
                    \(numbers) select 'run_' || n, 'default', 'w', 'h', \(status), n, 0 from number
                    """)
                guard let task else { return }
                try connection.execute(
                    """
                    insert into task(run, queue, due, executor, fence) \(numbers) select 'run_' || n, \(task), 0
                    from number
                    """)
            }
            try add(ended, from: 0, status: "'succeeded'", task: nil)
            try add(waiting, from: 100_000, status: "null", task: "'default', null, null")
            try add(owned, from: 200_000, status: "null", task: "'default', null, '\(testExecutor)'")
            try add(queued, from: 300_000, status: "null", task: "'default', n, null")
            let locks = ExecutorLocks(folder: home.path)
            try locks.acquire(testExecutor)
            defer { locks.release(testExecutor) }
            let command = ClaimCommand(
                executor: testExecutor, tenant: "default",
                target: .queues(["default"], workflows: ["w"], limit: 4), recoveriesMax: 3, limits: [:],
                at: Timestamp(milliseconds: 1_000_000))
            let isClaimable = try JournalTables(connection: connection, locks: locks).hasClaimable(command)
            #expect(isClaimable == (queued > 0))
            return connection.instructions
        }
    }

    @Test("costs no more where thousands of runs have ended, wait, are owned or queued", arguments: [0, 1])
    func staysCheap(queued: Int) async throws {
        let small = try await instructions(ended: 1, waiting: 1, owned: 1, queued: queued)
        let large = try await instructions(ended: 3000, waiting: 3000, owned: 3000, queued: queued * 3000)
        #expect(large < small * 2, "\(large) instructions instead of \(small)")
    }
}
