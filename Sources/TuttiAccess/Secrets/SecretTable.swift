package import TuttiCore

/// A secret as it is stored: sealed.
package struct SecretRow: Sendable, Hashable {
    package var tenant: String
    package var summary: SecretSummary
    package var sealed: SealedSecret

    package init(tenant: String, summary: SecretSummary, sealed: SealedSecret) {
        self.tenant = tenant
        self.summary = summary
        self.sealed = sealed
    }
}

/// How a change of a ``SecretTable`` has ended.
package enum SecretWrite: Sendable, Hashable {
    case written
    /// The secret has another version by now, or another id; nothing was changed.
    case outdated
    /// There is no room for one more; nothing was changed.
    case full
}

/// What one key has sealed.
package struct SecretSealing: Sendable, Hashable {
    /// The id of the key; empty for what is damaged.
    package var keyID: String
    /// How much it is.
    package var count: Int
    /// One of it, for people.
    package var example: String

    package init(keyID: String, count: Int, example: String) {
        self.keyID = keyID
        self.count = count
        self.example = example
    }
}

/// Where sealed secrets are stored; each call happens as a whole or not at all.
package protocol SecretTable: Sendable {
    /// The first that is found of these scopes.
    func secret(
        _ name: SecretName, in scopes: [SecretScope], tenant: String
    ) async throws(SecretError) -> SecretRow?

    /// By level, owner and name.
    func secrets(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary]

    func secret(_ id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary?

    /// Stores a row in place of the one of the same id and of `version`; without a version, where nothing of its name
    /// and scope is.
    func write(_ row: SecretRow, replacing version: Int?) async throws(SecretError) -> SecretWrite

    /// Removes a secret, and takes it out of the preferences that name it.
    ///
    /// - Returns: whether it was there.
    func remove(_ name: SecretName, scope: SecretScope, tenant: String) async throws(SecretError) -> Bool

    /// Notes when a secret was used.
    func noteUse(of id: SecretID, at now: Timestamp) async throws(SecretError)

    /// Rows of all tenants that are sealed with another key, in the order of their ids.
    func secrets(
        sealedOtherThanBy keyID: String, after id: SecretID?, limit: Int
    ) async throws(SecretError) -> [SecretRow]

    /// How many there are of them.
    func secretCount(sealedOtherThanBy keyID: String) async throws(SecretError) -> Int

    /// Which keys everything is sealed with, of all tenants, by the ids of the keys.
    func sealings() async throws(SecretError) -> [SecretSealing]

    /// Puts another seal on the same value.
    ///
    /// - Returns: whether the row still has this seal's version and key; if not, nothing was changed.
    func reseal(_ row: SecretRow, with sealed: SealedSecret) async throws(SecretError) -> Bool
}
