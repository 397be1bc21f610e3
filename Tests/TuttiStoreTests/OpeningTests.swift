import CSQLite
import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiStore

@testable import TuttiStoreSQLite

/// What is found in a home may not be what a journal needs: nothing is changed then, and the error names the way out.
@Suite struct OpeningTests {
    private func error(opening home: HomeFolder, migrations: [Migration] = Migration.journal) async -> StoreError? {
        do throws(StoreError) {
            let store = try await SQLiteJournalStore.open(home, migrations: migrations)
            await store.close()
            return nil
        } catch {
            return error
        }
    }

    /// A home with one run in it, closed.
    private func filled(_ home: HomeFolder) async throws {
        let store = try await SQLiteJournalStore.open(home)
        for n in 0..<40 { try await store.write(run: n, steps: 5) }
        await store.close()
    }

    @Test(
        "refuses a file that is no database",
        arguments: ["not a database at all, just words\n", "SQLite format 3\u{0}…"])
    func noDatabase(text: String) async throws {
        try await withHome { home in
            let bytes = Data(String(repeating: text, count: 200).utf8)
            try bytes.write(to: URL(filePath: home.databasePath))
            let error = await error(opening: home)
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("nothing was changed") == true)
            #expect(contents(home.databasePath) == bytes)
        }
    }

    @Test("refuses another program's database, and leaves every byte of it alone", arguments: ["delete", "wal"])
    func foreign(journal: String) async throws {
        try await withHome { home in
            try sql(home.databasePath, "pragma journal_mode=\(journal); create table t(a); insert into t values(1)")
            let bytes = contents(home.databasePath)
            let error = await error(opening: home)
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("another program") == true)
            #expect(contents(home.databasePath) == bytes)
        }
    }

    @Test("says which pages are damaged and changes nothing", arguments: [0, 17, 100, 4096 * 2])
    func damaged(offset: Int) async throws {
        try await withHome { home in
            try await filled(home)
            var bytes = contents(home.databasePath)
            #expect(bytes.count > offset + 64)
            for at in offset..<(offset < 4096 ? offset + 64 : bytes.count) { bytes[at] = 0xA5 }
            try bytes.write(to: URL(filePath: home.databasePath))
            var found = await error(opening: home)
            if found == nil { found = await firstError(reading: home) }
            // A header that is still one may also tell of a format that is not known.
            #expect(found.map { [.corrupt, .other, .newerVersion, .notWritable].contains($0.code) } == true)
            if found?.code == .corrupt { #expect(found?.message.contains(".recover") == true) }
            #expect(contents(home.databasePath) == bytes)
        }
    }

    private func firstError(reading home: HomeFolder) async -> StoreError? {
        do throws(StoreError) {
            guard let store = try await SQLiteJournalStore.openReadOnly(home) else { return nil }
            for run in try await store.runs(RunFilter(limit: 1000), tenant: "default") {
                _ = try await store.steps(of: run.id)
                _ = try await store.events(of: run.id, after: 0, limit: 1000)
            }
            await store.close()
            return nil
        } catch {
            return error
        }
    }

    @Test func takesAnEmptyFileForAFreshOne() async throws {
        try await withHome { home in
            try Data().write(to: URL(filePath: home.databasePath))
            let error = await error(opening: home)
            #expect(error == nil)
        }
    }

    @Test func refusesANewerAndAnOlderSchemaAndChangesNothing() async throws {
        try await withHome { home in
            let extra = Migration(name: "extra", up: "create table extra(a)", down: "drop table extra")
            try await filled(home)
            let before = contents(home.databasePath)
            let older = await error(opening: home, migrations: Migration.journal + [extra])
            #expect(older?.code == .olderVersion)
            #expect(older?.message.contains("tutti db upgrade") == true)
            #expect(contents(home.databasePath) == before)
            let above = Migration.journal.count + 1
            try sql(home.databasePath, "pragma user_version = \(above)")
            let after = contents(home.databasePath)
            let newer = await error(opening: home)
            #expect(newer?.code == .newerVersion)
            #expect(newer?.message.contains("schema \(above)") == true)
            #expect(contents(home.databasePath) == after)
            let reading = await firstError(reading: home)
            #expect(reading?.code == .newerVersion)
        }
    }

    @Test func migratesUpAndDownAndUpAgain() async throws {
        try await withHome { home in
            try makeFolder(home.path)
            let history =
                Migration.journal
                + [
                    Migration(name: "two", up: "create table two(a) strict", down: "drop table two"),
                    Migration(
                        name: "three", up: "alter table two add column b text", down: "alter table two drop column b"),
                ].map { Migration(name: $0.name, up: $0.up.replacing("(a)", with: "(a text)"), down: $0.down) }
            let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
            let migrator = Migrator(connection: connection, migrations: history)
            var schemas: [[String]] = []
            for version in 0...history.count {
                try migrator.migrate(to: version)
                #expect(try migrator.version() == version)
                schemas.append(try schema(connection))
            }
            for version in (0...history.count).reversed() {
                try migrator.migrate(to: version)
                #expect(try schema(connection) == schemas[version])
            }
            try migrator.migrate(to: history.count)
            #expect(try schema(connection) == schemas[history.count])
            let error = #expect(throws: StoreError.self) { try migrator.migrate(to: history.count + 1) }
            #expect(error?.code == .newerVersion)
        }
    }

    @Test func leavesTheSchemaAsItWasWhenAMigrationFails() async throws {
        try await withHome { home in
            try makeFolder(home.path)
            let broken = Migration(name: "broken", up: "create table x(a); create table x(a)", down: "")
            let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
            let migrator = Migrator(connection: connection, migrations: Migration.journal + [broken])
            #expect(throws: StoreError.self) { try migrator.migrate(to: migrator.migrations.count) }
            #expect(try migrator.version() == 0)
            try migrator.migrate(to: Migration.journal.count)
            #expect(throws: StoreError.self) { try migrator.migrate(to: migrator.migrations.count) }
            #expect(try migrator.version() == Migration.journal.count)
            #expect(try schema(connection).contains { $0.contains("table x") } == false)
        }
    }

    private func schema(_ connection: SQLConnection) throws(StoreError) -> [String] {
        try connection.query("select coalesce(sql, name) from sqlite_schema where name not like 'sqlite_%' order by 1")
        { row throws(StoreError) in
            row.text(0)
        }
    }

    @Test("refuses a home that cannot be one", arguments: ["file", "under a file", "/proc/tutti-home"])
    func notWritable(kind: String) async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("x".utf8).write(to: URL(filePath: folder + "/file"))
        let path = ["file": folder + "/file", "under a file": folder + "/file/home"][kind] ?? kind
        let error = await error(opening: HomeFolder(path: path))
        #expect(error?.code == .notWritable)
        #expect(error?.message.contains("--home") == true)
        #expect(error?.message.contains(path) == true)
    }

    @Test(
        "knows file systems by their numbers",
        arguments: [0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x0BD0_0BD0, 0x517B] as [Int64])
    func networkFileSystems(magic: Int64) {
        guard case .refused = FileSystem(magic: magic).locking else {
            Issue.record("\(magic) is not refused")
            return
        }
        #expect(FileSystem(magic: 0xEF53).locking == .sound)
        #expect(FileSystem(magic: 0x794C_7630).locking == .doubtful("an overlay file system"))
    }

    @Test func makesAHomeInFoldersThatAreNotThereYet() async throws {
        try await withHome { home in
            let deep = HomeFolder(path: home.path + "/a/b/c/")
            let found = await error(opening: deep)
            #expect(found == nil)
            #expect(deep.hasDatabase)
        }
    }

    @Test func opensNothingForReadingWhereNothingIs() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.openReadOnly(HomeFolder(path: home.path + "/none"))
            #expect(store == nil)
            let isThere = unsafe access(home.path + "/none", F_OK) == 0
            #expect(!isThere)
        }
    }

    @Test func refusesToWriteThroughAReader() async throws {
        try await withHome { home in
            try await filled(home)
            let reader = try #require(try await SQLiteJournalStore.openReadOnly(home))
            #expect(try await reader.runs(RunFilter(limit: 100), tenant: "default").count == 40)
            let error = await #expect(throws: StoreError.self) { try await reader.write(run: 99, steps: 1) }
            #expect(error?.code == .closed)
            await reader.close()
            let closed = await #expect(throws: StoreError.self) { try await reader.executors() }
            #expect(closed?.code == .closed)
        }
    }
}
