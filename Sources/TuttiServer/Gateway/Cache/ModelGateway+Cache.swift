import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTPServer
import TuttiModels
import TuttiObservability
import TuttiRouting
import TuttiRuntime

extension ModelGateway {
    /// Brings an answer to the client: one that is there already, or that of a model, which may then be kept.
    func bring(_ asked: Asked, _ meter: CallMeter, _ put: @escaping Put) async throws {
        guard let cached = cached(asked) else {
            _ = try await ask(asked, meter, put)
            return
        }
        try await bring(asked, meter, cached, put)
    }

    @inline(never)  // most streams have nothing to do with a cache, and keep what was once at hand
    private func bring(_ asked: Asked, _ meter: CallMeter, _ cached: CachedCall, _ put: @escaping Put) async throws {
        let found = try await cached.find { text, model in try await vector(of: text, by: model, for: asked) }
        switch found {
        case .same(let answer): try await give(answer, similarity: nil, asked, meter, put)
        case .similar(let answer, let similarity): try await give(answer, similarity: similarity, asked, meter, put)
        case .nothing(let question):
            meter.noteMiss()
            models.cache.count(.miss)
            let tape = AnswerTape()
            let isWhole = try await ask(asked, meter) { bytes in
                tape.add(bytes)
                try await put(bytes)
            }
            let taken = meter.taken
            // What has cost no token of output says nothing; where nobody has counted, the words have to be looked for.
            guard isWhole, let bytes = tape.bytes, asked.raw.isStreaming || Self.isWhole(bytes, asked.dialect),
                taken.isEstimated ? AnswerWords.areIn(bytes, isStream: asked.raw.isStreaming) : taken.tokens.output > 0,
                let name = meter.providerModel
            else { return }
            await cached.keep(bytes, by: name, taken.tokens, cost: taken.cost, at: clock.now(), to: question)
        }
    }

    /// The call as one of the cache; `nil` where it has nothing to do with it, no cache was asked for, or there is no
    /// such model any more: that is for the call itself to say.
    private func cached(_ asked: Asked) -> CachedCall? {
        let (table, name) = (models.router.table, asked.raw.model)
        guard let rules = table.cache, table.route(name) != nil || !models.runs.has(name) else { return nil }
        let headers = asked.request.request.headers
        return CachedCall(
            models.cache, rules, scope(of: asked, in: table), model: name, headers: headers, body: asked.bytes)
    }

    private func scope(of asked: Asked, in table: RouteTable) -> AnswerScope? {
        let name = asked.raw.model
        let deployments = (table.route(name)?.reachable ?? []).compactMap { table.deployment($0) }
        var scope = AnswerScope(
            tenant: tenant, dialect: CallDialect(rawValue: asked.dialect.name) ?? .engine, model: name)
        scope.guards = asked.guards?.fingerprint ?? ""
        scope.answerers = Set(deployments.map(\.model.description)).sorted()
        if table.route(name) == nil {
            guard let model = try? models.model(named: name) else { return nil }
            scope.keyHolders[name] = model.keyHolder()
        }
        // Those with keys of their own are asked with these by everybody.
        for model in Set(deployments.filter(\.keys.isEmpty).map(\.model.description)) {
            scope.keyHolders[model] = (try? models.model(named: model))?.keyHolder()
        }
        if let dialect = RelayDialect(rawValue: asked.dialect.name) {
            let fields = Self.handedOn(asked.request, in: dialect)
            scope.headers = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
        return scope
    }

    /// Whether a response says that it has not failed: it has the form of any other.
    private static func isWhole(_ bytes: [UInt8], _ dialect: any InboundDialect) -> Bool {
        guard dialect.name == CallDialect.responses.rawValue, let status = ObjectMembers(bytes)?["status"] else {
            return true
        }
        return ["\"completed\"", "\"incomplete\""].contains { status.elementsEqual($0.utf8) }
    }

    // MARK: Answers that are there

    /// Bytes of a stream that go out at once.
    private static let pieceMax = 16 << 10

    private func give(
        _ answer: CachedAnswer, similarity: Double?, _ asked: Asked, _ meter: CallMeter, _ put: @escaping Put
    ) async throws {
        let age = Duration.milliseconds(clock.now().milliseconds - answer.time.milliseconds)
        meter.noteHit(answer, age: age, similarity: similarity)
        try await models.replay(meter, for: asked.request) {
            models.cache.count(similarity == nil ? .hit : .similar, saving: answer)
            guard asked.raw.isStreaming else { return try await put(answer.bytes) }
            for start in stride(from: 0, to: answer.bytes.count, by: Self.pieceMax) {
                let piece = Array(answer.bytes[start..<min(start + Self.pieceMax, answer.bytes.count)])
                meter.noteBytes(piece.count)
                try await put(piece)
            }
        }
    }

    // MARK: Questions

    /// Nobody waits for longer to learn whether there is an answer to a similar question.
    private static let questionWaitMax: Duration = .seconds(5)

    /// The vector of a question, as a call of the same caller; `nil` when it cannot be had, which stops nobody.
    ///
    /// - Throws: `CancellationError`.
    private func vector(of text: String, by model: String, for asked: Asked) async throws -> UnitVector? {
        let request = EmbeddingRequest(model: model, inputs: .texts([text]))
        do {
            let response = try await withTimeout(Self.questionWaitMax, on: clock) {
                try await embed(request, asked.request)
            }
            guard let vector = response.vectors.vectors.first, vector.count <= AnswerLimits.dimensionsMax else {
                return nil
            }
            return UnitVector(vector)
        } catch {
            try Task.checkCancellation()
            let code = error is TimeoutError ? "timed_out" : (error as? any CodedError)?.code ?? "failed"
            models.log.info(
                "a question is not compared with others: it has no vector",
                ["request.id": .string(asked.request.id), "model": .string(model), "error": .string(code)])
            return nil
        }
    }
}
