import Synchronization
import TestProcess
import Testing
import TuttiAccessSQLite
import TuttiCore
import TuttiTesting

@testable import TuttiAccess

struct SealedSecretStoreTests {
    private let home: TestFolder
    private let clock = ManualClock()

    init() throws { home = try TestFolder() }

    private func store(_ kind: TableKind) throws -> SealedSecretStore {
        SealedSecretStore(table: kind.make(in: home), ring: try .fresh(), time: clock)
    }

    @Test(arguments: TableKind.allCases)
    func theNearestWins(kind: TableKind) async throws {
        let store = try store(kind)
        _ = try await store.put("of the tenant", "openai")
        #expect(try await store.read("secret:openai") == "of the tenant")
        _ = try await store.put("of the project", "openai", .project("p1"))
        #expect(try await store.read("secret:openai") == "of the project")
        _ = try await store.put("of ann", "openai", .person("ann"))
        #expect(try await store.read("secret:openai") == "of ann")
        #expect(try await store.read("secret:openai", person: "ben") == "of the project")
        #expect(try await store.read("secret:openai", project: nil, person: "ben") == "of the tenant")
        #expect(try await store.read("secret:tenant/openai") == "of the tenant")
        #expect(try await store.read("secret:project/openai") == "of the project")
        #expect(try await store.read("secret:person/openai", person: nil) == nil)
        #expect(try await store.read("secret:other") == nil)
        #expect(try await store.read("secret:openai", tenant: "other") == nil)
    }

    @Test(arguments: TableKind.allCases)
    func anotherValueKeepsItsPlace(kind: TableKind) async throws {
        let store = try store(kind)
        let first = try await store.put("sk-0123456789", "openai")
        #expect(first.hint == "6789" && first.version == 1 && first.createdBy == "usr_a" && first.label.isEmpty)
        let second = try await store.put(
            SecretText("short"), name: name("openai"), scope: .tenant, tenant: "acme", label: "Ours",
            provider: "openai",
            by: nil, at: noon + .seconds(5))
        #expect(second.id == first.id && second.created == noon && second.updated == noon + .seconds(5))
        #expect(second.version == 2 && second.hint == nil && second.provider == "openai" && second.createdBy == nil)
        #expect(try await store.summaries(tenant: "acme", scope: nil) == [second])
        #expect(try await store.read("secret:openai") == "short")
    }

    @Test(arguments: TableKind.allCases)
    func listsAreOfOneTenantAndInOrder(kind: TableKind) async throws {
        let store = try store(kind)
        for scope in [SecretScope.tenant, .project("p1"), .person("ben"), .person("ann")] {
            for text in ["b", "a"] { _ = try await store.put("value", text, scope) }
        }
        let other = try await store.put("value", "a", tenant: "other")
        let all = try await store.summaries(tenant: "acme", scope: nil)
        #expect(
            all.map(\.reference.description) == [
                "secret:person/a", "secret:person/b", "secret:person/a", "secret:person/b", "secret:project/a",
                "secret:project/b", "secret:tenant/a", "secret:tenant/b",
            ])
        #expect(all.prefix(4).map(\.scope.owner) == ["ann", "ann", "ben", "ben"])
        let ofBen = try await store.summaries(tenant: "acme", scope: .person("ben"))
        #expect(ofBen == Array(all[2..<4]))
        #expect(try await store.summary(of: ofBen[0].id, tenant: "acme") == ofBen[0])
        #expect(try await store.summary(of: ofBen[0].id, tenant: "other") == nil)
        #expect(try await store.remove(other.id, tenant: "acme") == false)
        #expect(try await store.remove(other.id, tenant: "other"))
        #expect(try await store.remove(name("a"), scope: .person("ben"), tenant: "acme"))
        #expect(try await store.remove(name("a"), scope: .person("ben"), tenant: "acme") == false)
        #expect(try await store.summaries(tenant: "acme", scope: nil).count == 7)
        #expect(try await store.summaries(tenant: "other", scope: nil).isEmpty)
    }

    @Test(arguments: TableKind.allCases)
    func useIsNotedOnceAMinute(kind: TableKind) async throws {
        let store = try store(kind)
        let id = try await store.put("value", "a").id
        func lastUsed() async throws -> Timestamp? { try await store.summary(of: id, tenant: "acme")?.lastUsed }
        #expect(try await lastUsed() == nil)
        let start = clock.now()
        for (advance, noted) in [(0, 0), (59, 0), (1, 60), (59, 60), (61, 180)] {
            clock.advance(by: .seconds(advance))
            #expect(try await store.read("secret:a") == "value")
            #expect(try await lastUsed() == start + .seconds(noted))
        }
        #expect(try await store.put("other", "a").lastUsed == start + .seconds(180))
    }

    @Test(
        arguments: [
            ("", "", nil, "acme", SecretScope.tenant, "empty"),
            (String(repeating: "a", count: SecretLimits.valueBytesMax + 1), "", nil, "acme", .tenant, "16384"),
            ("v", String(repeating: "a", count: 201), nil, "acme", .tenant, "label"),
            ("v", "a\nb", nil, "acme", .tenant, "label"), ("v", "", "", "acme", .tenant, "provider"),
            ("v", "", String(repeating: "a", count: 101), "acme", .tenant, "provider"),
            ("v", "", nil, "", .tenant, "tenant"),
            ("v", "", nil, "acme", .person(""), "person"),
            ("v", "", nil, "acme", .project(String(repeating: "a", count: 301)), "project"),
        ] as [(String, String, String?, String, SecretScope, String)])
    func whatBreaksARuleChangesNothing(
        value: String, label: String, provider: String?, tenant: String, scope: SecretScope, word: String
    ) async throws {
        let store = try store(.memory)
        let error = await secretFailure {
            try await store.put(
                SecretText(value), name: name("a"), scope: scope, tenant: tenant, label: label,
                provider: provider, by: nil, at: noon)
        }
        #expect(error?.reason == .badInput && error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(try await store.summaries(tenant: tenant, scope: nil).isEmpty)
    }

    @Test func theLargestValueFits() async throws {
        let store = try store(.file)
        let value = String(repeating: "ü", count: SecretLimits.valueBytesMax / 2)
        #expect(try await store.put(value, "a").hint == nil)
        #expect(try await store.read("secret:a") == value)
    }

    @Test(arguments: TableKind.allCases)
    func aScopeHasABound(kind: TableKind) async throws {
        let store = try store(kind)
        for number in 0..<SecretLimits.secretsPerScopeMax { _ = try await store.put("v", "s\(number)", .person("ann")) }
        let error = await secretFailure {
            try await store.put(
                SecretText("v"), name: name("one-more"), scope: .person("ann"), tenant: "acme",
                by: nil, at: noon)
        }
        #expect(error?.reason == .full)
        _ = try await store.put("another value", "s0", .person("ann"))
        _ = try await store.put("v", "one-more", .person("ben"))
        #expect(try await store.read("secret:one-more") == nil)
        #expect(try await store.read("secret:s0") == "another value")
    }

    @Test(arguments: TableKind.allCases)
    func valuesThatArePutAtOnceAreCountedOneByOne(kind: TableKind) async throws {
        let table = kind.make(in: home)
        let other: any SecretTable = kind == .file ? SQLiteAccessStore(home: home.path) : table
        let ring = try SecretKeyRing.fresh()
        let stores = [SealedSecretStore(table: table, ring: ring), SealedSecretStore(table: other, ring: ring)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask { _ = try await stores[number % 2].put("v\(number)", "of-\(number)") }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].summaries(tenant: "acme", scope: nil).count == 20)
        for number in 0..<20 { #expect(try await stores[1].read("secret:of-\(number)") == "v\(number)") }
        // Two at one place: both are kept, one after the other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores { group.addTask { _ = try await store.put("same", "same") } }
            try await group.waitForAll()
        }
        #expect(
            try await stores[0].summaries(tenant: "acme", scope: nil).first { $0.name.text == "same" }?.version == 2)
    }

    @Test func whoIsAlwaysTooLateIsTold() async throws {
        let store = SealedSecretStore(table: HastyTable(), ring: try .fresh())
        let error = await secretFailure {
            try await store.put(
                SecretText("planted"), name: name("a"), scope: .tenant, tenant: "acme", by: nil,
                at: noon)
        }
        #expect(error?.reason == .conflict && error?.isRetryable == true)
        #expect(error?.message.contains("planted") == false)
    }

    @Test func keysOfAnotherProcessAreFetched() async throws {
        let path = home.path + "/secrets.key"
        let file = SecretKeyFile(path: path)
        let table = MemorySecretTable()
        let first = SealedSecretStore(table: table, ring: try file.readOrMake()) { () throws(SecretError) in
            try file.read()
        }
        _ = try await first.put("one", "a")
        // Elsewhere, the keys are rotated and everything is sealed anew.
        let second = SealedSecretStore(table: table, ring: try file.read())
        let ring = try file.addKey()
        #expect(try await second.rotate(to: ring) == SecretRotation(resealed: 1))
        #expect(try await first.read("secret:a") == "one")
        let third = try file.addKey()
        #expect(try await first.put("two", "a").keyID == third.newestID)
    }

    @Test func itIsAResolverForLowerRooms() async throws {
        let store = try store(.memory)
        _ = try await store.put("value", "a")
        let resolver: any SecretResolver = store
        let found = try await resolver.secret(reference("secret:a"), tenant: "acme", project: nil, person: nil)
        #expect(found == SecretText("value"))
    }
}

/// A table in which somebody else is always faster.
private struct HastyTable: SecretTable {
    func secret(_ name: SecretName, in scopes: [SecretScope], tenant: String) -> SecretRow? { nil }
    func secrets(tenant: String, scope: SecretScope?) -> [SecretSummary] { [] }
    func secret(_ id: SecretID, tenant: String) -> SecretSummary? { nil }
    func write(_ row: SecretRow, replacing version: Int?) -> SecretWrite { .outdated }
    func remove(_ name: SecretName, scope: SecretScope, tenant: String) -> Bool { false }
    func noteUse(of id: SecretID, at now: Timestamp) {}
    func secrets(sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int) -> [SecretRow] { [] }
    func secretCount(sealedOtherThanBy keyID: String) -> Int { 0 }
    func sealings() -> [SecretSealing] { [] }
    func reseal(_ row: SecretRow, with sealed: SealedSecret) -> Bool { false }
}
