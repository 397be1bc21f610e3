import CSQLite
import Synchronization
import TestProcess
import Testing
import TuttiAccessSQLite
import TuttiCore

@testable import TuttiAccess

/// Passes everything on, and refuses one call of its number.
private final class CutTable: SecretTable {
    let table: any SecretTable
    private let rest: Mutex<Int>

    init(_ table: any SecretTable, calls: Int) {
        self.table = table
        rest = Mutex(calls)
    }

    private func pass() throws(SecretError) {
        let isCut = rest.withLock { rest in
            rest -= 1
            return rest < 0
        }
        if isCut { throw SecretError(.unusable, "cut") }
    }

    func secret(
        _ name: SecretName, in scopes: [SecretScope], tenant: String
    ) async throws(SecretError) -> SecretRow? {
        try pass()
        return try await table.secret(name, in: scopes, tenant: tenant)
    }

    func secrets(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary] {
        try pass()
        return try await table.secrets(tenant: tenant, scope: scope)
    }

    func secret(_ id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary? {
        try pass()
        return try await table.secret(id, tenant: tenant)
    }

    func write(_ row: SecretRow, replacing version: Int?) async throws(SecretError) -> SecretWrite {
        try pass()
        return try await table.write(row, replacing: version)
    }

    func remove(_ name: SecretName, scope: SecretScope, tenant: String) async throws(SecretError) -> Bool {
        try pass()
        return try await table.remove(name, scope: scope, tenant: tenant)
    }

    func noteUse(of id: SecretID, at now: Timestamp) async throws(SecretError) {
        try pass()
        try await table.noteUse(of: id, at: now)
    }

    func secrets(
        sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int
    ) async throws(SecretError) -> [SecretRow] {
        try pass()
        return try await table.secrets(sealedOtherThanBy: keyID, after: id, limit: limit)
    }

    func secretCount(sealedOtherThanBy keyID: String) async throws(SecretError) -> Int {
        try pass()
        return try await table.secretCount(sealedOtherThanBy: keyID)
    }

    func sealings() async throws(SecretError) -> [SecretSealing] {
        try pass()
        return try await table.sealings()
    }

    func reseal(_ row: SecretRow, with sealed: SealedSecret) async throws(SecretError) -> Bool {
        try pass()
        return try await table.reseal(row, with: sealed)
    }
}

struct SecretRotationTests {
    private let home: TestFolder

    init() throws { home = try TestFolder() }

    @Test(arguments: TableKind.allCases)
    func everythingIsSealedAnewInBoundedSteps(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let old = try SecretKeyRing.fresh()
        let store = SealedSecretStore(table: table, ring: old)
        let count = SecretLimits.rotationStep + 7
        for number in 0..<count {
            _ = try await store.put("v\(number)", "s\(number)", .project("p\(number % 3)"), tenant: "t\(number % 2)")
        }
        let before = try await store.summaries(tenant: "t1", scope: nil)
        let new = try old.rotated()
        let first = try await store.rotate(to: new, after: nil)
        #expect(first.resealed == SecretLimits.rotationStep && first.left == count - SecretLimits.rotationStep)
        #expect(first.next != nil && first.unreadable == 0)
        // Killed here, another process begins again.
        let next = SealedSecretStore(table: table, ring: new)
        #expect(try await next.rotate(to: new) == SecretRotation(resealed: count - SecretLimits.rotationStep))
        #expect(try await next.rotate(to: new) == SecretRotation())
        // Nothing but the key has changed, and the old one may go.
        let alone = SealedSecretStore(table: table, ring: new.newestOnly())
        var after = try await alone.summaries(tenant: "t1", scope: nil)
        #expect(after.allSatisfy { $0.keyID == new.newestID })
        for index in after.indices { after[index].keyID = old.newestID }
        #expect(after == before)
        for number in 0..<count {
            let value = try await alone.read(
                "secret:s\(number)", tenant: "t\(number % 2)", project: "p\(number % 3)")
            #expect(value == "v\(number)")
        }
    }

    @Test(arguments: TableKind.allCases)
    func cutOffAtAnyStepItLosesNothing(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let old = try SecretKeyRing.fresh()
        let store = SealedSecretStore(table: table, ring: old)
        for number in 0..<5 { _ = try await store.put("v\(number)", "s\(number)") }
        var ring = old
        for calls in 0..<7 {
            ring = try ring.rotated()
            let cut = SealedSecretStore(table: CutTable(table, calls: calls), ring: ring)
            let target = ring
            let error = await secretFailure { try await cut.rotate(to: target) }
            #expect(error?.message == "cut")
            let reader = SealedSecretStore(table: table, ring: ring)
            for number in 0..<5 { #expect(try await reader.read("secret:s\(number)") == "v\(number)") }
        }
        let end = SealedSecretStore(table: table, ring: ring)
        #expect(try await end.rotate(to: ring).left == 0)
        let alone = SealedSecretStore(table: table, ring: ring.newestOnly())
        for number in 0..<5 { #expect(try await alone.read("secret:s\(number)") == "v\(number)") }
    }

    @Test(arguments: TableKind.allCases)
    func whatNoKeyOpensStaysAndIsTold(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let old = try SecretKeyRing.fresh()
        let store = SealedSecretStore(table: table, ring: old)
        _ = try await store.put("value", "here")
        let lost = SealedSecretStore(table: table, ring: try old.rotated())
        for number in 0..<(SecretLimits.rotationStep + 3) { _ = try await lost.put("lost", "lost\(number)", .tenant) }
        let done = try await store.rotate(to: try old.rotated())
        #expect(done.resealed == 1 && done.unreadable == SecretLimits.rotationStep + 3)
        #expect(done.left == SecretLimits.rotationStep + 3 && done.next == nil)
        #expect(done.unreadableNames.count == SecretRotation.namesMax)
        for name in done.unreadableNames {
            #expect(name.hasPrefix("tenant/lost") && name.hasSuffix(" (key \(lost.keys.newestID))"))
        }
        #expect(try await store.read("secret:here") == "value")
        #expect(try await lost.read("secret:lost0") == "lost")
        let error = await secretFailure {
            try await store.read("secret:lost0", project: nil, person: nil)
        }
        #expect(error == .cannotBeOpened)
    }

    /// What it seals, nobody else could open.
    @Test(arguments: TableKind.allCases)
    func aRingThatDoesNotOpenWhatIsThereSealsNothing(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let ring = try SecretKeyRing.fresh()
        let store = SealedSecretStore(table: table, ring: ring)
        _ = try await store.put("value", "here")
        let other = SealedSecretStore(table: table, ring: try .fresh())
        for name in ["here", "there"] {
            let error = await secretFailure { try await other.put("lost", name) }
            #expect(
                error?.reason == .cannotBeOpened && error?.message.contains("the key \(ring.newestID) (here)") == true)
        }
        #expect(try await store.read("secret:here") == "value")
        // A ring that has the key is as good, wherever the key stands in it.
        let both = SealedSecretStore(table: table, ring: try ring.rotated())
        _ = try await both.put("new", "there")
        #expect(try await both.read("secret:there") == "new")
    }

    @Test(arguments: TableKind.allCases)
    func aValueThatIsPutMeanwhileIsNotUndone(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let old = try SecretKeyRing.fresh()
        let store = SealedSecretStore(table: table, ring: old)
        let first = try await store.put("one", "a")
        let stale = try #require(try await table.secret(name("a"), in: [.tenant], tenant: "acme"))
        _ = try await store.put("two", "a")
        let context = SecretContext(tenant: "acme", scope: .tenant, name: first.name, version: 1).text
        let sealed = try old.rotated().seal(Array("one".utf8), context: context)
        #expect(try await table.reseal(stale, with: sealed) == false)
        #expect(try await store.read("secret:a") == "two")
    }

    @Test func aSealedValueOpensInItsPlaceOnly() async throws {
        let database = home.path + "/access.db"
        let table = SQLiteAccessStore(home: home.path)
        let store = SealedSecretStore(table: table, ring: try .fresh())
        _ = try await store.put("of ann", "a", .person("ann"))
        _ = try await store.put("of ben", "a", .person("ben"))
        await table.close()
        // Whoever can write the file moves a sealed value to a place that they may read.
        let status = execute(
            database,
            "update secret set sealed = (select sealed from secret where owner = 'ben') where owner = 'ann'")
        #expect(status == SQLITE_OK)
        let error = await secretFailure {
            try await store.read("secret:a", project: nil, person: "ann")
        }
        #expect(error == .cannotBeOpened)
        #expect(execute(database, "update secret set sealed = x'00'") == SQLITE_OK)
        #expect(try await store.rotate(to: store.keys.rotated()).unreadable == 2)
    }

    private func execute(_ path: String, _ script: String) -> Int32 {
        var handle: OpaquePointer?
        defer { unsafe sqlite3_close_v2(handle) }
        let status = unsafe sqlite3_open(path, &handle)
        return unsafe status == SQLITE_OK ? sqlite3_exec(handle, script, nil, nil, nil) : status
    }
}
