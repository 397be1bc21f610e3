import CSQLite
import Glibc
import TestProcess
import Testing
import TuttiAccessSQLite
import TuttiRuntime

/// The file that accounts, secrets and the audit log lie in.
struct AccessFileTests {
    @Test func nobodyButItsOwnerMayReadIt() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        _ = try await store.accountsChanged()
        for name in ["access.db", "access.db-wal"] {
            var information = stat()
            #expect(unsafe lstat(home.path + "/" + name, &information) == 0)
            #expect(information.st_mode & 0o777 == 0o600, "\(name)")
        }
        await store.close()
    }

    @Test func whatAnotherProcessChangesIsNoticed() async throws {
        let home = try TestFolder()
        let (first, second) = (SQLiteAccessStore(home: home.path), SQLiteAccessStore(home: home.path))
        let before = try await first.accountsChanged()
        _ = try await second.accountsChanged()
        #expect(try await first.accountsChanged() == before)
        await first.close()
        await second.close()
    }
}
