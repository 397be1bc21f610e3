import FoundationEssentials
import Synchronization
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRouting
import TuttiRuntime

@testable import TuttiServer

/// Models that count how often they were asked, routes with a cache, and clients, for tests of the cache of answers.
enum CacheWorld {
    typealias Provider = GatewayTests.Provider

    static let key: HTTPHeaders = ["Authorization": "Bearer any"]

    /// A model that says something else each time.
    static func counting(_ change: @escaping @Sendable (Int, inout ModelResponse) throws -> Void = { _, _ in })
        -> Provider
    {
        let count = Mutex(0)
        return Provider { _, tell in
            let number = count.withLock { count in
                count += 1
                return count
            }
            var response = ModelResponse(
                content: [.text("answer \(number)")], usage: ModelUsage(uncachedInput: 30, output: 20))
            try change(number, &response)
            for event in response.events { try await tell(event) }
            return response
        }
    }

    static func models(_ providers: [String: any ModelProvider]) throws -> ListedModels {
        ListedModels(
            try providers.map { name, provider in
                let prices = try PriceTable.read(
                    Data(#"[{"model":"\#(name)","from":"2020-01-01","input":"2","output":"4"}]"#.utf8))
                return Model(name, provider: provider, prices: prices)
            })
    }

    /// Two models of their own names, and a route to the first.
    static func routes(_ change: (inout AnswerCacheRules) -> Void = { _ in }) -> RouteTable {
        var rules = AnswerCacheRules()
        change(&rules)
        let deployments = ModelReference("a/m").map { [Deployment(name: "first", model: $0)] } ?? []
        return RouteTable(
            deployments: deployments, routes: [ModelRoute(alias: "smart", deployments: deployments.map(\.name))],
            cache: rules)
    }

    static func chat(_ text: String, model: String = "a/m", _ more: [String: JSONValue] = [:]) -> JSONValue {
        let members: [String: JSONValue] = [
            "model": .string(model), "max_tokens": 50, "messages": [["role": "user", "content": .string(text)]],
        ]
        return .object(members.merging(more) { $1 })
    }

    /// What the cache of a server holds, and what it was good for.
    static func counts(_ desk: ServerDesk) async throws -> JSONValue { try await desk.get("/api/v1/cache").json }

    /// What an API key has used of its first budget.
    static func used(by key: String?, _ desk: ServerDesk, _ owner: Person) async throws -> Int64? {
        let keys = try await desk.get("/api/v1/keys", headers: owner.token).list("keys")
        guard case .array(let budgets)? = keys.first(where: { $0["id"]?.stringValue == key })?["used"] else {
            return nil
        }
        return budgets.first?["used"]?.intValue
    }

    static func lines(_ calls: MemoryCallLedger) throws -> [CallLine] {
        try calls.page(CallFilter(tenant: "default", order: .oldestFirst), behind: nil, limit: 100).lines
    }

    /// What the cache had for some calls, sorted: calls of one millisecond have no order.
    static func uses(_ lines: [CallLine]) -> [String] { lines.map { $0.cache?.rawValue ?? "none" }.sorted() }

    /// Gives `body` a client that reads streams of a server with a socket.
    static func streaming(
        _ desk: ServerDesk, _ body: @escaping @Sendable (StreamClient) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Nudge()
            group.addTask { try await desk.application.run { _ in ready.call() } }
            await ready.wait()
            let client = HTTPClient()
            defer { group.cancelAll() }
            try await body(StreamClient(client: client, address: desk.application.facts.address))
            await client.shutDown()
        }
    }
}

/// A client that reads streams.
struct StreamClient: Sendable {
    let client: HTTPClient
    let address: String

    func open(_ path: String, _ body: JSONValue) async throws -> HTTPStreamedResponse {
        try await client.stream(
            HTTPRequest(
                .post, address + path,
                headers: ["Authorization": "Bearer any", "Content-Type": "application/json"], body: body.bytes))
    }

    /// A whole stream, read to its end.
    func read(_ path: String, _ body: JSONValue) async throws -> (headers: HTTPHeaders, bytes: [UInt8]) {
        let answer = try await open(path, body)
        var bytes: [UInt8] = []
        for try await piece in answer.body { bytes += piece }
        return (answer.headers, bytes)
    }
}

/// A model whose answers are handed on as they are.
final class Relay: ModelProvider, RelayingProvider {
    let relayDialect: RelayDialect?
    private let body: String
    private let usage: ModelUsage?
    private let failure: ModelError?
    private let count = Mutex(0)

    /// - Parameters:
    ///   - body: what it answers.
    ///   - usage: what it has counted.
    ///   - failure: what its stream has told of itself.
    init(
        _ dialect: RelayDialect, _ body: String, usage: ModelUsage? = ModelUsage(uncachedInput: 30, output: 20),
        failure: ModelError? = nil
    ) {
        relayDialect = dialect
        self.body = body
        self.usage = usage
        self.failure = failure
    }

    var asked: Int { count.withLock { $0 } }

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        throw ModelError(.badRequest, .never, "it only hands on")
    }

    func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        count.withLock { $0 += 1 }
        try await tell(Array(body.utf8))
        return RelayedAnswer(usage: usage, failure: failure)
    }
}

/// A model that turns texts into vectors as it is told.
final class Embedder: ModelProvider, EmbeddingProvider {
    private let vector: @Sendable (String) async throws -> [Float]
    private let texts = Mutex<[String]>([])

    init(_ vector: @escaping @Sendable (String) async throws -> [Float]) { self.vector = vector }

    var asked: [String] { texts.withLock { $0 } }

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        throw ModelError(.badRequest, .never, "it only makes vectors")
    }

    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse {
        guard case .texts(let asked) = request.inputs else { throw ModelError(.badRequest, .never, "texts only") }
        texts.withLock { $0 += asked }
        var vectors: [[Float]] = []
        for text in asked { vectors.append(try await vector(text)) }
        return EmbeddingResponse(vectors: vectors, usage: ModelUsage(uncachedInput: Int64(5 * asked.count)))
    }
}
