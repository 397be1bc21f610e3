import FoundationEssentials
import Synchronization
import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiModels
import TuttiRouting
import TuttiRuntime

/// Answers requests of clients that speak the dialects of providers, by the models that this server can ask.
struct ModelGateway: Sendable {
    let models: GatewayModels
    let tenant: String
    let clock: any Timekeeper
    let random: LockedGenerator
    let pulse: StreamPulse

    init(models: GatewayModels, tenant: String, clock: any Timekeeper, random: LockedGenerator) {
        self.models = models
        self.tenant = tenant
        self.clock = clock
        self.random = random
        pulse = StreamPulse(clock: clock)
    }

    /// Bytes of a request: pictures are among its words.
    static let bodySizeMax = 32 << 20

    /// Where an answer says what guards have found.
    static let guardsField = "X-Tutti-Guards"

    /// Clients of Anthropic's that try what is new say so in the address, too.
    static let beta = Parameter<Bool>.flag("beta", "Has no effect; Anthropic's clients send it.")

    /// One request on its way.
    final class Asked: Sendable {
        let request: RouteRequest
        let dialect: any InboundDialect
        let raw: RelayableRequest
        let bytes: [UInt8]
        let guards: CallGuards?

        /// - Throws: ``GatewayError`` when the bytes are no request of any dialect.
        init(_ request: RouteRequest, in dialect: any InboundDialect, _ bytes: [UInt8], guards: CallGuards?) throws {
            self.request = request
            self.dialect = dialect
            self.bytes = bytes
            self.guards = guards
            raw = try RelayableRequest(bytes)
        }

        /// The request in words of no dialect, for providers that speak another one.
        func read() throws -> InboundCall { try dialect.read(try WireJSON.read(Data(bytes))) }

        /// What a route has to know. What only a provider of the same dialect understands is not counted.
        func facts() -> RouteFacts {
            var facts = RouteFacts(inputTokens: inputTokens)
            if let call = try? read() {
                facts = RouteFacts(call.request)
                facts.session = call.session ?? facts.session
            }
            facts.isStreamed = raw.isStreaming
            return facts
        }

        /// What a whole answer has taken that nobody has counted.
        func guess(answeredWith bytes: [UInt8]) -> ModelUsage {
            ModelUsage(
                uncachedInput: inputTokens, output: Int64(bytes.count) / CallEstimate.bytesPerToken, isEstimated: true)
        }

        var inputTokens: Int64 { Int64(bytes.count) / CallEstimate.bytesPerToken }
    }

    /// Brings bytes of an answer to the client.
    typealias Put = @Sendable ([UInt8]) async throws -> Void

    /// Answers one request.
    ///
    /// - Throws: ``GatewayError``; ``ModelError`` of a call that has failed before a part of its answer was there;
    ///   ``Problem``; `CancellationError`.
    func answer(_ request: RouteRequest, in dialect: any InboundDialect) async throws -> ServerResponse {
        try Self.checkDoor(request)
        let caller = try request.caller
        let bytes = try await request.jsonBytes()
        let sent = try Asked(request, in: dialect, bytes, guards: nil)
        try CallAllowance.checkModel(sent.raw.model, of: caller.principal)
        let meter = CallMeter(
            CallDialect(rawValue: dialect.name) ?? .engine, model: sent.raw.model, isStreamed: sent.raw.isStreaming,
            by: caller, tenant: tenant, request: request.id, clock: clock, random: random
        ) { sent.inputTokens }
        let asked = try await guarded(sent, meter)
        var found = asked.guards?.text
        var response: ServerResponse
        if asked.raw.isStreaming {
            response = try await StreamedAnswer(in: dialect, requestID: request.id, pulse: pulse) { put in
                try await bring(asked, meter, put)
            }.response()
        } else {
            let all = Collected()
            try await bring(asked, meter) { bytes in all.add(bytes) }
            found = asked.guards?.text
            response = Self.whole(all.bytes)
        }
        if let found { response.headers.set(Self.guardsField, to: found) }
        if let name = meter.providerModel { response.headers.set("X-Tutti-Model", to: name) }
        for (name, value) in dialect.rateFields(meter.rates, at: clock.now()) { response.headers.set(name, to: value) }
        for (name, value) in meter.cacheFields { response.headers.set(name, to: value) }
        if let checks = meter.checksField { response.headers.set("X-Tutti-Checks", to: checks) }
        if let run = meter.run { response.headers.set("X-Tutti-Run", to: run.text) }
        response.headers.set("request-id", to: request.id)  // where Anthropic's clients look for it
        return response
    }

    /// The request as its guards let it through.
    ///
    /// - Throws: ``GatewayError`` of a guard that does not, when it has been written down.
    @inline(never)
    private func guarded(_ sent: Asked, _ meter: CallMeter) async throws -> Asked {
        guard let guards = models.guards.guards(of: sent.raw.model, meter) else { return sent }
        let model = sent.raw.model
        let passed = try await models.admit(model, meter, for: sent.request) { () async throws(GatewayError) in
            try await guards.request(sent.bytes) ?? sent.bytes
        }
        return try Asked(sent.request, in: sent.dialect, passed, guards: guards)
    }

    /// The answer of an attempt.
    private struct Brought: Sendable {
        /// What has not gone to the client yet.
        var bytes: [UInt8] = []
        /// Whether it is whole; the failure of a stream may be one of its events.
        var isWhole = true
        /// Whether its route demands something of it.
        var isChecked = false
        /// The demand that it does not meet.
        var unmet: String?
    }

    /// Asks a model, and brings its answer.
    ///
    /// - Returns: whether it is whole, and what its route demands.
    /// - Throws: ``GatewayError`` also of a guard that does not let the answer through.
    func ask(_ asked: Asked, _ meter: CallMeter, _ put: @escaping Put) async throws -> Bool {
        let brought = try await models.run(
            asked.raw.model, meter, for: asked.request, facts: asked.facts,
            // What guards have found in two answers at once could not be told apart.
            isAlone: asked.guards?.watchAnswers ?? false,
            check: { (answer: Brought) in answer.unmet.map { AnswerChecks.failure($0, nil) } }
        ) { target in
            if let checks = target.checks { return try await checked(asked, by: checks, from: target) }
            guard asked.raw.isStreaming else { return Brought(bytes: try await whole(asked, from: target)) }
            let isWhole = try await stream(asked, from: target) { bytes in
                try target.noteContent()
                meter.noteBytes(bytes.count)
                try await put(bytes)
            }
            return Brought(isWhole: isWhole)
        }
        try asked.guards?.check()
        if brought.isChecked { meter.noteChecks(unmet: brought.unmet) }
        if !brought.bytes.isEmpty { try await put(brought.bytes) }
        return brought.isWhole && brought.unmet == nil
    }

    /// The call in the client's own dialect, where the provider speaks it; it is handed on as it is.
    private func relayed(_ asked: Asked, _ target: GatewayTarget) throws -> (any RelayingProvider, RelayedCall)? {
        guard let provider = target.model.provider as? any RelayingProvider, let spoken = provider.relayDialect,
            spoken.rawValue == asked.dialect.name
        else { return nil }
        let headers = Self.handedOn(asked.request, in: spoken)
        return (
            provider,
            try asked.raw.relayed(
                as: target.model.model, in: spoken, takesThoughts: target.model.name.hasPrefix("openrouter/"),
                headers: headers)
        )
    }

    private func stamp(_ asked: Asked) -> AnswerStamp {
        AnswerStamp(
            id: random.draw { AnswerName.make(using: &$0) }, model: asked.raw.model,
            created: clock.now().milliseconds / 1000)
    }

    // Most streams are handed on: what others have at hand is not to be kept for as long as those go on.

    @inline(never)
    private func whole(_ asked: Asked, from target: GatewayTarget) async throws -> [UInt8] {
        if let (provider, call) = try relayed(asked, target) {
            let all = Collected()
            let answer = try await provider.relay(call) { bytes in all.add(bytes) }
            target.noteUsage(answer.usage ?? asked.guess(answeredWith: all.bytes))
            return await asked.guards?.answer(all.bytes) ?? all.bytes
        }
        return try await carriedOver(asked, from: target).bytes
    }

    @inline(never)
    private func carriedOver(
        _ asked: Asked, from target: GatewayTarget
    ) async throws -> (bytes: [UInt8], response: ModelResponse, request: ModelRequest) {
        var call = try asked.read()
        call.request.model = target.model.model
        let response = try await target.model.provider.answer(call.request) { _ in }
        let bytes = call.writer.whole(response, stamp(asked))
        target.noteUsage(response.usage ?? asked.guess(answeredWith: bytes))
        return (await asked.guards?.answer(bytes) ?? bytes, response, call.request)
    }

    /// An answer of which nothing goes to the client before it has been checked; it is carried over, since only then it
    /// is known what it says.
    @inline(never)
    private func checked(
        _ asked: Asked, by checks: AnswerChecks, from target: GatewayTarget
    ) async throws -> Brought {
        var brought = Brought(isChecked: true)
        if asked.raw.isStreaming {
            let all = Collected()
            let (response, request) = try await carriedOverStream(asked, from: target) { bytes in all.add(bytes) }
            brought.bytes = all.bytes
            if let response {
                if response.usage == nil { target.noteUsage(asked.guess(answeredWith: all.bytes)) }
                brought.unmet = checks.unmet(by: response, to: request)
            } else {
                brought.isWhole = false
            }
        } else {
            let (bytes, response, request) = try await carriedOver(asked, from: target)
            brought.bytes = bytes
            brought.unmet = checks.unmet(by: response, to: request)
        }
        return brought
    }

    private func stream(_ asked: Asked, from target: GatewayTarget, _ put: @escaping Put) async throws -> Bool {
        // Where a finding is cut in two by events, only their texts show it.
        let isGuarded = asked.guards?.watchAnswers ?? false
        if !isGuarded, let (provider, call) = try relayed(asked, target) {
            return try await handOn(call, to: provider, target, put)
        }
        return try await carriedOverStream(asked, from: target, put).response != nil
    }

    @inline(never)
    private func handOn(
        _ call: RelayedCall, to provider: any RelayingProvider, _ target: GatewayTarget, _ put: @escaping Put
    ) async throws -> Bool {
        let answer = try await provider.relay(call, tell: put)
        if let usage = answer.usage { target.noteUsage(usage) }
        return answer.failure == nil
    }

    /// - Returns: `nil` for an answer that a guard does not let through.
    @inline(never)
    private func carriedOverStream(
        _ asked: Asked, from target: GatewayTarget, _ put: @escaping Put
    ) async throws -> (response: ModelResponse?, request: ModelRequest) {
        var call = try asked.read()
        call.request.model = target.model.model
        let writer = StreamState(call.writer.stream(stamp(asked)))
        let end = Collected()
        let pass: @Sendable (ModelEvent, [UInt8]) async throws -> Void = { event, comment in
            let bytes = writer.take(event)
            // The end goes out when the call is written down.
            if case .finished = event { end.add(comment + bytes) } else if !bytes.isEmpty { try await put(bytes) }
        }
        let listener: ModelListener
        var heard: HeardAnswer?
        if let guards = asked.guards, guards.watchAnswers {
            let all = HeardAnswer()
            heard = all
            let guarded = guards.listener(pass)
            listener = { event in
                all.note(event)
                try await guarded(event)
            }
        } else {
            listener = { try await pass($0, []) }
        }
        let response: ModelResponse
        do {
            response = try await target.model.provider.answer(call.request, tell: listener)
            if let usage = response.usage { target.noteUsage(usage) }
        } catch  where asked.guards?.isRefused == true {
            if let heard { target.noteUsage(heard.usage(inputTokens: asked.inputTokens)) }
            return (nil, call.request)  // nobody else is to be asked, and no provider was at fault
        }
        try await put(end.bytes)
        return (response, call.request)
    }

    private static func whole(_ bytes: [UInt8]) -> ServerResponse {
        ServerResponse(
            status: 200, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(bytes))
    }

    /// Fields of the client's head that belong to the dialect.
    static func handedOn(
        _ request: RouteRequest, in dialect: RelayDialect
    ) -> [(name: String, value: String)] {
        guard dialect == .messages else { return [] }
        return ["anthropic-version", "anthropic-beta"].compactMap { name in
            request.request.headers[name].map { (name, $0) }
        }
    }

    /// Turns texts into vectors, and tells what guards have found in them. Whether the caller may ask for the model is
    /// for others to say.
    ///
    /// - Throws: as ``answer(_:in:)``.
    func embed(
        _ embedding: EmbeddingRequest, _ request: RouteRequest
    ) async throws -> (vectors: EmbeddingResponse, found: String?) {
        let tokens = CallEstimate(embedding, price: nil).inputTokens
        let caller = try request.caller
        let meter = CallMeter(
            .embeddings, model: embedding.model, isStreamed: false, by: caller, tenant: tenant,
            request: request.id, clock: clock, random: random
        ) { tokens }
        let guards = models.guards.guards(of: embedding.model, meter)
        let passed: EmbeddingRequest
        if let guards {
            passed = try await models.admit(embedding.model, meter, for: request) { () async throws(GatewayError) in
                try await guards.request(embedding)
            }
        } else {
            passed = embedding
        }
        let vectors = try await models.run(
            embedding.model, meter, for: request, facts: { RouteFacts(inputTokens: tokens, outputTokensMax: 0) }
        ) { target in
            guard let provider = target.model.provider as? any EmbeddingProvider else {
                throw GatewayError(
                    .invalidRequest, "the provider of '\(target.model.name)' has no embeddings; ask another model",
                    field: "model", code: "no_embeddings")
            }
            var asked = passed
            asked.model = target.model.model
            let response = try await provider.embed(asked)
            if let usage = response.usage { target.noteUsage(usage) }
            return response
        }
        return (vectors, guards?.text)
    }

    /// - Throws: ``GatewayError`` when there is no such model; what keeps models from being listed.
    func checkModel(_ name: String) throws { try models.check(name) }

    /// On a machine without accounts any page that its user visits can reach the port: a program says that it means
    /// the gateway by showing a key, whichever it is. Of pages only those of this server get in, as the browser says.
    ///
    /// - Throws: ``GatewayError``; ``Problem`` for a `beta` that is no flag.
    static func checkDoor(_ request: RouteRequest) throws {
        _ = try request[beta]
        guard try request.caller.principal.credential == .machine else { return }
        let headers = request.request.headers
        if request.isOfOwnPage { return }
        guard headers["Authorization"] != nil || headers["X-API-Key"] != nil else {
            throw GatewayError(
                .unauthenticated,
                "send an API key, any at all: 'Authorization: Bearer …'; nobody has an account here yet")
        }
        guard headers["Origin"] == nil else {
            throw GatewayError(.forbidden, "other web pages cannot use the gateway of a server without accounts")
        }
    }
}

extension RouteRequest {
    /// Whether the browser says that a page of this very server has sent it: of the same origin, which no page can
    /// make up (Fetch standard, "Origin header"; W3C Fetch Metadata). A page that others may have loaded under another
    /// name of this machine is not one.
    fileprivate var isOfOwnPage: Bool {
        let site = request.headers["Sec-Fetch-Site"]
        guard let page = request.headers["Origin"] else { return site == "same-origin" }
        return page.lowercased() == origin.page && (site == nil || site == "same-origin")
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
