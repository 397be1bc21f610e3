import Synchronization
import Tutti
import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiModels
import TuttiProviders

/// Models that are asked with the key of whose run asks: the person's, else the project's, else the organisation's,
/// else that of the server's settings. Which key it is is decided at each call, and no run ever holds one.
struct KeyedModels: ModelSource {
    /// Stands for whoever's key it will be: what a provider calls a model does not depend on it.
    fileprivate static let somebodys = SecretText("somebody's")

    private let models: ChangeableModels
    private let directory: ModelDirectory
    private let keys: StoredProviderKeys

    init(_ models: ChangeableModels, _ directory: ModelDirectory, keys: StoredProviderKeys) {
        self.models = models
        self.directory = directory
        self.keys = keys
    }

    /// - Throws: as the source, unless somebody has stored a key for a provider that the settings have none for.
    func model(named name: String) throws -> Model {
        guard !keys.isEmpty, let secret = SecretName(name.prefix { $0 != "/" }), keys.contains(secret) else {
            return try models.model(named: name)
        }
        let usual = Result { try models.model(named: name) }
        let keyed = KeyedProvider(
            usual: usual.map(\.provider), name: name, secret: secret, directory: directory, keys: keys)
        var model =
            if let usual = try? usual.get() { usual } else {
                models.priced(name, keyed, model: try directory.resolve(name, key: Self.somebodys).model)
            }
        model.provider = keyed
        model.keyHolder = { [keys] in
            keys.scope(of: secret, for: RunAccount.current).map { "\($0.level.rawValue) \($0.owner)" }
        }
        return model
    }
}

/// A provider whose key is looked up at each call.
private struct KeyedProvider: ModelProvider {
    let usual: Result<any ModelProvider, any Error>
    let name: String
    let secret: SecretName
    let directory: ModelDirectory
    let keys: StoredProviderKeys

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        try await provider().answer(request, tell: tell)
    }

    /// Who is asked now, with the key that counts for whoever asks.
    private func provider() async throws -> any ModelProvider {
        guard let key = try await keys.key(secret, for: RunAccount.current) else { return try usual.get() }
        return try directory.resolve(name, key: key).provider
    }
}

extension KeyedProvider: RelayingProvider, EmbeddingProvider {
    /// Which dialect a provider speaks does not depend on the key.
    var relayDialect: RelayDialect? {
        let provider = (try? usual.get()) ?? (try? directory.resolve(name, key: KeyedModels.somebodys).provider)
        return (provider as? any RelayingProvider)?.relayDialect
    }

    func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        guard let provider = try await provider() as? any RelayingProvider else {
            throw ModelError(.badRequest, .never, "\(name) takes no requests as they are")
        }
        return try await provider.relay(call, tell: tell)
    }

    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse {
        guard let provider = try await provider() as? any EmbeddingProvider else {
            throw ModelError.withoutEmbeddings(String(name.prefix { $0 != "/" }))
        }
        return try await provider.embed(request)
    }
}

/// Which providers somebody has stored a key for. The keys themselves stay where they are kept.
final class StoredProviderKeys: Sendable {
    private let store: any SecretStore
    private let tenant: String
    private let scopes = Mutex<[SecretName: Set<SecretScope>]>([:])

    init(_ store: any SecretStore, tenant: String) {
        self.store = store
        self.tenant = tenant
    }

    var isEmpty: Bool { scopes.withLock { $0.isEmpty } }

    func contains(_ name: SecretName) -> Bool { scopes.withLock { $0[name] != nil } }

    /// Whose key the work of somebody is done with; `nil` when there is none.
    func scope(of name: SecretName, for account: RunAccount) -> SecretScope? {
        let scopes = scopes.withLock { $0[name] ?? [] }
        return SecretScope.candidates(for: SecretReference(name), project: account.project, person: account.person)
            .first { scopes.contains($0) }
    }

    /// The key for the work of somebody; `nil` when there is none.
    ///
    /// - Throws: `SecretError`.
    func key(_ name: SecretName, for account: RunAccount) async throws -> SecretText? {
        try await store.secret(
            SecretReference(name), tenant: tenant, project: account.project, person: account.person)
    }

    /// Looks anew which there are. What cannot be looked up stays as it was.
    ///
    /// - Throws: `SecretError`.
    func refresh() async throws {
        let found = try await store.summaries(tenant: tenant, scope: nil)
        var stored: [SecretName: Set<SecretScope>] = [:]
        for summary in found where summary.provider != nil { stored[summary.name, default: []].insert(summary.scope) }
        scopes.withLock { [stored] in $0 = stored }
    }
}
