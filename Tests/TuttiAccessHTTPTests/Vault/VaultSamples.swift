import Testing
import TuttiAccess
import TuttiAccessHTTP
import TuttiCore
import TuttiHTTPClient

let noon = Timestamp(milliseconds: 1_700_000_000_000)

/// What a call fails with.
func secretFailure(_ body: () async throws -> some Any) async -> SecretError? {
    do {
        _ = try await body()
    } catch let error as SecretError {
        return error
    } catch {
        Issue.record("another error: \(error)")
    }
    return nil
}

func name(_ text: String) throws -> SecretName { try #require(SecretName(text)) }

/// A fake, a store that speaks to it, and the client between them, for one test.
func withVault<Output>(
    _ authentication: VaultSettings.Authentication? = nil, namespace: String? = nil, timeout: Duration = .seconds(60),
    _ body: (FakeVault, VaultSecretStore) async throws -> Output
) async throws -> Output {
    let vault = FakeVault()
    let settings = try VaultSettings(
        address: vault.address, namespace: namespace,
        authentication: authentication
            ?? .appRole(roleID: "role", secretID: SecretText("planted-secret-id"), mount: "approle"),
        timeout: timeout)
    let client = HTTPClient()
    let store = VaultSecretStore(settings, client: client, time: vault.clock)
    do {
        let output = try await body(vault, store)
        await client.shutDown()
        return output
    } catch {
        await client.shutDown()
        throw error
    }
}

extension SecretStore {
    func put(
        _ value: String, _ name: String, _ scope: SecretScope = .tenant, tenant: String = "acme"
    ) async throws -> SecretSummary {
        try await put(
            SecretText(value), name: try TuttiAccessHTTPTests.name(name), scope: scope, tenant: tenant, by: "usr_a",
            at: noon)
    }

    func read(_ text: String, tenant: String = "acme", person: String? = "ann") async throws -> String? {
        try await value(
            of: try #require(SecretReference(text)), tenant: tenant, project: "p1", person: person)?.revealed
    }
}
