import FoundationEssentials
import Synchronization
import TuttiAccess
import TuttiAccessSQLite
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability
import TuttiProviders
import TuttiRouting
import TuttiRuntime
import TuttiServerSQLite
import TuttiStore
import TuttiTeams
import TuttiTesting
import TuttiTools

@testable import TuttiServer

/// A server over an engine in memory, asked without a socket unless a test wants one.
struct ServerDesk: Sendable {
    let application: ServerApplication
    let engine: Engine
    let home: String
    let metrics: MetricRegistry
    let log: Captured
    let spans: CapturedSpans
    let access: ServerAccess
    let accessStore: SQLiteAccessStore
    let calls: any CallLedger

    /// The port that requests without a socket pretend to have come to.
    static let port = 8001

    /// Every line, however often it comes: whoever looks for something in the log has to see all of it.
    private static var logSettings: LogSettings {
        var settings = LogSettings(level: .trace, format: .json)
        settings.repeatsMax = .max
        return settings
    }

    /// Gives `body` a server; everything of it is gone afterwards.
    static func with<Output: Sendable>(
        _ workflows: [any Workflow] = [Publishing(), Listening()], store: any JournalStore = MemoryJournalStore(),
        models: any ModelSource = ListedModels([]), routes: RouteTable = RouteTable(),
        calls: any CallLedger = MemoryCallLedger(), shelf: (any AnswerShelf)? = nil, usual: String? = nil,
        tools: [any Tool] = [], patience: Duration? = nil,
        configure: (inout ServerApplication.Settings) -> Void = { _ in },
        admit: (inout ServerAccess) -> Void = { _ in }, foreign: (any ForeignTokens)? = nil,
        clock: any Timekeeper = SystemTimekeeper(),
        _ body: @Sendable (ServerDesk) async throws -> Output
    ) async throws -> Output {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-server-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        let (metrics, log, spans) = (MetricRegistry(), Captured(), CapturedSpans())
        let tracer = Tracer(sampler: .parentBased(.always), clock: SystemTimekeeper(), record: spans.add)
        let observed = ObservedModels(models, metrics: metrics, tracer: tracer, clock: SystemTimekeeper())
        let router = ModelRouter(RoutePlanner(routes), clock: clock)
        let deployments = PlainDeployments(models: observed)
        let routed = RoutedModels(observed, router: router, deployments: deployments, clock: clock)
        let table = Roundtable(models: routed)
        var options = EngineOptions()
        options.queues = [ServerApplication.queue]
        if let patience { options.storePatience = patience }
        options.observer = EngineTelemetry(metrics: metrics, tracer: tracer)
        var settings = ServerApplication.Settings()
        settings.port = 0
        configure(&settings)
        let accessStore = SQLiteAccessStore(home: home)
        var access = try await Self.access(over: accessStore, foreign: foreign, clock: clock)
        admit(&access)
        let toolBox = ToolBox(tools)
        let all =
            workflows + [
                table, DefinedWorkflow(roundtable: table), PanelMaker(models: routed),
                Agent(models: routed, tools: toolBox),
            ]
        return try await withEngine(on: store, all, options: options) { [settings, access] engine in
            let application = ServerApplication(
                engine: engine, store: SQLiteServerStore(home: home), models: routed,
                catalogue: ModelCatalogue(
                    ModelDirectory(ProviderSettings(environment: [:])), localServers: [], usual: usual,
                    clock: SystemTimekeeper()),
                gateway: GatewayParts(router: router, deployments: deployments, ledger: calls, shelf: shelf),
                agents: ServerAgents(folder: AgentFolder(home: home), tools: toolBox, usual: usual),
                assets: WebAssets(embedded: [
                    ("index.html", { Array("<script src=\"/a/dev/js/main.js\"></script>".utf8) }),
                    ("js/main.js", { Array("export {}".utf8) }),
                ]),
                facts: ServerFacts(
                    version: "1.2.3", home: home, owner: "ada", process: 1, started: SystemTimekeeper().now()),
                telemetry: Telemetry(
                    metrics: metrics, tracer: tracer,
                    log: Log(Self.logSettings, clock: SystemTimekeeper()) { log.add($0) }),
                access: access, discard: { _ in true }, settings: settings, clock: clock)
            application.guardian.serve(on: Self.port)
            let output = try await body(
                ServerDesk(
                    application: application, engine: engine, home: home, metrics: metrics, log: log, spans: spans,
                    access: access, accessStore: accessStore, calls: calls))
            await accessStore.close()
            return output
        }
    }

    /// Deployments without keys of their own.
    private struct PlainDeployments: DeploymentSource {
        let models: any ModelSource

        func model(of deployment: Deployment, key: SecretName?) throws -> Model {
            try models.model(named: deployment.model.description)
        }
    }

    /// Accounts of which nobody has one yet, at a server that only its machine reaches. A password costs next to
    /// nothing to hash.
    private static func access(
        over store: SQLiteAccessStore, foreign: (any ForeignTokens)?, clock: any Timekeeper
    ) async throws -> ServerAccess {
        let ring = try SecretKeyRing.fresh()
        let gate = AccessGate(store: store, foreign: foreign, tenant: "default")
        let keys = SigningKeys(
            store: store, ring: ring, tenant: "default", name: "tutti", audience: "tutti", clock: clock)
        let accounts = Accounts(
            store: store, gate: gate, signingKeys: keys, log: store,
            hasher: PasswordHasher(parameters: PasswordParameters(passes: 1, memory: 64, lanes: 1)), tenant: "default",
            clock: clock, random: LockedGenerator())
        try await accounts.load()
        let secrets = SealedSecretStore(table: store, ring: ring, time: clock)
        return ServerAccess(
            accounts: accounts, decider: PolicyRules.builtIn, rules: .builtIn, log: store, secrets: secrets,
            preferences: AgentPreferences(table: store, secrets: secrets), limiter: WindowLimiter(),
            registration: RegistrationRules(needsSetupCode: false),
            tickets: TicketBox(random: LockedGenerator()))
    }

    // MARK: Asking

    /// An answer, read.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONValue { .stored(Data(bytes)) }
        /// Of a problem.
        var code: String? { json["code"]?.stringValue }

        func list(_ name: String) -> [JSONValue] { if case .array(let list)? = json[name] { list } else { [] } }
    }

    func get(_ target: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await ask(.get, target, headers: headers)
    }

    func post(_ target: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await ask(.post, target, body, headers: headers)
    }

    func ask(
        _ method: HTTPMethod, _ target: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:],
        from address: String = "127.0.0.1"
    ) async throws -> Answer {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
        return try await ask(method, target, bytes: body?.bytes ?? [], headers: headers, from: address)
    }

    func ask(
        _ method: HTTPMethod, _ target: String, bytes: [UInt8], headers: HTTPHeaders = [:],
        from address: String = "127.0.0.1", port: Int = 50_000
    ) async throws -> Answer {
        var headers = headers
        if headers["Host"] == nil { headers.add("Host", "localhost:\(application.guardian.portServed)") }
        let response = try await application.router.respond(
            to: ServerRequest(
                method: method, target: target, headers: headers, body: RequestBody(bytes),
                peer: PeerAddress(address: address, port: port)))
        let sent: [UInt8] = if case .bytes(let bytes) = response.body { bytes } else { [] }
        return Answer(status: response.status, headers: response.headers, bytes: sent)
    }

    // MARK: Runs

    /// Starts a run over the API.
    func start(_ workflow: String, _ input: JSONValue) async throws -> String {
        let answer = try await post("/api/v1/runs", ["workflow": .string(workflow), "input": input])
        guard let id = answer.json["id"]?.stringValue else { throw Unexpected(answer: answer.text) }
        return id
    }

    /// Waits for an event of a run.
    func event(_ type: String, times: Int = 1, of run: String) async throws {
        let handle = engine.handle(of: RunID(trusted: run), as: JSONValue.self)
        var count = 0
        for try await event in handle.events where event.type == type {
            count += 1
            if count == times { return }
        }
        throw Unexpected(answer: "\(run) has ended without \(type)")
    }

    struct Unexpected: Error { let answer: String }
}

/// Lines as they are written.
final class Captured: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// Spans as they end.
final class CapturedSpans: Sendable {
    private let spans = Mutex<[TraceSpan]>([])

    @Sendable func add(_ span: TraceSpan) { spans.withLock { $0.append(span) } }
    var all: [TraceSpan] { spans.withLock { $0 } }
}

/// Shows what it was started with, and sends what was agreed to.
struct Publishing: Workflow {
    static let name = "publishing"

    func title(of draft: JSONValue) -> String? { draft["title"]?.stringValue }

    func run(_ draft: JSONValue, _ ctx: Context) async throws -> JSONValue {
        let agreed = try await ctx.approval("publish", showing: draft)
        return try await ctx.step("send", agreed) { $0 }
    }
}

/// Waits for a signal and gives what it brings; `fail` ends it with an error.
struct Listening: Workflow {
    static let name = "listening"

    func run(_ input: JSONValue, _ ctx: Context) async throws -> JSONValue {
        let word = try await ctx.signal("word", as: JSONValue.self)
        return try await ctx.step("repeat", StepOptions(retry: RetryPolicy(attemptsMax: 1))) {
            if word == "fail" { throw StepError(code: "told_to_fail", message: "somebody said so", origin: "") }
            return word
        }
    }
}
