import TuttiAccess
import TuttiAccessHTTP
import TuttiAccessSQLite
import TuttiConfiguration
import TuttiCore
import TuttiHTTPClient
import TuttiObservability
import TuttiRuntime
import TuttiServer
import TuttiTerminal

/// Who may do what at a server, as the configuration says it.
struct ServerIdentity: Sendable {
    let home: HomeAccess
    let access: ServerAccess
    let providerKeys: StoredProviderKeys
    private let clock: any Timekeeper
    private let log: Log

    /// - Throws: ``InputError`` for settings that do not fit; `SecretError` for keys that cannot be used.
    init(
        _ configuration: Configuration, _ context: CommandContext, at place: ListenAddress, log: Log,
        clock: any Timekeeper, providers: [String]
    ) throws {
        self.clock = clock
        self.log = log
        let client = HTTPClient()
        let foreign = try ConfiguredIssuers(configuration, client: client, clock: clock)
        home = try HomeAccess.open(configuration, environment: context.environment, clock: clock, foreign: foreign)
        let keys = StoredProviderKeys(home.secrets, tenant: HomeAccess.tenant)
        providerKeys = keys
        let secrets = WatchedSecrets(store: home.secrets) { try? await keys.refresh() }
        let policy = try PolicySource(configuration)
        let network = try Self.network(configuration, at: place)
        var access = ServerAccess(
            accounts: home.accounts,
            decider: ObservedDecider(policy.decider, observer: LoggedDecisions(log: log)), rules: policy.rules,
            log: home.store, secrets: secrets, preferences: home.preferences, limiter: WindowLimiter(),
            registration: RegistrationRules(
                needsSetupCode: !network.isMachineOnly, isOpen: configuration[ConfigurationKeys.openRegistration]),
            tickets: TicketBox(random: LockedGenerator()))
        access.looking = policy.decider
        access.network = network
        access.providers = providers
        access.limits = try Self.limits(configuration)
        access.environment = configuration[ConfigurationKeys.serverEnvironment].rawValue
        access.settings = configuration.lines.map {
            ServerSetting(name: $0.key.name, value: $0.text, source: "\($0.source)", summary: $0.key.documentation)
        }
        access.openID = try ConfiguredLogins.logins(
            configuration, client: client, clock: clock, isMachineOnly: network.isMachineOnly)
        self.access = access
    }

    private static func network(_ configuration: Configuration, at place: ListenAddress) throws -> ServerNetwork {
        var network = ServerNetwork()
        let proxies = configuration.value(of: ConfigurationKeys.serverProxies) ?? []
        do throws(TrustedProxies.Invalid) {
            network.proxies = try TrustedProxies(proxies)
        } catch {
            throw InputError("server.trusted_proxies: \(error)")
        }
        network.fields = configuration[ConfigurationKeys.serverForwarded] == .forwarded ? .forwarded : .xForwarded
        network.isMachineOnly = place.isLocal && network.proxies.isEmpty
        network.publicURL = configuration.value(of: ConfigurationKeys.serverPublicURL)
        return network
    }

    private static func limits(_ configuration: Configuration) throws(InputError) -> RequestLimits {
        func limit(_ name: String, _ key: ConfigurationKey<Int>) -> RateLimit? {
            let quota = configuration[key]
            return quota == 0 ? nil : RateLimit(name: name, quota: quota, window: .seconds(60))
        }
        var limits = RequestLimits()
        limits.address = limit("address", ConfigurationKeys.limitAddress)
        limits.person = limit("person", ConfigurationKeys.limitPerson)
        limits.key = limit("key", ConfigurationKeys.limitKey)
        limits.login = limit("login", ConfigurationKeys.limitLogin)
        for (name, quota) in try numbers(ConfigurationKeys.limitOperations, configuration) {
            limits.operations[name] = RateLimit(name: name, quota: quota, window: .seconds(60))
        }
        limits.weights = try numbers(ConfigurationKeys.limitWeights, configuration)
        return limits
    }

    /// Reads `OPERATION=NUMBER`, as often as there are.
    private static func numbers(
        _ key: ConfigurationKey<[String]>, _ configuration: Configuration
    ) throws(InputError) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for text in configuration.value(of: key) ?? [] {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let number = Int(parts[1]), (1...1_000_000).contains(number) else {
                throw InputError(
                    "\(key.definition.name): '\(text.prefix(80))' is none; write OPERATION=NUMBER, from 1 to 1000000")
            }
            guard RequestLimits.isOperation(parts[0]) else {
                let near = RequestLimits.operation(near: parts[0]).map { "; did you mean '\($0)'?" } ?? ""
                throw InputError(
                    "\(key.definition.name): there is no operation '\(parts[0].prefix(80))'\(near); /openapi.json has "
                        + "them as operationId")
            }
            numbers[parts[0]] = number
        }
        return numbers
    }

    /// Whether nobody has to log in at the moment.
    var isOpenToMachine: Bool { access.network.isMachineOnly && !home.accounts.areKnownToExist }

    // MARK: What goes on beside the server

    /// Reads the keys of tokens, and makes the setup code where the first account needs one.
    ///
    /// - Returns: the code, to be told where only who runs the server sees it.
    /// - Throws: `AccountError`.
    func begin() async throws -> SecretText? {
        try await home.accounts.load()
        do {
            try await providerKeys.refresh()
        } catch {
            // Looked up again as soon as the server runs.
            log.error("the stored keys of providers cannot be looked up", ["error": .string("\(error)")])
        }
        await tellStart()
        let hasUsers = try await home.accounts.hasUsers()
        guard access.registration.needsSetupCode, !hasUsers else { return nil }
        return try await home.accounts.makeSetupCode().code
    }

    /// Writes down that the server begins, and whether passwords go over a network as they are.
    private func tellStart() async {
        let isSecure = access.network.isMachineOnly || !access.network.proxies.isEmpty
        let draft = AuditDraft(
            time: clock.now(), tenant: HomeAccess.tenant, actor: .program,
            action: isSecure ? .serverStarted : .serverInsecure)
        do throws(AuditError) {
            _ = try await home.store.append([draft])
        } catch {
            log.error("the start cannot be written into the audit log", ["error": .string(error.message)])
        }
    }

    /// How often it is looked for what other processes have changed.
    private static let looksEvery: Duration = .seconds(1)
    private static let tidiesEvery = 60

    /// Takes up what other processes change, writes down when sessions were used, and removes what has expired, until
    /// the task is cancelled.
    func run() async {
        let local = isOpenToMachine ? tellEndOfLocalMode() : nil
        defer { if let local { home.accounts.localMode.forget(local) } }
        await withDiscardingTaskGroup { group in
            if let vault = home.secrets as? VaultSecretStore { group.addTask { await vault.keepAlive() } }
            await takeUpChanges()
            group.cancelAll()
        }
    }

    /// - Returns: what forgets about it.
    private func tellEndOfLocalMode() -> Int? {
        home.accounts.localMode.whenStale { [log] in
            log.notice("Somebody has an account now: everybody has to log in from here on")
        }
    }

    private func takeUpChanges() async {
        // What has changed since the server began to read is not known: the first round takes it up.
        var seen: Int64?
        var rounds = 0
        while (try? await clock.sleep(for: Self.looksEvery)) != nil {
            seen = await takeUpChanges(since: seen)
            rounds += 1
            guard rounds % Self.tidiesEvery == 0 else { continue }
            await home.accounts.gate.writeUses()
            await home.accounts.clearExpired()
            if home.accounts.signingKeys.isDue { try? await home.accounts.load() }
        }
    }

    /// - Returns: what has been taken up; what could not be is tried again in the next round.
    private func takeUpChanges(since seen: Int64?) async -> Int64? {
        do {
            let found = try await home.store.accountsChanged()
            guard found != seen else { return seen }
            try await home.accounts.load()
            try await providerKeys.refresh()
            return found
        } catch {
            log.error("changes of accounts cannot be taken up", ["error": .string("\(error)")])
            return seen
        }
    }

    func end() async {
        await home.accounts.gate.writeUses()
        await home.close()
    }
}

/// Writes decisions into the log: what was refused for people to see, all else for who looks closer.
private struct LoggedDecisions: DecisionObserver {
    let log: Log

    func decided(_ question: PolicyQuestion, _ decision: PolicyDecision) {
        let fields: LogMetadata = [
            "permission": .string(question.permission.text), "user.id": .string(question.principal.id ?? ""),
            "effect": .string(decision.effect.description), "rule": .string(decision.rule),
        ]
        if decision.reach == nil { log.notice("a request was refused", fields) } else { log.debug("decided", fields) }
    }
}
