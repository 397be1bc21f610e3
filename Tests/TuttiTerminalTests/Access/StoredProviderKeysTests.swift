import Testing
import TuttiAccess
import TuttiCore
import TuttiRuntime
import TuttiStore

@testable import TuttiComposition

/// Whose stored key a provider is asked with.
struct StoredProviderKeysTests {
    @Test func theNarrowestKeyCounts() async throws {
        let store = SealedSecretStore(table: MemorySecretTable(), ring: try .fresh())
        let keys = StoredProviderKeys(store, tenant: "default")
        let name = try #require(SecretName("openai"))
        let ada = RunAccount(person: "usr_a", project: "prj_x")
        for (scope, provider) in [
            (SecretScope.tenant, "openai"), (.project("prj_x"), "openai"), (.person("usr_a"), "openai"),
            (.person("usr_b"), nil),
        ] {
            _ = try await store.put(
                SecretText("a key"), name: name, scope: scope, tenant: "default", label: "", provider: provider,
                by: nil, at: Timestamp(milliseconds: 0))
        }
        #expect(keys.isEmpty && keys.scope(of: name, for: ada) == nil)
        try await keys.refresh()
        #expect(keys.scope(of: name, for: ada) == .person("usr_a"))
        #expect(keys.scope(of: name, for: RunAccount(person: "usr_b", project: "prj_x")) == .project("prj_x"))
        #expect(keys.scope(of: name, for: RunAccount(person: "usr_b")) == .tenant)
        #expect(keys.scope(of: try #require(SecretName("other")), for: ada) == nil)
    }
}
