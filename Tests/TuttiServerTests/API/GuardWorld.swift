import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiGuards
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRouting
import TuttiRuntime

@testable import TuttiServer

/// A gateway with guards, and a provider behind it that says what a test wants.
struct GuardWorld: Sendable {
    /// What is planted, and must be found nowhere but where it was sent: a card, and the half of it.
    static let card = "4111 1111 1111 1111"
    static let half = "4111"
    static let key: HTTPHeaders = ["Authorization": "Bearer any"]

    let desk: ServerDesk
    let calls: MemoryCallLedger
    let provider: TalkingProvider

    /// - Parameters:
    ///   - says: the pieces of every answer.
    ///   - isCut: whether an answer breaks off behind them.
    ///   - relayed: the dialect in which bytes are handed on, and the bytes of every answer; `nil` for none.
    static func with(
        _ guards: [Guard], says pieces: [ModelEvent] = [.text("Hello")], isCut: Bool = false,
        relayed: (RelayDialect, String)? = nil, cache: AnswerCacheRules? = nil,
        _ body: @Sendable (GuardWorld) async throws -> Void
    ) async throws {
        let provider = TalkingProvider(pieces, isCut: isCut, relayed: relayed)
        let calls = MemoryCallLedger()
        try await ServerDesk.with(models: models(provider), routes: routes(guards, cache), calls: calls) { desk in
            try await body(GuardWorld(desk: desk, calls: calls, provider: provider))
        }
    }

    static func models(_ provider: TalkingProvider) -> ListedModels {
        ListedModels(["a/m", "b/m"].map { Model($0, provider: provider) })
    }

    static func routes(_ guards: [Guard], _ cache: AnswerCacheRules? = nil) -> RouteTable {
        let other = ModelReference("b/m").map { Deployment(name: "b", model: $0) }
        let first = ModelReference("a/m").map { Deployment(name: "a", model: $0) }
        return RouteTable(
            deployments: [first, other].compactMap(\.self),
            routes: [ModelRoute(alias: "smart", deployments: ["a", "b"])], cache: cache,
            guards: GuardTable(guards))
    }

    static func cards(_ action: GuardAction, in places: [GuardPlace] = GuardPlace.allCases) -> [Guard] {
        [Guard("cards", kinds: [.creditCard], in: places, does: action)]
    }

    func ask(_ dialect: Dialect, _ text: String, model: String = "smart") async throws -> ServerDesk.Answer {
        try await desk.post(dialect.path, dialect.request(text, model: model), headers: Self.key)
    }

    /// The one line of the ledger.
    func line() throws -> CallLine {
        let lines = try calls.page(CallFilter(tenant: "default"), behind: nil, limit: 100).lines
        #expect(lines.count == 1)
        return try #require(lines.first)
    }

    /// Asks for an answer in pieces, over a socket.
    ///
    /// - Returns: the head, and all that came behind it as it came.
    func stream(_ dialect: Dialect, _ text: String) async throws -> (status: Int, headers: HTTPHeaders, body: String) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Nudge()
            group.addTask { try await desk.application.run { _ in ready.call() } }
            await ready.wait()
            defer { group.cancelAll() }
            let client = HTTPClient()
            let headers: HTTPHeaders = ["Authorization": "Bearer any", "Content-Type": "application/json"]
            let answer = try await client.stream(
                HTTPRequest(
                    .post, desk.application.facts.address + dialect.path, headers: headers,
                    body: dialect.request(text, model: "smart", stream: true).bytes))
            var bytes: [UInt8] = []
            for try await piece in answer.body { bytes += piece }
            await client.shutDown()
            return (answer.status, answer.headers, String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// Where clients ask, each in its own words.
enum Dialect: CaseIterable, Sendable {
    case chat, responses, messages

    var path: String {
        switch self {
        case .chat: "/v1/chat/completions"
        case .responses: "/v1/responses"
        case .messages: "/v1/messages"
        }
    }

    /// The member in which the text stands.
    var member: String { self == .responses ? "input" : "messages[0].content" }

    /// What a stream ends with that is whole.
    var endMarker: String {
        switch self {
        case .chat: "data: [DONE]"
        case .responses: "event: response.completed"
        case .messages: "event: message_stop"
        }
    }

    func request(_ text: String, model: String, stream: Bool = false) -> JSONValue {
        var body: [String: JSONValue] = ["model": .string(model)]
        if stream { body["stream"] = true }
        switch self {
        case .responses: body["input"] = .string(text)
        case .messages: body["max_tokens"] = 100
        case .chat: break
        }
        if self != .responses { body["messages"] = [["role": "user", "content": .string(text)]] }
        return .object(body)
    }
}

/// A provider that says the same each time, in pieces, as bytes of its own dialect, or as vectors; it keeps what it
/// heard.
final class TalkingProvider: RelayingProvider, EmbeddingProvider, Sendable {
    private let pieces: [ModelEvent]
    private let isCut: Bool
    private let relayed: (dialect: RelayDialect, body: String)?
    private let heard = Mutex<[String]>([])

    init(_ pieces: [ModelEvent], isCut: Bool = false, relayed: (RelayDialect, String)? = nil) {
        self.pieces = pieces
        self.isCut = isCut
        self.relayed = relayed.map { (dialect: $0.0, body: $0.1) }
    }

    /// The texts and bodies that have come, in order.
    var asked: [String] { heard.withLock(\.self) }

    var relayDialect: RelayDialect? { relayed?.dialect }

    func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        heard.withLock { $0.append(String(decoding: call.body, as: UTF8.self)) }
        try await tell(Array((relayed?.body ?? "").utf8))
        return RelayedAnswer(usage: ModelUsage(uncachedInput: 10, output: 5))
    }

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        heard.withLock { heard in
            for message in request.messages {
                for case .text(let text) in message.content { heard.append(text) }
            }
        }
        var assembler = ResponseAssembler()
        let end: [ModelEvent] = [
            .usage(ModelUsage(uncachedInput: 10, output: 5)), .finished(.stop, native: nil),
        ]
        for event in isCut ? pieces : pieces + end {
            try await tell(event)
            if let response = assembler.take(event) { return response }
        }
        throw ModelError(.cutOff, .retry, "it has no end")
    }

    func embed(_ request: EmbeddingRequest) throws -> EmbeddingResponse {
        guard case .texts(let texts) = request.inputs else { return EmbeddingResponse(vectors: [[1]]) }
        heard.withLock { $0 += texts }
        return EmbeddingResponse(vectors: texts.map { _ in [1] }, usage: ModelUsage(uncachedInput: 3))
    }
}
