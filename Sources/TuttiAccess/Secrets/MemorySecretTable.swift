import Synchronization
package import TuttiCore

/// Sealed secrets and preferences in memory, for tests and for homes that keep nothing.
package final class MemorySecretTable: SecretTable, AgentPreferenceTable {
    private struct State {
        var rows: [SecretID: SecretRow] = [:]
        var preferences: [PreferenceKey: AgentPreference] = [:]
    }

    private struct PreferenceKey: Hashable {
        var tenant: String
        var person: String
        var role: String
    }

    private let state = Mutex(State())

    package init() {}

    package func secret(_ name: SecretName, in scopes: [SecretScope], tenant: String) -> SecretRow? {
        state.withLock { state in
            let named = state.rows.values.filter { $0.tenant == tenant && $0.summary.name == name }
            return scopes.lazy.compactMap { scope in named.first { $0.summary.scope == scope } }.first
        }
    }

    package func secrets(tenant: String, scope: SecretScope?) -> [SecretSummary] {
        state.withLock { state in
            state.rows.values.filter { $0.tenant == tenant && (scope == nil || $0.summary.scope == scope) }
                .map(\.summary).sorted { Self.place(of: $0).lexicographicallyPrecedes(Self.place(of: $1)) }
        }
    }

    private static func place(of summary: SecretSummary) -> [String] {
        [summary.scope.level.rawValue, summary.scope.owner, summary.name.text]
    }

    package func secret(_ id: SecretID, tenant: String) -> SecretSummary? {
        state.withLock { state in state.rows[id].flatMap { $0.tenant == tenant ? $0.summary : nil } }
    }

    package func write(_ row: SecretRow, replacing version: Int?) -> SecretWrite {
        state.withLock { state in
            if let version {
                guard let present = state.rows[row.summary.id], present.summary.version == version,
                    present.tenant == row.tenant
                else { return .outdated }
            } else {
                let ofTenant = state.rows.values.filter { $0.tenant == row.tenant }
                let ofScope = ofTenant.filter { $0.summary.scope == row.summary.scope }
                if ofScope.contains(where: { $0.summary.name == row.summary.name }) { return .outdated }
                guard ofTenant.count < SecretLimits.secretsPerTenantMax,
                    ofScope.count < SecretLimits.secretsPerScopeMax
                else { return .full }
            }
            state.rows[row.summary.id] = row
            return .written
        }
    }

    package func remove(_ name: SecretName, scope: SecretScope, tenant: String) -> Bool {
        state.withLock { state in
            let found = state.rows.values.first {
                $0.tenant == tenant && $0.summary.scope == scope && $0.summary.name == name
            }
            guard let id = found?.summary.id else { return false }
            state.rows[id] = nil
            for (key, preference) in state.preferences where key.tenant == tenant && preference.keyID == id {
                state.preferences[key]?.keyID = nil
            }
            return true
        }
    }

    package func noteUse(of id: SecretID, at now: Timestamp) {
        state.withLock { state in state.rows[id]?.summary.lastUsed = now }
    }

    package func secrets(sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int) -> [SecretRow] {
        state.withLock { state in
            let rows = state.rows.values.filter { row in
                row.summary.keyID != keyID && id.map { $0 < row.summary.id } ?? true
            }
            return Array(rows.sorted { $0.summary.id < $1.summary.id }.prefix(limit))
        }
    }

    package func secretCount(sealedOtherThanBy keyID: String) -> Int {
        state.withLock { state in state.rows.values.count { $0.summary.keyID != keyID } }
    }

    package func sealings() -> [SecretSealing] {
        state.withLock { state in
            Dictionary(grouping: state.rows.values.map(\.summary)) { $0.keyID }.sorted { $0.key < $1.key }.map {
                SecretSealing(keyID: $0, count: $1.count, example: $1.map(\.name.text).min() ?? "")
            }
        }
    }

    package func reseal(_ row: SecretRow, with sealed: SealedSecret) -> Bool {
        state.withLock { state in
            guard let present = state.rows[row.summary.id], present.summary.version == row.summary.version,
                present.summary.keyID == row.summary.keyID
            else { return false }
            state.rows[row.summary.id]?.sealed = sealed
            state.rows[row.summary.id]?.summary.keyID = sealed.keyID
            return true
        }
    }

    // MARK: Preferences

    package func preferences(tenant: String, person: String) -> [AgentPreference] {
        state.withLock { state in
            state.preferences.filter { $0.key.tenant == tenant && $0.key.person == person }
                .map(\.value).sorted { $0.agentRole < $1.agentRole }
        }
    }

    package func write(_ preference: AgentPreference, tenant: String, person: String) -> SecretWrite {
        state.withLock { state in
            let key = PreferenceKey(tenant: tenant, person: person, role: preference.agentRole)
            var kept = preference
            if let present = state.preferences[key] {
                kept.created = present.created
            } else {
                let count = state.preferences.keys.count { $0.tenant == tenant && $0.person == person }
                guard count < SecretLimits.preferencesMax else { return .full }
            }
            state.preferences[key] = kept
            return .written
        }
    }

    package func removePreference(agentRole: String, tenant: String, person: String) -> Bool {
        state.withLock { state in
            state.preferences.removeValue(forKey: PreferenceKey(tenant: tenant, person: person, role: agentRole)) != nil
        }
    }
}
