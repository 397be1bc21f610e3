import TuttiAccess
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiModels

/// The addresses at which clients of OpenAI's and Anthropic's find the models of this server: `/v1/*`.
struct GatewayRoutes: Sendable {
    let gateway: ModelGateway
    let catalogue: ModelCatalogue

    var all: [Route] {
        [
            speaking(
                ChatInbound(), "/v1/chat/completions", "createChatCompletion",
                "Answers a chat completion of OpenAI's dialect, whichever provider has the model.",
                required: [("model", .string()), ("messages", .array(of: .any))]),
            speaking(
                ResponsesInbound(), "/v1/responses", "createResponse",
                "Answers a response of OpenAI's dialect. Nothing is kept: `previous_response_id`, `conversation` and "
                    + "`background` are refused, and `store` has no effect.",
                required: [("model", .string()), ("input", .any)]),
            speaking(
                MessagesInbound(), "/v1/messages", "createMessage",
                "Answers a message of Anthropic's dialect, in both versions of it.",
                required: [
                    ("model", .string()), ("max_tokens", .integer(minimum: 1)), ("messages", .array(of: .any)),
                ], parameters: [ModelGateway.beta.description]),
            countTokens, embeddings, listModels, getModel,
        ]
    }

    /// A route that answers in a dialect.
    private func speaking(
        _ dialect: any InboundDialect, _ path: String, _ id: String, _ summary: String,
        required: [(name: String, schema: JSONSchema)], parameters: [ParameterDescription] = []
    ) -> Route {
        var route = Route(
            .post, path, id, .gateway, summary,
            details: "Failures have the form of the dialect. With `stream` the answer comes as server-sent events; one "
                + "that breaks off ends with an error event and without the dialect's end marker.",
            parameters: parameters, body: Self.body(required), bodySizeMax: ModelGateway.bodySizeMax,
            answers: [.anyJSON(200, "The answer, or a stream of events.")]
        ) { request in try await gateway.answer(request, in: dialect) }
        route.dialect = { _ in dialect }
        route.bodySizeOnLoopMax = Self.bodySizeOnLoopMax
        return route
    }

    /// What is handed on or carried over within half a millisecond.
    private static let bodySizeOnLoopMax = 32 << 10

    private static func body(_ required: [(name: String, schema: JSONSchema)]) -> BodyDescription {
        let names = required.map { JSONSchema.Property.required($0.name, $0.schema) }
        return BodyDescription(mediaType: "application/json", schema: { .object(names) })
    }
}

// MARK: Beside answers of models

extension GatewayRoutes {
    private var countTokens: Route {
        let dialect = MessagesInbound()
        var route = Route(
            .post, "/v1/messages/count_tokens", "countTokens", .gateway,
            "Guesses how many tokens a message of Anthropic's dialect has.",
            details: "No tokenizer is at hand here, so the number is a guess from above: `X-Tutti-Estimated` says so.",
            parameters: [ModelGateway.beta.description],
            body: Self.body([("model", .string()), ("messages", .array(of: .any))]),
            bodySizeMax: ModelGateway.bodySizeMax,
            answers: [.anyJSON(200, "The number.")]
        ) { request in
            try ModelGateway.checkDoor(request)
            let asked = try dialect.readCount(try await request.json())
            try gateway.checkModel(asked.model)
            let tokens = CallEstimate(asked, price: nil).inputTokens
            return Self.answer(JSONValue.object(["input_tokens": .int(tokens)]).bytes, ["X-Tutti-Estimated": "true"])
        }
        route.dialect = { _ in dialect }
        return route
    }

    private var embeddings: Route {
        var route = Route(
            .post, "/v1/embeddings", "createEmbedding", .gateway,
            "Turns texts into vectors, in OpenAI's dialect, by any provider that has embeddings.",
            body: Self.body([("model", .string()), ("input", .any)]), bodySizeMax: ModelGateway.bodySizeMax,
            answers: [.anyJSON(200, "The vectors.")]
        ) { request in
            try ModelGateway.checkDoor(request)
            let call = try EmbeddingsInbound.read(try await request.json())
            try CallAllowance.checkModel(call.request.model, of: try request.caller.principal)
            let response: (vectors: EmbeddingResponse, found: String?)
            do {
                response = try await gateway.embed(call.request, request)
            } catch let error as ModelError {
                throw EmbeddingsInbound.named(GatewayError(error))
            }
            var headers = HTTPHeaders()
            if let found = response.found { headers.set(ModelGateway.guardsField, to: found) }
            return Self.answer(EmbeddingsInbound.write(response.vectors, to: call, model: call.request.model), headers)
        }
        route.dialect = { _ in ChatInbound() }
        return route
    }

    private var listModels: Route {
        var route = Route(
            .get, "/v1/models", "listGatewayModels", .gateway,
            "Lists the models that can be asked, in Anthropic's form for its clients, else in OpenAI's.",
            parameters: [
                Self.limit.description, Self.after.description, Self.before.description, ModelGateway.beta.description,
            ],
            answers: [.anyJSON(200, "The models.")]
        ) { request in
            try ModelGateway.checkDoor(request)
            let limit = try request[Self.limit]
            let after = try request[Self.after]
            let before = try request[Self.before]
            let entries = try await entries(for: request)
            return Self.answer(
                Self.speaksAnthropic(request.request)
                    ? ModelLists.anthropic(entries, limit: limit, after: after, before: before)
                    : ModelLists.openAI(entries))
        }
        route.dialect = Self.dialect(of:)
        return route
    }

    private static let limit = Parameter<Int>.integer(
        "limit", "How many at most, in Anthropic's form.", in: 1...ModelLists.pageMax, default: ModelLists.pageMax)
    private static let after = Parameter<String?>.text(
        "after_id", "Only those behind this one, in Anthropic's form.", lengthMax: 400)
    private static let before = Parameter<String?>.text(
        "before_id", "Only those before this one, in Anthropic's form.", lengthMax: 400)

    /// The names of models have slashes: `PROVIDER/NAME`, or `openrouter/VENDOR/NAME`.
    private var getModel: Route {
        var route = Route(
            .get, "/v1/models/{model}", "getGatewayModel", .gateway, "Tells of one model that can be asked.",
            aliases: ["/v1/models/{provider}/{model}", "/v1/models/{provider}/{vendor}/{model}"],
            parameters: [
                Parameter<String>.path("model", "Its name.") { $0 }.description, ModelGateway.beta.description,
            ],
            answers: [.anyJSON(200, "The model."), .anyJSON(404, "There is no such model.")]
        ) { request in
            try ModelGateway.checkDoor(request)
            let parts = request.request.parameters
            let name = ["provider", "vendor", "model"].compactMap { parts[$0] }.joined(separator: "/")
            let entries = try await entries(for: request)
            guard let entry = entries.first(where: { $0.name == name }) else {
                throw GatewayError(
                    .notFound, "there is no model of this name; GET /v1/models lists those that there are",
                    field: "model")
            }
            return Self.answer(
                Self.speaksAnthropic(request.request) ? ModelLists.anthropic(entry) : ModelLists.openAI(entry))
        }
        route.dialect = Self.dialect(of:)
        return route
    }

    /// The routes and models that the caller may ask.
    private func entries(for request: RouteRequest) async throws -> [ModelLists.Entry] {
        let limits = try request.caller.principal.limits
        let own = gateway.models.aliases + (await gateway.models.runs.names())
        let routes = own.map { ModelLists.Entry(name: $0, owner: "tutti") }
        let models = await catalogue.view().models.map { ModelLists.Entry(name: $0.name, owner: $0.provider) }
        return (routes + models).filter { limits?.allows(model: $0.name) ?? true }
    }

    /// Only its clients send these fields.
    private static func speaksAnthropic(_ request: ServerRequest) -> Bool {
        request.headers["anthropic-version"] != nil || request.headers["X-API-Key"] != nil
    }

    private static func dialect(of request: ServerRequest) -> any InboundDialect {
        speaksAnthropic(request) ? MessagesInbound() : ChatInbound()
    }

    private static func answer(_ body: [UInt8], _ headers: HTTPHeaders = HTTPHeaders()) -> ServerResponse {
        var headers = headers
        headers.set("Content-Type", to: "application/json")
        headers.set("Cache-Control", to: "no-store")
        return ServerResponse(status: 200, headers: headers, body: .bytes(body))
    }
}

extension GatewayModels {
    /// All that is asked of the gateway, of its ledger, and of its routes.
    func routes(_ catalogue: ModelCatalogue, tenant: String, random: LockedGenerator) -> [Route] {
        let gateway = ModelGateway(models: self, tenant: tenant, clock: clock, random: random)
        return GatewayRoutes(gateway: gateway, catalogue: catalogue).all
            + CallRoutes(ledger: ledger, tenant: tenant, clock: clock).all
            + ExpertRoutes(router: router, catalogue: catalogue, clock: clock).all
            + DeploymentRoutes(router: router).all
            + CacheRoutes(cache: cache, router: router, tenant: tenant).all
            + [ProviderOverview(catalogue: catalogue).route]
    }
}
