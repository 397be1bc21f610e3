import Synchronization
package import TuttiCore
package import TuttiRuntime

/// Secrets that are sealed here and stored in a table. No opened value is kept: to open one costs microseconds.
package final class SealedSecretStore: SecretStore {
    private let table: any SecretTable
    private let ring: Mutex<SecretKeyRing>
    /// Reads the keys again, for those that another process has added; `nil` where they cannot change.
    private let reread: (@Sendable () throws(SecretError) -> SecretKeyRing)?
    private let time: any Timekeeper
    private let identifiers: LockedGenerator
    private let random: SecretRandom

    /// - Parameters:
    ///   - reread: reads the key file again; asked before something is sealed, and when a key is missing.
    ///   - identifiers: draws the ids of secrets.
    ///   - random: draws nonces.
    package init(
        table: any SecretTable, ring: SecretKeyRing,
        reread: (@Sendable () throws(SecretError) -> SecretKeyRing)? = nil,
        time: any Timekeeper = SystemTimekeeper(), identifiers: LockedGenerator = LockedGenerator(),
        random: SecretRandom = .system
    ) {
        self.table = table
        self.ring = Mutex(ring)
        self.reread = reread
        self.time = time
        self.identifiers = identifiers
        self.random = random
    }

    /// The keys as they were seen last.
    package var keys: SecretKeyRing { ring.withLock { $0 } }

    private func freshKeys() throws(SecretError) -> SecretKeyRing {
        guard let reread else { return keys }
        let fresh = try reread()
        ring.withLock { $0 = fresh }
        return fresh
    }

    // MARK: Putting

    package func put(
        _ value: SecretText, name: SecretName, scope: SecretScope, tenant: String, label: String, provider: String?,
        by: String?, at now: Timestamp
    ) async throws(SecretError) -> SecretSummary {
        try SecretLimits.check(value, scope: scope, tenant: tenant, label: label, provider: provider)
        let ring = try freshKeys()
        try ring.check(opening: try await table.sealings())
        for _ in 0..<SecretLimits.attemptsMax {
            let present = try await table.secret(name, in: [scope], tenant: tenant)?.summary
            let summary = SecretSummary(
                id: present?.id ?? freshID(at: now), name: name, scope: scope, label: label, provider: provider,
                hint: SecretLimits.hint(of: value), keyID: ring.newestID, created: present?.created ?? now,
                updated: now, createdBy: by, version: (present?.version ?? 0) + 1, lastUsed: present?.lastUsed)
            let row = SecretRow(
                tenant: tenant, summary: summary, sealed: try seal(value, for: summary, tenant: tenant, ring))
            switch try await table.write(row, replacing: present?.version) {
            case .written: return summary
            case .outdated: continue
            case .full:
                throw SecretError(
                    .full,
                    "there are \(SecretLimits.secretsPerScopeMax) secrets of this \(scope.level.rawValue) or "
                        + "\(SecretLimits.secretsPerTenantMax) of the tenant already; remove some of them")
            }
        }
        throw SecretError(
            .conflict, "others change the secret \(name) at the same time; nothing was changed, try again")
    }

    private func freshID(at now: Timestamp) -> SecretID {
        identifiers.draw { random in SecretID(at: now, using: &random) }
    }

    private func seal(
        _ value: SecretText, for summary: SecretSummary, tenant: String, _ ring: SecretKeyRing
    ) throws(SecretError) -> SealedSecret {
        var plain = Array(value.revealed.utf8)
        defer { plain.wipe() }
        return try ring.seal(plain, context: Self.context(of: summary, tenant: tenant), random: random)
    }

    private static func context(of summary: SecretSummary, tenant: String) -> String {
        SecretContext(tenant: tenant, scope: summary.scope, name: summary.name, version: summary.version).text
    }

    // MARK: Getting

    package func value(
        of reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws(SecretError) -> SecretText? {
        let scopes = SecretScope.candidates(for: reference, project: project, person: person)
        guard let row = try await table.secret(reference.name, in: scopes, tenant: tenant) else { return nil }
        let value = try open(row)
        await noteUse(of: row.summary)
        return value
    }

    private func open(_ row: SecretRow) throws(SecretError) -> SecretText {
        var ring = keys
        if reread != nil, !ring.ids.contains(row.sealed.keyID) { ring = try freshKeys() }
        var plain = try ring.open(row.sealed, context: Self.context(of: row.summary, tenant: row.tenant))
        defer { plain.wipe() }
        return SecretText(String(decoding: plain, as: UTF8.self))
    }

    /// That it cannot be noted is no reason not to give the secret.
    private func noteUse(of summary: SecretSummary) async {
        let now = time.now()
        if let last = summary.lastUsed, now - last < SecretLimits.useNotedEvery, last <= now { return }
        try? await table.noteUse(of: summary.id, at: now)
    }

    package func summaries(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary] {
        try await table.secrets(tenant: tenant, scope: scope)
    }

    package func summary(of id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary? {
        try await table.secret(id, tenant: tenant)
    }

    package func remove(
        _ name: SecretName, scope: SecretScope, tenant: String
    ) async throws(SecretError) -> Bool {
        try await table.remove(name, scope: scope, tenant: tenant)
    }

    // MARK: Rotating

    package func rotate(
        to newRing: SecretKeyRing, after cursor: SecretID?
    ) async throws(SecretError) -> SecretRotation {
        ring.withLock { $0 = newRing }
        let rows = try await table.secrets(
            sealedOtherThanBy: newRing.newestID, after: cursor, limit: SecretLimits.rotationStep)
        var step = SecretRotation()
        for row in rows {
            let context = Self.context(of: row.summary, tenant: row.tenant)
            guard var plain = try? newRing.open(row.sealed, context: context) else {
                step.unreadable += 1
                if step.unreadableNames.count < SecretRotation.namesMax {
                    step.unreadableNames.append(row.summary.place)
                }
                continue
            }
            defer { plain.wipe() }
            let sealed = try newRing.seal(plain, context: context, random: random)
            if try await table.reseal(row, with: sealed) { step.resealed += 1 }
        }
        step.left = try await table.secretCount(sealedOtherThanBy: newRing.newestID)
        if rows.count == SecretLimits.rotationStep { step.next = rows.last?.summary.id }
        return step
    }
}
