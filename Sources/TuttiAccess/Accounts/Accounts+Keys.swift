package import TuttiCore
import TuttiRuntime

extension Accounts {
    /// Makes an API key, which is told once and never again.
    ///
    /// - Parameters:
    ///   - scopes: permissions that it is held to, with wildcards; `nil` for all of its owner's.
    ///   - project: the one project that it is for.
    ///   - limits: what its calls of models are held to.
    ///   - lifetime: `nil` for one that does not expire.
    /// - Throws: ``AccountError`` `bad_input`, `too_many_keys`, `accounts_unusable`.
    package func makeKey(
        named name: String, for user: UserID, scopes: Set<String>?, project: String?, limits: KeyLimits? = nil,
        lifetime: Duration?,
        by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> (key: APIKey, text: SecretText) {
        guard APIKey.nameLengths.contains(name.unicodeScalars.count), CleanText.line(name, bytesMax: .max) == name
        else {
            throw .bad("/name", "length", "the name of a key has 1 to \(APIKey.nameLengths.upperBound) characters")
        }
        if let unknown = scopes?.sorted().first(where: { PermissionPattern(text: $0).problem != nil }) {
            throw .bad("/scopes", "permission", PermissionPattern(text: unknown).problem ?? "")
        }
        try limits?.check()
        let limits = limits.flatMap { $0.isEmpty ? nil : $0 }
        let now = clock.now()
        let token = random.draw { OpaqueToken(.apiKey, using: &$0) }
        let key = APIKey(
            id: random.draw { APIKeyID(at: now, using: &$0) }, tenant: tenant, name: name, hint: token.hint,
            hash: token.hash, user: user, project: project, scopes: scopes, limits: limits, created: now,
            expires: lifetime.map { now + $0 })
        var details = ["name": name, "user": user.text]
        details["scopes"] = scopes?.sorted().joined(separator: " ")
        details["project"] = project
        details["limits"] = limits?.sentence
        try await store.add(key, telling: keyDraft(.keyCreated, key.id, by: actor, from: visit, details))
        return (key, token.text)
    }

    /// Puts other limits in the place of those that a key has, at once.
    ///
    /// - Parameters:
    ///   - limits: all of them; `nil` for none.
    ///   - user: only a key of this person; `nil` for anybody's.
    /// - Returns: the key as it is now; `nil` when there is none.
    /// - Throws: ``AccountError`` `bad_input`, `accounts_unusable`.
    package func limit(
        _ key: APIKeyID, to limits: KeyLimits?, of user: UserID?, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> APIKey? {
        try limits?.check()
        let limits = limits.flatMap { $0.isEmpty ? nil : $0 }
        let changed = try await store.limit(
            key, to: limits, of: user, tenant: tenant,
            telling: keyDraft(.keyLimited, key, by: actor, from: visit, ["limits": limits?.sentence ?? "none"]))
        if changed != nil { gate.forget(key) }
        return changed
    }

    /// Ends an API key at once.
    ///
    /// - Parameter user: only a key of this person; `nil` for anybody's.
    /// - Returns: whether it was there.
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func revoke(
        _ key: APIKeyID, of user: UserID?, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> Bool {
        let wasThere = try await store.remove(
            key, of: user, tenant: tenant, telling: keyDraft(.keyRevoked, key, by: actor, from: visit, [:]))
        if wasThere { gate.forget(key) }
        return wasThere
    }

    private func keyDraft(
        _ action: AuditAction, _ key: APIKeyID, by actor: AuditActor, from visit: Visit, _ details: [String: String]
    ) -> AuditDraft {
        AuditDraft(
            time: clock.now(), tenant: tenant, actor: actor, action: action,
            target: AuditTarget(kind: "key", id: key.text), request: visit.request, details: details)
    }
}
