package import TuttiCore

/// Keeps secrets: gives them to who may have them, and shows nobody more than ``SecretSummary``.
package protocol SecretStore: SecretResolver {
    /// Keeps a secret, in place of the one of the same name and scope if there is one.
    ///
    /// - Parameter by: the account that does it; `nil` for the machine's user.
    /// - Throws: `.badInput`, `.full` and `.conflict`, after which nothing has changed; `.unusable`, after which the
    ///   old or the new secret is there, and the same call may be made again.
    func put(
        _ value: SecretText, name: SecretName, scope: SecretScope, tenant: String, label: String, provider: String?,
        by: String?, at now: Timestamp
    ) async throws(SecretError) -> SecretSummary

    /// The secret that a reference means for who runs; `nil` when there is none.
    ///
    /// - Throws: `.cannotBeOpened`, `.unusable`, `.refused`.
    func value(
        of reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws(SecretError) -> SecretText?

    /// What is kept in one scope, or in the whole tenant, by level, owner and name.
    func summaries(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary]

    /// One of them; `nil` when the tenant has none of this name.
    func summary(of id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary?

    /// - Returns: whether it was there.
    func remove(_ name: SecretName, scope: SecretScope, tenant: String) async throws(SecretError) -> Bool

    /// Seals a bounded number of secrets of all tenants with the newest key of `ring`, which is used from now on. Cut
    /// off anywhere, it is begun again from the start and loses nothing.
    ///
    /// - Parameter cursor: ``SecretRotation/next`` of the step before; `nil` for the first.
    /// - Throws: `.unusable`.
    func rotate(to ring: SecretKeyRing, after cursor: SecretID?) async throws(SecretError) -> SecretRotation
}

/// What one step of a rotation has done.
package struct SecretRotation: Sendable, Hashable {
    /// Sealed with the newest key in this step.
    package var resealed: Int
    /// Met in this step, and not to be opened with any key of the ring: they stay as they are.
    package var unreadable: Int
    /// The first of them: `tenant/openai`, with the key that each was sealed with.
    package var unreadableNames: [String]
    /// Secrets that are still sealed with an older key. When it is 0, and every process has the newest key, the others
    /// may be dropped.
    package var left: Int
    /// Where the next step begins; `nil` when there is none.
    package var next: SecretID?

    /// How many names are told.
    package static let namesMax = 20

    package init(
        resealed: Int = 0, unreadable: Int = 0, unreadableNames: [String] = [], left: Int = 0, next: SecretID? = nil
    ) {
        self.resealed = resealed
        self.unreadable = unreadable
        self.unreadableNames = unreadableNames
        self.left = left
        self.next = next
    }
}

extension SecretStore {
    /// The same for a secret that is of no provider.
    package func put(
        _ value: SecretText, name: SecretName, scope: SecretScope, tenant: String, label: String = "", by: String?,
        at now: Timestamp
    ) async throws(SecretError) -> SecretSummary {
        try await put(value, name: name, scope: scope, tenant: tenant, label: label, provider: nil, by: by, at: now)
    }

    /// Removes a secret by its id.
    ///
    /// - Returns: whether it was there.
    package func remove(_ id: SecretID, tenant: String) async throws(SecretError) -> Bool {
        guard let summary = try await summary(of: id, tenant: tenant) else { return false }
        return try await remove(summary.name, scope: summary.scope, tenant: tenant)
    }

    /// Takes every step of a rotation.
    ///
    /// - Returns: the sums, and how many are left at the end.
    package func rotate(to ring: SecretKeyRing) async throws(SecretError) -> SecretRotation {
        var total = try await rotate(to: ring, after: nil)
        while let next = total.next {
            let step = try await rotate(to: ring, after: next)
            total = SecretRotation(
                resealed: total.resealed + step.resealed, unreadable: total.unreadable + step.unreadable,
                unreadableNames: Array(
                    (total.unreadableNames + step.unreadableNames).prefix(SecretRotation.namesMax)),
                left: step.left, next: step.next)
        }
        return total
    }

    package func secret(
        _ reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws -> SecretText? {
        try await value(of: reference, tenant: tenant, project: project, person: person)
    }
}
