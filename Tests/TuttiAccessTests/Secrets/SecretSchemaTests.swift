import TestProcess
import Testing
import TuttiAccess
import TuttiStore
import TuttiStoreSQLite

@testable import TuttiAccessSQLite

struct SecretSchemaTests {
    @Test func theTablesGoAndComeBack() async throws {
        let home = try TestFolder()
        let table = SQLiteAccessStore(home: home.path)
        let store = SealedSecretStore(table: table, ring: try .fresh())
        _ = try await store.put("value", "a")
        await table.close()
        let position = try #require(Migration.access.firstIndex { $0.name == "secrets" })
        func migrate(to version: Int) throws -> [String] {
            let connection = try SQLConnection(path: home.path + "/access.db", access: .readWrite, role: .access)
            try Migrator(connection: connection, migrations: Migration.access).migrate(to: version)
            return try connection.query("select name from sqlite_schema where type = 'table' order by name", []) {
                row throws(StoreError) in row.text(0)
            }
        }
        let without = try migrate(to: position)
        #expect(!without.contains("secret") && !without.contains("agent_preference"))
        #expect(try migrate(to: Migration.access.count).contains("secret"))
        #expect(try await store.summaries(tenant: "acme", scope: nil).isEmpty)
        _ = try await store.put("value", "a")
        #expect(try await store.read("secret:a") == "value")
    }
}
