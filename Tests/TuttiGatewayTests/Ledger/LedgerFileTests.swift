import CSQLite
import FoundationEssentials
import Glibc
import TestProcess
import Testing
import TuttiCore
import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

@testable import TuttiGatewaySQLite

/// The file itself.
struct LedgerFileTests {
    private func mode(_ path: String) -> mode_t {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? information.st_mode & 0o777 : 0
    }

    @Test func onlyItsOwnerMayReadIt() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        var samples = SampleLines(seed: 1)
        _ = try await ledger.append(samples.line(within: 1))
        #expect(mode(home.path + "/calls.db") == 0o600)
        #expect(mode(home.path + "/calls.db-wal") == 0o600)
        await ledger.close()
    }

    @Test func canBeReadBeforeAnythingIsThere() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        let query = CallSumsQuery(tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(1), by: [.key])
        #expect(try await ledger.sums(query).rows.isEmpty)
        #expect(try await ledger.all(CallFilter(tenant: "default")).isEmpty)
        #expect(try await ledger.prune(before: ledgerNoon) == 0)
        await ledger.close()
    }

    @Test func goesOnWhereItWasClosed() async throws {
        let home = try TestFolder()
        var samples = SampleLines(seed: 2)
        let lines = (0..<40).map { samples.line(at: ledgerNoon + .seconds($0 * 3_000)) }
        let query = CallSumsQuery(
            tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(9 * 86_400), by: [.deployment, .team])
        for part in 0..<4 {
            let ledger = SQLiteCallLedger(home: home.path)
            try await ledger.append(Array(lines[part * 10..<part * 10 + 10]), at: 3)
            #expect(try await ledger.rows(query) == bruteForce(Array(lines.prefix(part * 10 + 10)), query))
            await ledger.close()
            #expect(try await !ledger.append(lines[0]), "a closed one is opened when it is needed")
            await ledger.close()
        }
    }

    @Test func leavesFilesOfOthersAlone() async throws {
        let home = try TestFolder()
        let other = try SQLConnection(path: home.path + "/calls.db", access: .readWrite, role: .journal)
        let migration = Migration(name: "a", up: "create table a(b)", down: "drop table a")
        try Migrator(connection: other, migrations: [migration]).migrate(to: 1)
        let ledger = SQLiteCallLedger(home: home.path)
        var samples = SampleLines(seed: 3)
        let line = samples.line(within: 1)
        let error = await #expect(throws: CallLedgerError.self) { try await ledger.append(line) }
        #expect(error?.kind == .unusable)
        #expect(error?.isRetryable == false)
        #expect(try other.number("select count(*) from a") == 0)
    }

    @Test func theSchemaGoesUpAndDown() throws {
        let home = try TestFolder()
        let connection = try SQLConnection(path: home.path + "/calls.db", access: .readWrite, role: .calls)
        let migrator = Migrator(connection: connection, migrations: Migration.calls)
        try migrator.migrate(to: Migration.calls.count)
        try migrator.migrate(to: 0)
        #expect(try connection.number("select count(*) from sqlite_schema") == 0)
    }

    /// A ledger of an earlier release has no column for what the cache had and what guards have found.
    @Test func linesOfAnEarlierReleaseAreKept() async throws {
        let home = try TestFolder()
        var samples = SampleLines(seed: 5)
        var old = samples.line(at: ledgerNoon)
        let ledger = SQLiteCallLedger(home: home.path)
        _ = try await ledger.append(old)
        await ledger.close()
        let connection = try SQLConnection(path: home.path + "/calls.db", access: .readWrite, role: .calls)
        try Migrator(connection: connection, migrations: Migration.calls).migrate(to: 1)
        let new = samples.line(at: ledgerNoon + .seconds(1))
        _ = try await ledger.append(new)
        (old.cache, old.guards) = (nil, nil)
        #expect(try await ledger.all(CallFilter(tenant: "default", order: .oldestFirst)) == [old, new])
        await ledger.close()
    }

    /// Months are read from as few rows as there are parties, whatever the number of lines.
    @Test func hoursAreMergedOnceTheyAreOver() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        var samples = SampleLines(seed: 4)
        for hour in 0..<100 { _ = try await ledger.append(samples.line(at: ledgerNoon + .seconds(hour * 3_600))) }
        let merged = try await ledger.using { connection throws(StoreError) in
            try TotalTables(connection: connection).mergedBefore()
        }
        #expect(merged == CallHour(of: ledgerNoon).number + 98)
        let months = try await ledger.using { connection throws(StoreError) in
            try connection.number(
                "select sum(calls) from total where kind = ?1",
                [.int(TotalKind(span: .month, detail: .parties).number)])
        }
        #expect(months == 98)
        await ledger.close()
    }

    /// The statements of pages go through the indices that are there for them.
    @Test(arguments: [
        ("line where tenant = 1 and id >= x'00' and id < x'ff' order by id desc", "PRIMARY KEY"),
        ("line indexed by line_party where party = 1 and tenant = 1 and id >= x'00' order by id desc", "line_party"),
        ("line indexed by line_run where run = 'a' and tenant = 1 and id >= x'00' order by id", "line_run"),
        ("total where tenant = 1 and kind = 1 and start >= 1 and start < 9", "PRIMARY KEY"),
        ("party where tenant = 1 and key is 'a' and person is null and project is null", "party_names"),
    ])
    func usesAnIndex(query: String, index: String) throws {
        let home = try TestFolder()
        let connection = try SQLConnection(path: home.path + "/calls.db", access: .readWrite, role: .calls)
        try Migrator(connection: connection, migrations: Migration.calls).migrate(to: Migration.calls.count)
        let plan = try connection.query("explain query plan select * from \(query)") { row throws(StoreError) in
            row.text(3)
        }
        #expect(plan.contains { $0.contains(index) }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
