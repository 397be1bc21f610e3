package import TuttiAgents
import TuttiCore
package import TuttiEngine
import TuttiHTTP
package import TuttiHTTPServer
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
        package var origins: Set<String> = []
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
    private let guardian: LocalGuard

    /// - Parameters:
    ///   - engine: serves the queue of the settings.
    ///   - models: where the models of roundtables are found.
    ///   - assets: the files of the dashboard.
    package init(
        engine: Engine, models: any ModelSource, catalogue: ModelCatalogue, assets: WebAssets, facts: ServerFacts,
        settings: Settings = Settings(), clock: any Timekeeper = SystemTimekeeper(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.settings = settings
        self.facts = facts
        hub = LiveHub(engine: engine)
        guardian = LocalGuard(allowing: settings.origins)
        let reads = RunReads(engine: engine, clock: clock)
        let roundtables = RoundtableRoutes(
            reads: reads, models: models, home: facts.home, person: facts.owner, queue: settings.queue)
        let running = RunningServer()
        let readiness = Readiness(
            [
                .journal(engine), .disk(facts.home), .loops { running.statistics }, .providers(catalogue),
            ], clock: clock)
        var routes = RunRoutes.all(reads)
        routes += RunActionRoutes(reads: reads, person: facts.owner, queue: settings.queue).all
        routes += ApprovalRoutes(reads: reads, person: facts.owner).all
        routes += RoundtableReadRoutes(reads: reads).all + roundtables.all
        routes += CatalogueRoutes(engine: engine, roundtables: roundtables, models: catalogue).all
        routes += StreamRoutes(reads: reads, hub: hub).all
        routes.append(LiveRoute(reads: reads, hub: hub, counts: RunCounts(engine: engine)).route)
        routes += OperationsRoutes(readiness: readiness, facts: facts, clock: clock).all
        let document = OpenAPIDocument(routes, version: facts.version)
        routes.append(document.route)
        routes += DashboardRoutes(assets: assets).all
        let names = LockedGenerator(random)
        var middleware: [any Middleware] = [AnswerHeaders()]
        if !settings.origins.isEmpty { middleware.append(CrossOrigin(origins: settings.origins)) }
        middleware.append(guardian)
        router = Router(routes, middleware: middleware) {
            "req_" + names.draw { source in String(source.next(), radix: 36) + String(source.next(), radix: 36) }
        }
        server = HTTPServer(
            configuration: HTTPServerConfiguration(
                address: settings.address, port: settings.port, loops: settings.loops, limits: settings.limits),
            handler: router, clock: clock)
        running.serve(server)
    }

    /// Serves until ``shutDown()`` or until the task is cancelled.
    ///
    /// - Parameter onReady: called when the port is bound, with the address.
    /// - Throws: `HTTPServerStartError` when it cannot listen.
    package func run(onReady: @escaping @Sendable (String) async -> Void = { _ in }) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.hub.run() }
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
        }
    }

    /// Stops taking requests, lets what is in hand come to its end within the grace, and tells streams to come back.
    package func shutDown() async { await server.shutDownGracefully(within: settings.grace) }
}
