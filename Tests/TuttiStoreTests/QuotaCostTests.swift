import FoundationEssentials
import Testing
import TuttiCore
import TuttiStore

@testable import TuttiStoreSQLite

@Suite("A quota")
struct QuotaCostTests {
    private static let time = Timestamp(milliseconds: 1_700_000_000_000)

    private func draws(_ person: String, cap: Int64) -> [QuotaDraw] {
        [QuotaName.Holder.person(person), .organisation].flatMap { holder in
            [
                QuotaName.Kind.live, .starts(day: .day(of: Self.time)), .spent(.tokens, in: .month(of: Self.time)),
            ].map { QuotaDraw(QuotaName(tenant: "default", holder: holder, kind: $0), cap: cap) }
        }
    }

    /// Starts a run with a call that is held, does something with it, and ends it.
    private func live(
        _ number: Int, _ quotas: [QuotaDraw], in tables: JournalTables, isEnded: Bool
    ) throws -> JournalOutcome {
        let owner = Owner(run: testRun(number), executor: testExecutor, fence: StartCommand.firstFence)
        let start = StartCommand(
            id: owner.run, tenant: "default", workflow: "w", input: Payload(Data("{}".utf8)), inputHash: "h",
            executor: testExecutor, quotas: quotas.filter { $0.name.unit == nil }, at: Self.time)
        _ = try tables.apply(.start(start))
        let key = HoldKey(step: "call#1", generation: 0, attempt: 1)
        let hold = HoldCommand(
            owner: owner, root: owner.run, key: key, wants: [.tokens: .init(10, least: 10)],
            quotas: quotas.filter { $0.name.unit != nil })
        let outcome = try tables.apply(.hold(hold))
        guard isEnded else { return outcome }
        let settled = RecordCommand(
            owner: owner, rows: [], events: [], settlements: [Settlement(key: key, costs: [.tokens: 5])], at: Self.time)
        _ = try tables.apply(.record(settled))
        _ = try tables.apply(
            .end(EndCommand(owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: Self.time)))
        return outcome
    }

    /// What one run costs beside others that live and hold, and beside rows of former days.
    private func instructions(others: Int, quotas: [QuotaDraw], isRefused: Bool = false) async throws -> Int {
        try await withHome { home in
            try makeFolder(home.path)
            let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
            try Migrator(connection: connection, migrations: Migration.journal).migrate(to: Migration.journal.count)
            let locks = ExecutorLocks(folder: home.path)
            try locks.acquire(testExecutor)
            defer { locks.release(testExecutor) }
            let tables = JournalTables(connection: connection, locks: locks)
            try connection.execute("begin")
            for number in 1...others {
                _ = try live(number, draws("usr_\(number)", cap: .max), in: tables, isEnded: false)
            }
            for day in 0..<others {
                try connection.execute(
                    "insert into quota(key, cap) values('day/2023-08-\(10 + day % 20)/default/person/\(day)', 1)")
            }
            let before = connection.instructions
            let outcome = try live(others + 1, quotas, in: tables, isEnded: !isRefused)
            let spent = connection.instructions - before
            try connection.execute("commit")
            if isRefused {
                guard case .holdRefused(let refusal) = outcome else {
                    Issue.record("the hold was answered by \(outcome)")
                    return spent
                }
                #expect(refusal.hasOpenHolds)
            }
            return spent
        }
    }

    @Test("costs no more where thousands of others live, hold and have been counted")
    func staysCheap() async throws {
        let quotas = draws("usr_a", cap: .max)
        let small = try await instructions(others: 1, quotas: quotas)
        let large = try await instructions(others: 2000, quotas: quotas)
        let none = try await instructions(others: 1, quotas: [])
        print("a run in instructions: \(none) without quotas, \(small) with six, \(large) with six beside 2000 runs")
        #expect(large < small * 2, "\(large) instructions instead of \(small)")
    }

    @Test("is refused as cheaply while thousands of others hold something of it")
    func refusesCheaply() async throws {
        let quotas = draws("usr_a", cap: .max).map { draw in
            draw.name.unit == nil ? draw : QuotaDraw(draw.name, cap: 11)
        }
        let small = try await instructions(others: 1, quotas: quotas, isRefused: true)
        let large = try await instructions(others: 2000, quotas: quotas, isRefused: true)
        #expect(large < small * 2, "\(large) instructions instead of \(small)")
    }

    @Test("leaves no row where none are set")
    func writesNothing() async throws {
        try await withHome { home in
            try makeFolder(home.path)
            let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
            try Migrator(connection: connection, migrations: Migration.journal).migrate(to: Migration.journal.count)
            let tables = JournalTables(connection: connection, locks: ExecutorLocks(folder: home.path))
            for number in 1...3 { _ = try live(number, [], in: tables, isEnded: number > 1) }
            #expect(try connection.number("select count(*) from quota") == 0)
            #expect(try connection.number("select count(*) from hold") == 0)
        }
    }
}
