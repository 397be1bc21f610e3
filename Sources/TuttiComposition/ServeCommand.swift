import FoundationEssentials
import Glibc
import Tutti
import TuttiAccess
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiGatewaySQLite
import TuttiHTTPServer
import TuttiObservability
import TuttiReadings
import TuttiRouting
import TuttiRuntime
import TuttiServer
import TuttiServerSQLite
import TuttiStoreSQLite
package import TuttiTerminal

/// `tutti serve`
package enum ServeCommand: CommandHandler {
    package static let command = Commands.serve

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        var context = context
        if let file = arguments[ServeFlags.configurationFile] { context.environment["TUTTI_CONFIG"] = file }
        let configuration = try context.configuration(for: arguments)
        let place = try ListenAddress(configuration[ConfigurationKeys.serverListen])
        try NetworkPlace(place, configuration, arguments).check(telling: context)
        let assets = try assets(arguments)
        if arguments[ServeFlags.check] { return try await check(place, configuration, arguments, context) }
        OpenFileLimit.raise()  // before the calls of models, which are as many as files may be open
        let clock = SystemTimekeeper()
        let observed = try ServerTelemetry(configuration, context, clock: clock)
        observed.telemetry.metrics.collect(StoreFileReadings(home: configuration.home.value).read)
        let directory = context.models(configuration)
        let priced = ChangeableModels(PricedModels(directory, prices: try context.prices(configuration)))
        let identity = try ServerIdentity(
            configuration, context, at: place, log: observed.telemetry.log, clock: clock, providers: directory.keyed)
        let models = ObservedModels(
            KeyedModels(priced, directory, keys: identity.providerKeys), metrics: observed.telemetry.metrics,
            tracer: observed.telemetry.tracer, clock: clock)
        let routes = ServerRoutes(context: context, directory: directory)
        let router = ModelRouter(try routes.planner(configuration), clock: clock)
        let deployments = KeyedDeployments(models, directory, identity.home.secrets)
        let routed = RoutedModels(models, router: router, deployments: deployments, clock: clock)
        let home = configuration.home.value
        let agents = try context.agents(configuration, routed)
        let known = KnownWorkflows.teams(home: home, environment: context.environment, models: routed, agents: agents)
        // Before the engine: it would take up runs that belong to the server which is there already.
        let lock = try lock(home)
        defer { lock.release() }
        // Before the engine, which goes on with runs at once: they are asked with the keys of whose they are.
        if let code = try await identity.begin() { try context.tell(Self.invitation(code.revealed)) }
        let (store, calls) = (SQLiteServerStore(home: home), SQLiteCallLedger(home: home))
        let options = try await options(configuration, observed.telemetry, store)
        let tutti = try await Tutti.open(home: home, workflows: context.workflows + known, options: options)
        let answers = SQLiteAnswers(home: home)
        async let exporting: Void = observed.tracing.run()
        let ending: Result<Void, any Error>
        do {
            for notice in tutti.notices { try context.tell("note: \(notice)") }
            let catalogue = ModelCatalogue(
                directory, localServers: context.localServers,
                usual: configuration.value(of: ConfigurationKeys.modelsDefault), clock: clock)
            let (facts, settings) = (facts(home, context, at: clock.now()), settings(place, configuration))
            let reload = ConfigurationReload(
                context: context, arguments: arguments, directory: directory, models: priced, routes: routes,
                router: router, log: observed.telemetry.log, origins: settings.origins, policy: identity.access.rules)
            let gateway = GatewayParts(router: router, deployments: deployments, ledger: calls, shelf: answers)
            let application = ServerApplication(
                engine: tutti.engine, store: store, models: routed, catalogue: catalogue, gateway: gateway,
                agents: ServerAgents(agents, usual: configuration.value(of: ConfigurationKeys.modelsDefault)),
                assets: assets, facts: facts, telemetry: observed.telemetry, access: identity.access,
                discard: { HomeFolder(path: home).removeFiles(of: $0) }, settings: settings)
            try await serve(application, tutti, identity, reload)
            // Attempts that are at work, such as calls of models that are paid for, get their results.
            await tutti.engine.drain(atMost: Self.stepGrace)
            ending = .success(())
        } catch {
            ending = .failure(error)
        }
        await identity.end()
        await store.close()
        await calls.close()
        await answers.close()
        await tutti.close()
        observed.tracing.stop()
        await exporting
        await observed.end()
        try ending.get()
        return .reached
    }

    private static func invitation(_ code: String) -> String {
        "Make the first account, the owner's, with this setup code: \(code)"
    }

    private static func facts(_ home: String, _ context: CommandContext, at time: Timestamp) -> ServerFacts {
        ServerFacts(
            version: Release.version, home: home, owner: context.environment["USER"] ?? "owner", process: getpid(),
            started: time)
    }

    /// What the engine goes by, from its first moment on.
    private static func options(
        _ configuration: Configuration, _ telemetry: Telemetry, _ store: SQLiteServerStore
    ) async throws -> EngineOptions {
        var options = EngineOptions()
        options.queues = [ServerApplication.queue]
        options.quotas = AccountQuotas(configuration)
        options.projectLimits = ProjectLimits(try await store.projectLimits(tenant: options.tenant))
        options.observer = EngineTelemetry(metrics: telemetry.metrics, tracer: telemetry.tracer)
        return options
    }

    private static func lock(_ home: String) throws -> ServerLock {
        try HomeFolder(path: home).make()
        guard let lock = try ServerLock(home: home) else {
            let place = ServerNote.find(in: home).map { " at \($0.address)" } ?? ""
            throw CommandFailure("another server serves the home \(home)\(place); use it, or name another --home")
        }
        return lock
    }

    /// How long steps may go on when the server is asked to end.
    private static let stepGrace: Duration = .seconds(10)

    private static func settings(
        _ place: ListenAddress, _ configuration: Configuration
    ) -> ServerApplication.Settings {
        var settings = ServerApplication.Settings()
        (settings.address, settings.port) = (place.address, place.port)
        settings.origins = AllowedOrigins(Set(configuration.value(of: ConfigurationKeys.serverOrigins) ?? []))
        settings.grace = configuration[ConfigurationKeys.serverGrace]
        return settings
    }

    private static func assets(_ arguments: Arguments) throws -> WebAssets {
        guard let folder = arguments[ServeFlags.webFolder] else { return .embedded }
        do throws(WebAssetsError) {
            return try WebAssets(folder: folder)
        } catch {
            throw InputError("--web-dir \(error)")
        }
    }

    // MARK: Serving

    /// Serves until a signal: the first lets what is in hand come to its end, the second ends at once.
    private static func serve(
        _ application: ServerApplication, _ tutti: Tutti, _ identity: ServerIdentity, _ reload: ConfigurationReload
    ) async throws {
        let home = tutti.home
        let (arguments, context) = (reload.arguments, reload.context)
        let manager = ServiceNotifier(environment: context.environment)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var count = 0
                for await signal in Signals.stream(Signals.ending) {
                    // Of a terminal that is closed it means the end; a service is asked so to read its configuration.
                    if signal == SIGHUP, isatty(STDIN_FILENO) == 0 {
                        reload.perform()
                        continue
                    }
                    count += 1
                    if count > 1 { _exit(ExitCode.interrupted.rawValue) }
                    manager?.stopping(status: "what is in hand comes to its end")
                    try? context.tell("ending: what is in hand comes to its end; a second signal ends at once")
                    Task { await application.shutDown() }
                }
            }
            group.addTask { await identity.run() }
            defer { group.cancelAll() }
            try await application.run { address in
                let note = ServerNote(address: address, process: getpid(), started: application.facts.started)
                do {
                    try note.leave(in: home)
                } catch {
                    try? context.tell("note: other commands will not find this server: \(error)")
                }
                try? announce(address, home, identity, isJSON: arguments[Flags.json], context)
                reload.log.notice("The server listens", ["server.address": .string(address)])
                manager?.ready(status: "at \(address)")
                ProgramCode.letGo()
            }
            ServerNote(
                address: application.facts.address, process: getpid(), started: application.facts.started
            ).remove(from: home)
        }
    }

    private static func announce(
        _ address: String, _ home: String, _ identity: ServerIdentity, isJSON: Bool, _ context: CommandContext
    ) throws {
        if isJSON {
            return try context.show(json: ["address": .string(address), "home": .string(home)])
        }
        try context.tell("Tutti is at \(address)")
        let who =
            identity.isOpenToMachine
            ? "Only this machine reaches it, and nobody has to log in." : "Everybody has to log in."
        try context.tell("\(who) The home is \(home). Ctrl-C ends it.")
    }

    // MARK: Checking

    private static func check(
        _ place: ListenAddress, _ configuration: Configuration, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> ExitCode {
        let home = configuration.home.value
        let observed = try ServerTelemetry(configuration, context, clock: SystemTimekeeper())
        await observed.end()
        _ = try ServerRoutes(context: context, directory: context.models(configuration)).planner(configuration)
        let identity = try ServerIdentity(
            configuration, context, at: place, log: observed.telemetry.log, clock: SystemTimekeeper(),
            providers: context.models(configuration).keyed)
        try await identity.home.accounts.load()
        await identity.end()
        let tutti = try await Tutti.open(home: home)
        let tenant = tutti.engine.tenant
        await tutti.close()
        let store = SQLiteServerStore(home: home)
        _ = try await store.projects(behind: nil, status: nil, of: RunAccount(), tenant: tenant, limit: 1)
        await store.close()
        // The server that is to be restarted may hold the address.
        if ServerNote.find(in: home)?.address != "http://\(place.address):\(place.port)" { try await bind(place) }
        if arguments[Flags.json] {
            try context.show(json: ["ok": true, "listen": .string("\(place.address):\(place.port)")])
        } else {
            try context.tell("All is well: the configuration, the home \(configuration.home.value), and the address.")
        }
        return .reached
    }

    /// - Throws: `HTTPServerStartError` when the address cannot be had.
    private static func bind(_ place: ListenAddress) async throws {
        let server = HTTPServer(
            configuration: HTTPServerConfiguration(address: place.address, port: place.port), handler: NobodyIsHome())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await server.addresses()
            await server.shutDownGracefully(within: .zero)
            try await group.waitForAll()
        }
    }
}

/// Answers nothing: only its port is of interest.
private struct NobodyIsHome: RequestHandler {
    func respond(to request: ServerRequest) async throws -> ServerResponse { ServerResponse(status: 503) }
}

extension ServerAgents {
    /// The agents of a home.
    fileprivate init(_ agents: HomeAgents, usual: String?) {
        self.init(
            folder: agents.folder, tools: agents.workflow.tools, workspaces: agents.workspaces,
            sandbox: agents.sandbox, usual: usual)
    }
}
