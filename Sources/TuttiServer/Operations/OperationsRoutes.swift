import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// What whoever runs the server asks: does it live, can it work, what is it.
struct OperationsRoutes: Sendable {
    let readiness: Readiness
    let facts: ServerFacts
    let clock: any Timekeeper
    /// Whether nobody has to log in at the moment.
    let isLocal: @Sendable () async throws -> Bool

    var all: [Route] { [health, ready, serviceHealth, ping, system] }

    struct HealthView: Codable, Sendable {
        var status: String
        var version: String
        var uptimeSeconds: Int64
    }

    private var health: Route {
        Route(
            .get, "/health", "getHealth", .operations, "Says that the process lives; nothing else is asked.",
            answers: [.json(200, HealthView.self, "It lives.")]
        ) { request in
            try request.answer(
                HealthView(
                    status: "ok", version: facts.version,
                    uptimeSeconds: (clock.now() - facts.started).milliseconds / 1000))
        }
    }

    private var ready: Route {
        Route(
            .get, "/ready", "getReadiness", .operations, "Says whether the server can do its work, part by part.",
            answers: [
                .json(200, Readiness.Report.self, "It can; `degraded` when somebody should look."),
                .json(503, Readiness.Report.self, "It cannot."),
            ]
        ) { request in
            let report = await readiness.report()
            return try request.answer(report, status: report.status == .down ? 503 : 200)
        }
    }

    // MARK: As older gateways have it

    struct ServiceHealthView: Codable, Sendable {
        struct Dependency: Codable, Sendable {
            var type: String
            var name: String
            var status: String
            var details: String
        }

        var status: String
        var deps: [Dependency]
    }

    private var serviceHealth: Route {
        Route(
            .get, "/api/health/service_health", "getServiceHealth", .operations,
            "Says how the parts are that the server depends on.",
            answers: [
                .json(200, ServiceHealthView.self, "It can work."),
                .json(503, ServiceHealthView.self, "It cannot."),
            ]
        ) { request in
            let report = await readiness.report()
            let view = ServiceHealthView(
                status: report.status == .down ? "error" : "ok",
                deps: report.checks.map { check in
                    .init(
                        type: check.type, name: check.name, status: check.status == .down ? "error" : "ok",
                        details: check.detail)
                })
            return try request.answer(view, status: report.status == .down ? 503 : 200)
        }
    }

    private var ping: Route {
        Route(
            .get, "/api/health/ping", "ping", .operations, "Answers with nothing.",
            answers: [.empty(204, "It lives.")]
        ) { _ in ServerResponse(status: 204) }
    }

    // MARK: What it is

    struct SystemView: Codable, Sendable {
        var version: String
        var home: String
        var address: String
        var started: WireTime
        var now: WireTime
        /// `local`: no login, one implicit owner, reached from this machine only; else `accounts`.
        var mode: String
        var owner: String
        var process: Int64
    }

    private var system: Route {
        Route(
            .get, "/api/v1/system", "getSystem", .operations, "Says what this server is.",
            answers: [.json(200, SystemView.self, "The server.")]
        ) { request in
            try request.answer(
                SystemView(
                    version: facts.version, home: facts.home, address: facts.address, started: facts.started.wire,
                    now: clock.now().wire, mode: try await isLocal() ? "local" : "accounts", owner: facts.owner,
                    process: Int64(facts.process)))
        }
    }
}
