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
        let call = try dialect.read(try await request.json())
        let model = try model(named: call.request.model)
        var asked = call.request
        asked.model = model.model
        let stamp = AnswerStamp(
            id: random.draw { AnswerName.make(using: &$0) }, model: call.request.model,
            created: clock.now().milliseconds / 1000)
        let provider = model.provider
        var response: ServerResponse
        if call.isStreaming {
            let answer = StreamedAnswer(
                call.writer.stream(stamp), in: dialect, requestID: request.id, clock: clock
            ) { [asked] tell in _ = try await provider.answer(asked, tell: tell) }
            response = try await answer.response()
        } else {
            let answer = try await provider.answer(asked) { _ in }
            response = ServerResponse(
                status: 200, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
                body: .bytes(call.writer.whole(answer, stamp)))
        }
        response.headers.set("X-Tutti-Model", to: model.name)
        response.headers.set("request-id", to: request.id)  // where Anthropic's clients look for it
        return response
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

/// What tells answers apart: 26 letters and digits.
enum AnswerName {
    private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    static func make(using random: inout some RandomNumberGenerator) -> String {
        String((0..<26).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
    }
}
