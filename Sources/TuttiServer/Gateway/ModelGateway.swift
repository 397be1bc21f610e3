import FoundationEssentials
import Synchronization
import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiModels
import TuttiRuntime

/// Answers requests of clients that speak the dialects of providers, by the models that this server can ask.
struct ModelGateway: Sendable {
    let models: any ModelSource
    let clock: any Timekeeper
    let random: LockedGenerator

    /// Bytes of a request: pictures are among its words.
    static let bodySizeMax = 32 << 20

    /// Answers one request.
    ///
    /// - Throws: ``GatewayError``; ``ModelError`` of a call that has failed before a part of its answer was there;
    ///   ``Problem``; `CancellationError`.
    func answer(_ request: RouteRequest, in dialect: any InboundDialect) async throws -> ServerResponse {
        try Self.checkDoor(request)
        let bytes = try await request.jsonBytes()
        let asked = try RelayableRequest(bytes)
        let model = try model(named: asked.model)
        var response: ServerResponse
        if let provider = model.provider as? any RelayingProvider, let spoken = provider.relayDialect,
            spoken.rawValue == dialect.name
        {
            let call = try asked.relayed(as: model.model, in: spoken, headers: Self.handedOn(request, in: spoken))
            response = try await relay(call, to: provider, dialect, request)
        } else {
            response = try await convert(try WireJSON.read(Data(bytes)), to: model, dialect, request)
        }
        response.headers.set("X-Tutti-Model", to: model.name)
        response.headers.set("request-id", to: request.id)  // where Anthropic's clients look for it
        return response
    }

    /// Asks in words of no dialect, and answers in those of the client.
    private func convert(
        _ body: JSONValue, to model: Model, _ dialect: any InboundDialect, _ request: RouteRequest
    ) async throws -> ServerResponse {
        let call = try dialect.read(body)
        let stamp = AnswerStamp(
            id: random.draw { AnswerName.make(using: &$0) }, model: call.request.model,
            created: clock.now().milliseconds / 1000)
        var asked = call.request
        asked.model = model.model
        let provider = model.provider
        guard call.isStreaming else {
            let answer = try await provider.answer(asked) { _ in }
            return Self.whole(call.writer.whole(answer, stamp))
        }
        let writer = StreamState(call.writer.stream(stamp))
        return try await StreamedAnswer(in: dialect, requestID: request.id, clock: clock) { [asked] put in
            _ = try await provider.answer(asked) { event in try await put(writer.take(event)) }
        }.response()
    }

    /// Hands the request on as it is, and the answer back.
    private func relay(
        _ call: RelayedCall, to provider: any RelayingProvider, _ dialect: any InboundDialect, _ request: RouteRequest
    ) async throws -> ServerResponse {
        guard call.isStreaming else {
            let answer = Collected()
            _ = try await provider.relay(call) { bytes in answer.add(bytes) }
            return Self.whole(answer.bytes)
        }
        return try await StreamedAnswer(in: dialect, requestID: request.id, clock: clock) { put in
            _ = try await provider.relay(call) { bytes in try await put(bytes) }
        }.response()
    }

    private static func whole(_ bytes: [UInt8]) -> ServerResponse {
        ServerResponse(
            status: 200, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(bytes))
    }

    /// Fields of the client's head that belong to the dialect.
    private static func handedOn(
        _ request: RouteRequest, in dialect: RelayDialect
    ) -> [(name: String, value: String)] {
        guard dialect == .messages else { return [] }
        return ["anthropic-version", "anthropic-beta"].compactMap { name in
            request.request.headers[name].map { (name, $0) }
        }
    }

    /// Turns texts into vectors.
    ///
    /// - Throws: as ``answer(_:in:)``.
    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse {
        let model = try model(named: request.model)
        guard let provider = model.provider as? any EmbeddingProvider else {
            throw GatewayError(
                .invalidRequest, "the provider of '\(model.name)' has no embeddings; ask a model of another one",
                field: "model", code: "no_embeddings")
        }
        var asked = request
        asked.model = model.model
        do {
            return try await provider.embed(asked)
        } catch let error as ModelError {
            throw EmbeddingsInbound.named(GatewayError(error))
        }
    }

    /// The model of a name.
    ///
    /// - Throws: ``GatewayError`` that says why there is none, and the way out.
    func model(named name: String) throws(GatewayError) -> Model {
        do {
            return try models.model(named: name)
        } catch let error as any CodedError {
            throw GatewayError(.notFound, error.message, field: "model", code: error.code)
        } catch {
            throw GatewayError(.internal, "the model cannot be looked up; the server's log says more", field: "model")
        }
    }

    /// On a machine without accounts any page that its user visits can reach the port: a program says that it means
    /// the gateway by showing a key, whichever it is, and a page of others cannot.
    ///
    /// - Throws: ``GatewayError``.
    static func checkDoor(_ request: RouteRequest) throws {
        guard try request.caller.principal.credential == .machine else { return }
        let headers = request.request.headers
        guard headers["Authorization"] != nil || headers["X-API-Key"] != nil else {
            throw GatewayError(
                .unauthenticated, "send an API key, any at all: 'Authorization: Bearer …'; nobody has an account here yet")
        }
        guard headers["Origin"] == nil else {
            throw GatewayError(.forbidden, "web pages cannot use the gateway of a server without accounts")
        }
    }
}

/// A whole answer, as it is told.
private final class Collected: Sendable {
    private let all = Mutex<[UInt8]>([])

    func add(_ bytes: [UInt8]) { all.withLock { $0.isEmpty ? $0 = bytes : $0.append(contentsOf: bytes) } }

    var bytes: [UInt8] { all.withLock { $0 } }
}

/// What tells answers apart: 26 letters and digits.
enum AnswerName {
    private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    static func make(using random: inout some RandomNumberGenerator) -> String {
        String((0..<26).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
    }
}
