package import TuttiAccess
package import TuttiCore
import TuttiHTTP
package import TuttiHTTPClient
package import TuttiRuntime

/// Secrets in a HashiCorp Vault (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2), which seals them, and
/// decides by its policies who sees them. No value is kept here.
package final class VaultSecretStore: SecretStore {
    private let transport: VaultTransport
    private let login: VaultLogin
    private let time: any Timekeeper
    private let paths: VaultPath
    private let settings: VaultSettings

    /// Secrets that one list shows; each of them is a call.
    package static let listedMax = 1000
    /// How long ``keepAlive()`` waits where there is no end to the token.
    static let idlePause = Duration.seconds(60)

    package init(
        _ settings: VaultSettings, client: HTTPClient, time: any Timekeeper = SystemTimekeeper()
    ) {
        self.settings = settings
        self.time = time
        transport = VaultTransport(settings: settings, client: client)
        login = VaultLogin(transport: transport, time: time)
        paths = VaultPath(prefix: settings.prefix)
    }

    /// Renews the token in times in which nobody uses it; returns when the task is cancelled.
    package func keepAlive() async {
        while !Task.isCancelled {
            _ = try? await login.token()
            let wait = await login.timeLeft() ?? Self.idlePause
            do { try await time.sleep(for: max(VaultToken.pauseMin, wait)) } catch { return }
        }
    }

    // MARK: Calls

    /// Makes a call with the token, and once more with another when it is refused.
    private func call(
        _ method: HTTPMethod, _ path: String, body: JSONValue? = nil, for what: String
    ) async throws(SecretError) -> VaultAnswer {
        let token = try await login.token()
        let answer = try await transport.call(method, path, token: token, body: body)
        guard answer.status == 403 else { return answer }
        guard let other = try await login.token(insteadOf: token) else { throw transport.refusal(what) }
        let second = try await transport.call(method, path, token: other, body: body)
        guard second.status != 403 else { throw transport.refusal(what) }
        return second
    }

    /// - Returns: the entry, and the number that a new version has to come after.
    private func read(_ path: String) async throws(SecretError) -> (entry: VaultEntry?, version: Int) {
        let answer = try await call(.get, "\(settings.mount)/data/\(path)", for: "to read a secret")
        // The newest version may have been deleted: then there is no entry, and a number all the same.
        if answer.status == 404 { return (nil, VaultEntry.version(answer.body)) }
        guard answer.isSuccess else { throw VaultTransport.failure(answer.status) }
        guard let entry = VaultEntry(answer.body) else {
            throw SecretError(
                .unusable,
                "an entry in Vault has no text named 'value'; write one, or check that \(settings.mount) is "
                    + "an engine of keys and values of version 2", isRetryable: false)
        }
        return (entry, entry.version)
    }

    /// The names in a folder; those of folders end with a slash.
    private func list(_ folder: String) async throws(SecretError) -> [String] {
        let answer = try await call(
            .get, "\(settings.mount)/metadata/\(folder)?list=true", for: "to list secrets")
        if answer.status == 404 { return [] }
        guard answer.isSuccess, case .array(let keys)? = answer.body["data"]?["keys"] else {
            throw VaultTransport.failure(answer.status)
        }
        return keys.compactMap(\.stringValue)
    }

    // MARK: One secret

    package func value(
        of reference: SecretReference, tenant: String, project: String?, person: String?
    ) async throws(SecretError) -> SecretText? {
        for scope in SecretScope.candidates(for: reference, project: project, person: person) {
            let found = try await read(paths.secret(reference.name, scope, tenant: tenant))
            if let entry = found.entry { return entry.value }
        }
        return nil
    }

    package func put(
        _ value: SecretText, name: SecretName, scope: SecretScope, tenant: String, label: String, provider: String?,
        by: String?, at now: Timestamp
    ) async throws(SecretError) -> SecretSummary {
        try SecretLimits.check(value, scope: scope, tenant: tenant, label: label, provider: provider)
        let path = paths.secret(name, scope, tenant: tenant)
        for _ in 0..<SecretLimits.attemptsMax {
            let present = try await read(path)
            if present.version == 0 { try await checkRoom(scope, tenant: tenant) }
            var entry = VaultEntry(
                value: value, label: label, provider: provider, created: present.entry?.created ?? now, updated: now,
                createdBy: by, version: present.version)
            let answer = try await call(
                .post, "\(settings.mount)/data/\(path)",
                body: .object([
                    "data": entry.data, "options": .object(["cas": .int(Int64(present.version))]),
                ]), for: "to write a secret")
            if answer.isSuccess {
                entry.version = Int(answer.body["data"]?["version"]?.intValue ?? Int64(present.version + 1))
                return entry.summary(name, scope, tenant: tenant)
            }
            // Vault answers 400 when the number is not that of the newest version: somebody was faster.
            guard answer.status == 400 else { throw VaultTransport.failure(answer.status) }
        }
        throw SecretError(
            .conflict, "Vault does not take the secret \(name): others change it at the same time; try again")
    }

    private func checkRoom(_ scope: SecretScope, tenant: String) async throws(SecretError) {
        let names = try await list(paths.folder(scope, tenant: tenant))
        guard names.count < SecretLimits.secretsPerScopeMax else {
            throw SecretError(
                .full,
                "there are \(SecretLimits.secretsPerScopeMax) secrets of this \(scope.level.rawValue) already; "
                    + "remove some of them")
        }
    }

    package func remove(
        _ name: SecretName, scope: SecretScope, tenant: String
    ) async throws(SecretError) -> Bool {
        let path = "\(settings.mount)/metadata/\(paths.secret(name, scope, tenant: tenant))"
        let known = try await call(.get, path, for: "to look for a secret")
        if known.status == 404 { return false }
        guard known.isSuccess else { throw VaultTransport.failure(known.status) }
        // All versions: a value that is only marked as deleted could be brought back.
        let answer = try await call(.delete, path, for: "to remove a secret")
        guard answer.isSuccess || answer.status == 404 else { throw VaultTransport.failure(answer.status) }
        return true
    }

    // MARK: Lists

    package func summaries(tenant: String, scope: SecretScope?) async throws(SecretError) -> [SecretSummary] {
        var summaries: [SecretSummary] = []
        for (name, scope) in try await places(tenant: tenant, scope: scope) {
            let found = try await read(paths.secret(name, scope, tenant: tenant))
            if let entry = found.entry { summaries.append(entry.summary(name, scope, tenant: tenant)) }
        }
        return summaries
    }

    package func summary(of id: SecretID, tenant: String) async throws(SecretError) -> SecretSummary? {
        let places = try await places(tenant: tenant, scope: nil)
        guard let (name, scope) = places.first(where: { VaultPath.id(of: $0.name, $0.scope, tenant: tenant) == id })
        else { return nil }
        return try await read(paths.secret(name, scope, tenant: tenant)).entry?.summary(name, scope, tenant: tenant)
    }

    /// Every secret by level, owner and name; what others have put there under names that are none of ours is left out.
    private func places(
        tenant: String, scope: SecretScope?
    ) async throws(SecretError) -> [(name: SecretName, scope: SecretScope)] {
        var scopes = scope.map { [$0] } ?? []
        if scope == nil {
            for level in [SecretReference.Level.person, .project] {
                let owners = try await list(paths.folder(level, tenant: tenant))
                    .filter { $0.hasSuffix("/") }.compactMap { VaultPath.decode(String($0.dropLast())) }.sorted()
                scopes += owners.map { SecretScope(level: level, owner: $0) }
            }
            scopes.append(.tenant)
        }
        var places: [(name: SecretName, scope: SecretScope)] = []
        for scope in scopes {
            let names = try await list(paths.folder(scope, tenant: tenant)).compactMap { SecretName($0) }.sorted()
            places += names.map { ($0, scope) }
            guard places.count <= Self.listedMax else {
                throw SecretError(
                    .full,
                    "there are more than \(Self.listedMax) secrets below \(settings.prefix) in Vault; list them "
                        + "scope by scope")
            }
        }
        return places
    }

    /// Vault seals by itself, and rotates its keys by itself: there is never anything left to do.
    package func rotate(
        to ring: SecretKeyRing, after cursor: SecretID?
    ) async throws(SecretError) -> SecretRotation { SecretRotation() }
}
