import TuttiAccess
import TuttiCore

/// Secrets that tell when one was stored or removed.
struct WatchedSecrets: SecretStore {
    let store: any SecretStore
    let changed: @Sendable () async -> Void

    func put(
        _ value: SecretText, name: SecretName, scope: SecretScope, tenant: String, label: String, provider: String?,
        by: String?, at now: Timestamp
    ) async throws(SecretError) -> SecretSummary {
        let summary = try await store.put(
            value, name: name, scope: scope, tenant: tenant, label: label, provider: provider, by: by, at: now)
        await changed()
        return summary
    }

    func value(
        of reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws(SecretError) -> SecretText? {
        try await store.value(of: reference, tenant: tenant, project: project, person: person)
    }

    func summaries(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary] {
        try await store.summaries(tenant: tenant, scope: scope)
    }

    func summary(of id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary? {
        try await store.summary(of: id, tenant: tenant)
    }

    func remove(_ name: SecretName, scope: SecretScope, tenant: String) async throws(SecretError) -> Bool {
        let wasThere = try await store.remove(name, scope: scope, tenant: tenant)
        if wasThere { await changed() }
        return wasThere
    }

    func rotate(to ring: SecretKeyRing, after cursor: SecretID?) async throws(SecretError) -> SecretRotation {
        try await store.rotate(to: ring, after: cursor)
    }
}
