import FoundationEssentials
public import TuttiCore
public import TuttiEngine
public import TuttiModels

extension Context {
    /// Asks a model once: its answer is in the journal before this returns, so a call that is recorded is never paid
    /// again, whatever happens to the process.
    ///
    /// What the call may cost is set aside of the run's budget first, and what it did cost is told in the end, also of
    /// an answer that broke off. Its text is streamed to whoever watches. All attempts carry the step's idempotency
    /// token.
    ///
    /// - Parameters:
    ///   - name: names the step in its scope.
    ///   - retry: how often an error is tried again that says so; the pause that a provider asks for is kept.
    /// - Throws: ``StepError`` with the code of the `ModelError`; `CancellationError` when the run is stopped, which
    ///   ends the call at the provider, too.
    public func ask(
        _ model: Model, _ request: ModelRequest, as name: String = "ask", retry: RetryPolicy = .modelCalls
    ) async throws -> ModelReply {
        try await ask(model, request, as: name, retry: retry) { _ in }
    }

    /// Asks with the next request of a conversation whose earlier messages other steps of the run hold.
    ///
    /// - Parameters:
    ///   - known: how many messages that are.
    ///   - fingerprint: tells this conversation so far from every other, in place of a hash of all of it.
    /// - Throws: as ``ask(_:_:as:retry:)``.
    func ask(
        _ model: Model, _ request: ModelRequest, as name: String, known: Int, fingerprint: String
    ) async throws -> ModelReply {
        var request = request
        request.model = model.model
        let call = ModelCall(model: model, request: request, known: known)
        let options = StepOptions(retry: .modelCalls, charge: call.charge(at: unrecordedNow))
        return try await step(name, AskKey(model: model.name, request: fingerprint), options) { _ in
            try await call.answer()
        }
    }

    /// - Parameter check: throws for an answer that is of no use, which is paid for all the same: the step has failed
    ///   then, so that a retry of the run asks again.
    private func ask(
        _ model: Model, _ request: ModelRequest, as name: String, retry: RetryPolicy,
        _ check: @escaping @Sendable (ModelReply) throws -> Void
    ) async throws -> ModelReply {
        var request = request
        request.model = ""  // what a provider calls the model is no part of what is asked
        let key = AskKey(model: model.name, request: try Digest.sha256Hex(CanonicalJSON.encode(request)))
        request.model = model.model
        let call = ModelCall(model: model, request: request)
        let options = StepOptions(retry: retry, charge: call.charge(at: unrecordedNow))
        return try await step(name, key, options) { _ in
            let reply = try await call.answer()
            try check(reply)
            return reply
        }
    }

    /// Asks a model a question in words; the answer's text is all that is returned.
    ///
    /// - Parameters:
    ///   - system: what holds for the whole conversation, such as who the model is to be.
    ///   - name: names the step in its scope.
    ///   - retry: how often an error is tried again that says so.
    /// - Throws: as ``ask(_:_:as:retry:)``.
    public func ask(
        _ model: Model, _ question: String, system: String? = nil, as name: String = "ask",
        retry: RetryPolicy = .modelCalls
    ) async throws -> String {
        let request = ModelRequest(model: model.model, system: system, messages: [.user(question)])
        return try await ask(model, request, as: name, retry: retry).response.text
    }

    /// Asks a model for JSON. An answer that does not fit the schema is shown to the model once, with what is wrong
    /// with it; both calls are steps.
    ///
    /// - Returns: what the answer holds, as `Value`.
    /// - Throws: as ``ask(_:_:as:retry:)``; when the second answer does not fit either, ``StepError`` with the code of
    ///   the `JSONAnswerError`, such as `answer_not_json`. What was spent on all calls is in its data, as `spending`.
    public func ask<Value: Decodable & Sendable>(
        _ model: Model, _ request: ModelRequest, for type: Value.Type, schema: JSONSchema, as name: String = "ask"
    ) async throws -> ModelValue<Value> {
        var exchange = JSONExchange(request, schema: schema, name: "answer")
        let first = try await ask(model, exchange.request, as: name, retry: .modelCalls) { [exchange] reply in
            try Self.check(reply, of: exchange)
        }
        switch exchange.take(first.response) {
        case .value(let json): return try ModelValue(json, spending: first.spending, isRepaired: false)
        case .failed(let error): throw FailedCall(error, after: first.spending)
        case .ask(let again):
            let second: ModelReply
            do {
                second = try await ask(model, again, as: "repair", retry: .modelCalls) { [exchange] reply in
                    try Self.check(reply, of: exchange)
                }
            } catch let error as StepError {
                throw error.after(first.spending)
            }
            let spending = first.spending + second.spending
            switch exchange.take(second.response) {
            case .value(let json): return try ModelValue(json, spending: spending, isRepaired: true)
            case .failed(let error): throw FailedCall(error, after: spending)
            case .ask: preconditionFailure("an exchange asks for one repair")
            }
        }
    }

    /// - Throws: ``FailedCall`` for an answer that ends an exchange without a value.
    private static func check(_ reply: ModelReply, of exchange: JSONExchange) throws {
        var exchange = exchange
        guard case .failed(let error) = exchange.take(reply.response) else { return }
        throw FailedCall(error, after: reply.spending)
    }

    /// What identifies a call: code that asks something else under the same key must not get the old answer.
    private struct AskKey: Encodable {
        var model: String
        var request: String
    }
}

extension RetryPolicy {
    /// Four attempts, waits of up to half a second, one and two, or what the provider asks for.
    public static let modelCalls = RetryPolicy(
        attemptsMax: 4, delayFirst: .milliseconds(500), delayMax: .seconds(8))
}
