package import TuttiAccess
package import TuttiCore
import TuttiStore
import TuttiStoreSQLite

extension SQLiteAccessStore: SecretTable {
    private func secrets<Output>(
        _ body: (SecretTables) throws(StoreError) -> Output
    ) throws(SecretError) -> Output {
        do throws(StoreError) {
            return try using { connection throws(StoreError) in try body(SecretTables(connection: connection)) }
        } catch {
            throw SecretError(.unusable, error.message, isRetryable: error.isTransient)
        }
    }

    package func secret(
        _ name: SecretName, in scopes: [SecretScope], tenant: String
    ) throws(SecretError) -> SecretRow? {
        try secrets { tables throws(StoreError) in try tables.secret(name, in: scopes, tenant: tenant) }
    }

    package func secrets(tenant: String, scope: SecretScope?) throws(SecretError) -> [SecretSummary] {
        try secrets { tables throws(StoreError) in try tables.secrets(tenant: tenant, scope: scope) }
    }

    package func secret(_ id: SecretID, tenant: String) throws(SecretError) -> SecretSummary? {
        try secrets { tables throws(StoreError) in try tables.secret(id, tenant: tenant) }
    }

    package func write(_ row: SecretRow, replacing version: Int?) throws(SecretError) -> SecretWrite {
        try secrets { tables throws(StoreError) in try tables.write(row, replacing: version) }
    }

    package func remove(_ name: SecretName, scope: SecretScope, tenant: String) throws(SecretError) -> Bool {
        try secrets { tables throws(StoreError) in try tables.remove(name, scope: scope, tenant: tenant) }
    }

    package func noteUse(of id: SecretID, at now: Timestamp) throws(SecretError) {
        try secrets { tables throws(StoreError) in try tables.noteUse(of: id, at: now) }
    }

    package func secrets(
        sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int
    ) throws(SecretError) -> [SecretRow] {
        try secrets { tables throws(StoreError) in
            try tables.secrets(sealedOtherThanBy: keyID, after: id, limit: limit)
        }
    }

    package func secretCount(sealedOtherThanBy keyID: String) throws(SecretError) -> Int {
        try secrets { tables throws(StoreError) in try tables.secretCount(sealedOtherThanBy: keyID) }
    }

    package func sealings() throws(SecretError) -> [SecretSealing] {
        try secrets { tables throws(StoreError) in try tables.sealings() }
    }

    package func reseal(_ row: SecretRow, with sealed: SealedSecret) throws(SecretError) -> Bool {
        try secrets { tables throws(StoreError) in try tables.reseal(row, with: sealed) }
    }
}

extension SQLiteAccessStore: AgentPreferenceTable {
    private func choices<Output>(
        _ body: (AgentPreferenceTables) throws(StoreError) -> Output
    ) throws(SecretError) -> Output {
        do throws(StoreError) {
            return try using { connection throws(StoreError) in
                try body(AgentPreferenceTables(connection: connection))
            }
        } catch {
            throw SecretError(.unusable, error.message, isRetryable: error.isTransient)
        }
    }

    package func preferences(tenant: String, person: String) throws(SecretError) -> [AgentPreference] {
        try choices { tables throws(StoreError) in try tables.preferences(tenant: tenant, person: person) }
    }

    package func write(
        _ preference: AgentPreference, tenant: String, person: String
    ) throws(SecretError) -> SecretWrite {
        try choices { tables throws(StoreError) in try tables.write(preference, tenant: tenant, person: person) }
    }

    package func removePreference(
        agentRole: String, tenant: String, person: String
    ) throws(SecretError) -> Bool {
        try choices { tables throws(StoreError) in
            try tables.remove(agentRole: agentRole, tenant: tenant, person: person)
        }
    }
}
