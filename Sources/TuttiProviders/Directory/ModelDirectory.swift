import Synchronization
package import TuttiCore
import TuttiHTTPClient
public import TuttiModels
package import TuttiRuntime

/// Finds models by their full names, such as `openai/NAME`, `openrouter/VENDOR/NAME`, `ollama/NAME` or, for a cassette,
/// `script/PATH`.
///
/// It holds the connections of all providers, which are closed when nobody holds it or a provider of it any more.
///
/// ```swift
/// let directory = ModelDirectory(ProviderSettings(environment: ProcessInfo.processInfo.environment))
/// try directory.register("mine", MyProvider())
/// let (provider, model) = try directory.resolve("mine/anything")
/// ```
public final class ModelDirectory: Sendable {
    /// Where providers are and the keys for them.
    public let settings: ProviderSettings

    private struct State {
        var own: [String: any ModelProvider] = [:]
        var scripts: [String: Script] = [:]
        /// Providers of the settings that have been asked for; there are no more than names of them.
        var known: [String: any ModelProvider] = [:]
    }

    private let clients = ProviderClients()
    private let authorizations = KeptAuthorizations()
    private let clock: any Timekeeper
    private let state = Mutex(State())

    static let scriptName = "script"
    /// Cassettes that are kept open at one time.
    static let scriptsMax = 64
    /// Providers that can be put in.
    static let ownMax = 256

    /// A directory of the known providers and of those that the settings name.
    public convenience init(_ settings: ProviderSettings = ProviderSettings()) {
        self.init(settings, clock: SystemTimekeeper())
    }

    package init(_ settings: ProviderSettings, clock: any Timekeeper) {
        self.settings = settings
        self.clock = clock
    }

    /// Puts in a provider of one's own; a known one of this name is replaced.
    ///
    /// - Throws: ``ModelDirectoryError`` `bad_provider_name`.
    public func register(_ name: String, _ provider: any ModelProvider) throws(ModelDirectoryError) {
        guard ModelReference.isProvider(name), name != Self.scriptName else {
            throw ModelDirectoryError(
                .providerName,
                "'\(name.prefix(80))' cannot be the name of a provider: it has 1 to 32 lower-case letters, digits, '_' "
                    + "and '-', a letter first, and 'script' is for cassettes")
        }
        let isFull = state.withLock { state in
            guard state.own[name] != nil || state.own.count < Self.ownMax else { return true }
            state.own[name] = provider
            return false
        }
        if isFull {
            throw ModelDirectoryError(
                .providerName,
                "there are \(Self.ownMax) providers already; replace one of them, or use another directory")
        }
    }

    /// The provider of a model and the model's name there.
    ///
    /// Nothing is asked over the network; only a cassette is read.
    ///
    /// - Parameter name: `PROVIDER/NAME`; for a cassette `script/PATH`, or `script/PATH#MODEL` when it holds calls of
    ///   several models.
    /// - Throws: ``ModelDirectoryError`` that says which rule the name breaks, and the way out.
    public func resolve(
        _ name: String
    ) throws(ModelDirectoryError) -> (provider: any ModelProvider, model: String) {
        let (provider, model) = try parts(of: name)
        if provider == Self.scriptName { return try script(model) }
        if let ready = state.withLock({ $0.own[provider] ?? $0.known[provider] }) { return (ready, model) }
        let made = try self.provider(provider)
        state.withLock { $0.known[provider] = made }
        return (made, model)
    }

    /// As ``resolve(_:)``, with a key in place of that of the settings. What was put in has its own, and so has a
    /// cassette.
    package func resolve(
        _ name: String, key: SecretText
    ) throws(ModelDirectoryError) -> (provider: any ModelProvider, model: String) {
        let (provider, model) = try parts(of: name)
        if provider == Self.scriptName || state.withLock({ $0.own[provider] != nil }) { return try resolve(name) }
        return (try self.provider(provider, key: key), model)
    }

    /// The names of all providers that a model's name can begin with, in the order of the alphabet.
    public var names: [String] {
        let own = state.withLock { Array($0.own.keys) }
        return Set(KnownProvider.all.map(\.name) + own + Array(settings.servers.keys) + [Self.scriptName]).sorted()
    }

    /// The names of the providers that were put in.
    package var ownNames: [String] { state.withLock { $0.own.keys.sorted() } }

    /// A cassette that is open already.
    func knownScript(_ path: String) -> Script? { state.withLock { $0.scripts[path] } }

    /// Keeps a cassette open; of two that were opened at the same time the first.
    func keep(_ script: Script, _ path: String) throws(ModelDirectoryError) -> Script {
        let kept = state.withLock { state -> Script? in
            if let known = state.scripts[path] { return known }
            guard state.scripts.count < Self.scriptsMax else { return nil }
            state.scripts[path] = script
            return script
        }
        guard let kept else {
            throw ModelDirectoryError(
                .cassette, "\(Self.scriptsMax) cassettes are open already; put their calls into fewer")
        }
        return kept
    }
}

extension ModelDirectory {
    /// The known or configured provider of a name.
    ///
    /// - Parameters:
    ///   - timeouts: in place of those of the settings.
    ///   - key: in place of that of the settings.
    func provider(
        _ name: String, timeouts: ModelTimeouts? = nil, key: SecretText? = nil
    ) throws(ModelDirectoryError) -> HTTPModelProvider {
        var server = settings.servers[name]
        if let key {
            server = server ?? ProviderSettings.Server()
            server?.key = key
        }
        guard let known = KnownProvider.named(name) ?? (server == nil ? nil : KnownProvider.own(name)) else {
            throw unknown(name)
        }
        let connection = try known.connect(
            ProviderSetup(
                name: name, server: server ?? ProviderSettings.Server(), cloud: settings.cloud,
                calls: clients.credentialCalls, clock: clock, kept: authorizations))
        guard !connection.address.isEmpty else {
            throw ModelDirectoryError(
                .providerURL, "the provider '\(name)' has no address; set providers.\(name).url")
        }
        let base = try base(connection.address, of: known)
        // What listens on this machine in a service's place may need none.
        guard known.isLocal || base.isLoopback || server?.key != nil || connection.authorization != nil else {
            throw missingKey(known)
        }
        return HTTPModelProvider(
            try dialect(of: known, connection.dialect, server), at: base, authorization: connection.authorization,
            client: clients.client(for: base), timeouts: timeouts ?? settings.timeouts, limits: settings.limits,
            clock: clock)
    }

    private func base(_ address: String, of provider: KnownProvider) throws(ModelDirectoryError) -> BaseURL {
        do throws(BaseURLProblem) {
            return try BaseURL(address, defaultPath: provider.path)
        } catch {
            let variables = (["providers.\(provider.name).url"] + provider.addressVariables).joined(separator: " or ")
            throw ModelDirectoryError(
                .providerURL, "the URL of the provider '\(provider.name)' \(error.reason); correct \(variables)")
        }
    }

    private func unknown(_ name: String) -> ModelDirectoryError {
        let near = NearestName.find(name, among: names).map { "did you mean '\($0)'?" }
        return ModelDirectoryError(
            .unknownProvider,
            "there is no provider '\(name.prefix(80))'; \(near.map { $0 + " " } ?? "")There are "
                + "\(names.joined(separator: ", ")); a server of your own is set up by providers.NAME.url, and models "
                + "of other vendors are had through openrouter/VENDOR/NAME")
    }

    private func missingKey(_ provider: KnownProvider) -> ModelDirectoryError {
        let variables = provider.keyVariables.joined(separator: " or ")
        let local = KnownProvider.all.filter(\.isLocal).map { "\($0.name)/MODEL" }.joined(separator: ", ")
        return ModelDirectoryError(
            .missingKey,
            "\(provider.title) needs a key: set \(variables), or providers.\(provider.name).key; without any key a "
                + "server on this machine can answer (\(local)), or a cassette (script/PATH)")
    }
}
