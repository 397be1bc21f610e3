import TuttiAccess
package import TuttiAgents
package import TuttiCore
package import TuttiEngine
import TuttiHTTP
package import TuttiHTTPServer
import TuttiRouting
package import TuttiRuntime

/// The whole server over one engine: what it answers, and what has to go on beside it.
///
/// ```swift
/// let application = ServerApplication(engine: tutti.engine, models: models, …)
/// try await application.run()
/// ```
package final class ServerApplication: Sendable {
    /// What is chosen when a server is started.
    package struct Settings: Sendable {
        package var address = "127.0.0.1"
        package var port = 8001
        /// The queue of runs that are started here.
        package var queue = ServerApplication.queue
        /// Origins of other pages that may use the API.
        package var origins = AllowedOrigins()
        /// What is in hand when the server is to end may go on for so long.
        package var grace: Duration = .seconds(30)
        package var limits = HTTPServerLimits()
        package var loops: Int?

        package init() {}
    }

    /// The queue of runs that are started over the API: whoever serves it takes them up after a crash.
    package static let queue = "default"

    package let router: Router
    package let server: HTTPServer
    package let facts: ServerFacts
    private let settings: Settings
    private let hub: LiveHub
    private let topics = TopicHub()
    private let store: any ServerStore
    private let clock: any Timekeeper
    let guardian: LocalGuard
    private let access: ServerAccess
    private let spending: CallSpending
    private let orders: RouteOrders
    private let cache: AnswerCache

    /// - Parameters:
    ///   - engine: serves the queue of the settings.
    ///   - store: keeps what belongs to the server itself.
    ///   - models: where the models of roundtables are found.
    ///   - gateway: what clients of models are answered by.
    ///   - agents: who can be asked to work; those of the home, without tools, unless it is told.
    ///   - assets: the files of the dashboard.
    ///   - access: who may do what.
    ///   - discard: removes what lies of a deleted run beside the journal; `false` when something is left.
    package init(
        engine: Engine, store: any ServerStore, models: any ModelSource, catalogue: ModelCatalogue,
        gateway: GatewayParts, agents: ServerAgents? = nil, assets: WebAssets, facts: ServerFacts,
        telemetry: Telemetry, access: ServerAccess,
        discard: @escaping @Sendable (RunID) -> Bool, settings: Settings = Settings(),
        clock: any Timekeeper = SystemTimekeeper(),
        random: any RandomNumberGenerator & Sendable = BufferedRandomNumberGenerator()
    ) {
        self.settings = settings
        self.facts = facts
        self.store = store
        self.clock = clock
        hub = LiveHub(engine: engine)
        guardian = LocalGuard(allowing: settings.origins, owner: facts.owner)
        self.access = access
        let reads = RunReads(engine: engine, clock: clock, access: access)
        let roundtables = RoundtableRoutes(reads: reads, models: models, home: facts.home, queue: settings.queue)
        let agents = agents ?? ServerAgents(folder: AgentFolder(home: facts.home))
        let agentRoutes = AgentRoutes(
            agents: agents, reads: reads, queue: settings.queue, version: facts.version, counts: AgentCounts())
        let running = RunningServer()
        let readiness = Self.readiness(engine, access, facts, running, catalogue, agents, clock)
        var routes = RunRoutes.all(reads)
        let actions = RunActionRoutes(reads: reads, queue: settings.queue)
        let removal = RunRemoval(reads: reads, discard: discard)
        routes += actions.all + [removal.route]
        routes += ApprovalRoutes(reads: reads).all
        let tables = RoundtableReadRoutes(reads: reads)
        routes += tables.all + roundtables.all
        let sessions = RefinementSessions(reads: reads, roundtables: tables)
        routes += RefinementRoutes(sessions: sessions, roundtables: roundtables, actions: actions).all
        routes += SessionRoutes(sessions: sessions, removal: removal).all + [RefinementSocket(sessions: sessions).route]
        routes += CatalogueRoutes(engine: engine, roundtables: roundtables, models: catalogue).all
        routes += agentRoutes.all + RunFilesRoutes(reads: reads, workspaces: agents.workspaces).all
        routes += StreamRoutes(reads: reads, hub: hub).all
        routes.append(LiveRoute(reads: reads, hub: hub, counts: RunCounts(engine: engine)).route)
        let (names, tenant) = (LockedGenerator(random), engine.tenant)
        spending = CallSpending(engine)
        let projects = ProjectRoutes(
            store: store, engine: engine, spending: spending, access: access, clock: clock, random: names)
        routes += projects.all + UploadRoutes().all
        routes += TopicRoutes(store: store, hub: topics, tenant: tenant, clock: clock).all
        let operations = OperationsRoutes(
            readiness: readiness, facts: facts, clock: clock, isLocal: { try await access.isLocal() })
        routes += operations.all
        routes.append(MetricsRoute(metrics: telemetry.metrics).route)
        cache = AnswerCache(gateway.shelf, telemetry, clock: clock)
        routes += Self.gateway(
            models, gateway, cache, roundtables, agentRoutes, catalogue, access, spending, telemetry, names, clock)
        orders = RouteOrders(router: gateway.router, store: store, access: access, tenant: tenant, clock: clock)
        routes += orders.all
        routes += Self.identity(access, spending, guardian, projects, version: facts.version, clock)
        MetricsRoute.collect(into: telemetry.metrics, from: engine, running, version: facts.version)
        routes.append(OpenAPIDocument(routes, version: facts.version).route)
        let dashboard = DashboardRoutes(assets: assets)
        routes += dashboard.all
        let middleware: [any Middleware] = [
            RequestTelemetry(telemetry, clock: clock), AnswerHeaders(log: telemetry.log),
            DialectFailures(log: telemetry.log), CrossOrigin(origins: settings.origins),
            AccessControl(access, guardian: guardian, origins: settings.origins, log: telemetry.log, clock: clock),
            Idempotency(store: store, tenant: tenant, clock: clock),
            PageFallback(page: dashboard.page),
        ]
        router = Router(routes, middleware: middleware) { names.draw { RequestName.make(using: &$0) } }
        server = HTTPServer(
            configuration: HTTPServerConfiguration(
                address: settings.address, port: settings.port, loops: settings.loops, limits: settings.limits),
            handler: router, clock: clock)
        running.serve(server)
    }

    /// What the server depends on.
    private static func readiness(
        _ engine: Engine, _ access: ServerAccess, _ facts: ServerFacts, _ running: RunningServer,
        _ catalogue: ModelCatalogue, _ agents: ServerAgents, _ clock: any Timekeeper
    ) -> Readiness {
        let probes: [Readiness.Probe] = [
            .journal(engine), .accounts(access), .disk(facts.home), .loops { running.statistics },
            .providers(catalogue),
        ]
        return Readiness(probes + (agents.sandbox.map { [.sandbox($0)] } ?? []), clock: clock)
    }

    /// What clients of models are answered by.
    private static func gateway(
        _ models: any ModelSource, _ parts: GatewayParts, _ cache: AnswerCache, _ roundtables: RoundtableRoutes,
        _ agents: AgentRoutes, _ catalogue: ModelCatalogue, _ access: ServerAccess, _ spending: CallSpending,
        _ telemetry: Telemetry,
        _ names: LockedGenerator, _ clock: any Timekeeper
    ) -> [Route] {
        let engine = roundtables.reads.engine
        let allowance = CallAllowance(engine: engine, spending: spending, limiter: access.limiter, clock: clock)
        let runs = RunModelDesk(roundtables, agents, usual: catalogue.usual, access: access, clock: clock)
        let guards = GuardDesk(parts.router, telemetry, clock: clock)
        return GatewayModels(
            models, parts, runs: runs, allowance: allowance, cache: cache, guards: guards, log: telemetry.log,
            clock: clock
        ).routes(catalogue, tenant: engine.tenant, random: names)
    }

    /// Who may do what: becoming known, people, keys, secrets, the audit log.
    private static func identity(
        _ access: ServerAccess, _ spending: CallSpending, _ guardian: LocalGuard, _ projects: ProjectRoutes,
        version: String, _ clock: any Timekeeper
    ) -> [Route] {
        let port = { @Sendable in guardian.portServed }
        var routes: [Route] = AuthRoutes(access: access, port: port, clock: clock).all
        routes += LoginRoutes(access: access, port: port, clock: clock).all
        routes += KeyRoutes(access: access, projects: projects, spending: spending).all
        routes += UserRoutes(access: access).all + PolicyRoutes(access: access).all
        routes += SecretRoutes(access: access, projects: projects, clock: clock).all
        routes += ProviderKeyRoutes(access: access, clock: clock).all
        routes += SettingsRoutes(access: access, spending: spending, clock: clock).all
        routes += AuditRoutes(access: access, version: version, clock: clock).all
        return routes
    }

    /// Serves until ``shutDown()`` or until the task is cancelled.
    ///
    /// - Parameter onReady: called when the port is bound, with the address.
    /// - Throws: `HTTPServerStartError` when it cannot listen; ``ServerStoreError`` when what it keeps cannot be read.
    package func run(onReady: @escaping @Sendable (String) async -> Void = { _ in }) async throws {
        try await orders.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.hub.run() }
            group.addTask { await self.clearExpired() }
            group.addTask { await self.spending.run() }
            group.addTask {
                // A port that cannot be had is told by the server itself.
                guard let bound = try? await self.server.addresses().first else { return }
                self.guardian.serve(on: bound.port)
                let address = "http://\(bound)"
                self.facts.serve(at: address)
                await onReady(address)
            }
            defer { group.cancelAll() }
            try await server.run()
            hub.end()
            topics.end()
        }
        await spending.close()
    }

    /// Stops taking requests, lets what is in hand come to its end within the grace, and tells streams to come back.
    package func shutDown() async {
        hub.ending.reach(())
        await server.shutDownGracefully(within: settings.grace)
    }

    /// How often it is looked for what has expired.
    private static let clearedEvery: Duration = .seconds(60)

    private func clearExpired() async {
        while (try? await clock.sleep(for: Self.clearedEvery)) != nil {
            // What cannot be removed now is removed later; that the store fails is told by whoever needs it.
            while let count = try? await store.clearExpired(at: clock.now()), count >= ServerStoreLimits.clearedMax {}
            await cache.tidy(orders.router.table.cache)
        }
    }
}
