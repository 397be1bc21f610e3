import CFaultVFS
import FaultVFS
import FoundationEssentials
import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// The nth operation on the disk fails, for every n until none is left to fail.
struct SecretFaultTests {
    static let faults: [CFaultVFS_Fault] = [.diskFull, .writeError, .tornWrite, .syncError, .anyError]
    private static let most: UInt32 = 300
    private static let planted = "sk-planted-0123456789"

    private static let vfs: String = {
        #expect(FaultPlan.isRegistered)
        return FaultPlan.vfs
    }()

    /// Repeats `body` with a later failure each time, until there was none; `body` tells whether there was.
    private func forEachFailure(
        _ body: (TestFolder, UInt32) async throws -> (failed: Bool, threw: Bool)
    ) async throws {
        var errors = 0
        for nth in 1..<Self.most {
            let (failed, threw) = try await body(try TestFolder(), nth)
            errors += threw ? 1 : 0
            if !failed {
                #expect(errors > 0)
                return
            }
        }
        Issue.record("there was always something left to fail")
    }

    @Test("leaves the old secret or the new one", arguments: faults, [true, false])
    func put(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        let ring = try SecretKeyRing.fresh()
        try await forEachFailure { home, nth in
            let table = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
            let store = SealedSecretStore(table: table, ring: ring)
            _ = try await store.put(Self.planted + "-old", "a")
            var plan = FaultPlan(
                prefix: home.path + "/access.db", fault, nth: nth, persistent: persistent)
            try #require(plan != nil)
            var threw = false
            do {
                _ = try await store.put(Self.planted + "-new", "a")
                _ = try await store.put(Self.planted + "-other", "b")
            } catch let error as SecretError {
                threw = true
                #expect(error.reason == .unusable && error.isRetryable)
                #expect(!error.message.contains("planted"))
            }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            await table.close()
            // Another process finds all of it, or what was before.
            let reader = SealedSecretStore(table: SQLiteAccessStore(home: home.path), ring: ring)
            let (first, second) = (try await reader.read("secret:a"), try await reader.read("secret:b"))
            #expect(first == Self.planted + "-new" || threw && first == Self.planted + "-old")
            #expect(second == Self.planted + "-other" || threw && second == nil)
            _ = try await reader.put(Self.planted + "-again", "a")
            #expect(try await reader.read("secret:a") == Self.planted + "-again")
            try expectNothingPlanted(in: home)
            return (failed, threw)
        }
    }

    @Test("loses nothing of a rotation", arguments: faults, [true, false])
    func rotation(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        let old = try SecretKeyRing.fresh()
        let new = try old.rotated()
        try await forEachFailure { home, nth in
            let table = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
            let store = SealedSecretStore(table: table, ring: old)
            for number in 0..<3 { _ = try await store.put(Self.planted + "\(number)", "s\(number)") }
            var plan = FaultPlan(prefix: home.path + "/access.db", fault, nth: nth, persistent: persistent)
            try #require(plan != nil)
            let error = await secretFailure { try await store.rotate(to: new) }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            await table.close()
            let reader = SealedSecretStore(table: SQLiteAccessStore(home: home.path), ring: new)
            for number in 0..<3 { #expect(try await reader.read("secret:s\(number)") == Self.planted + "\(number)") }
            #expect(try await reader.rotate(to: new).left == 0)
            let alone = SealedSecretStore(table: SQLiteAccessStore(home: home.path), ring: new.newestOnly())
            for number in 0..<3 { #expect(try await alone.read("secret:s\(number)") == Self.planted + "\(number)") }
            return (failed, error != nil)
        }
    }

    @Test("keeps or removes a secret as a whole", arguments: faults)
    func removal(fault: CFaultVFS_Fault) async throws {
        let ring = try SecretKeyRing.fresh()
        try await forEachFailure { home, nth in
            let table = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
            let store = SealedSecretStore(table: table, ring: ring)
            let id = try await store.put(Self.planted, "a", .person("ann")).id
            let preferences = AgentPreferences(table: table, secrets: store)
            let preference = AgentPreference(
                agentRole: "ceo", provider: "openai", modelName: "m", keyID: id, modelParameters: [:], created: noon,
                updated: noon)
            try await preferences.put(preference, tenant: "acme", person: "ann")
            var plan = FaultPlan(prefix: home.path + "/access.db", fault, nth: nth, persistent: true)
            try #require(plan != nil)
            let error = await secretFailure { try await store.remove(id, tenant: "acme") }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            await table.close()
            let other = SQLiteAccessStore(home: home.path)
            let reader = SealedSecretStore(table: other, ring: ring)
            let value = try await reader.read("secret:a")
            let key = try await other.preferences(tenant: "acme", person: "ann").first?.keyID
            #expect(value == nil && key == nil || error != nil && value == Self.planted && key == id)
            return (failed, error != nil)
        }
    }

    private func expectNothingPlanted(in home: TestFolder) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: home.path) {
            let bytes = try Data(contentsOf: URL(filePath: home.path + "/" + file))
            #expect(!has(bytes, "planted"), "\(file)")
        }
    }
}
