import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiModels
import TuttiStore

/// Answers a conversation by a run: what happens in it is told as thoughts, what it comes to as the answer.
///
/// Whoever leaves does not want the answer any more, so the run is cancelled, as a call of a model would be ended. A
/// server that dies does not do that: the run goes on when it is back.
struct RunModelProvider: ModelProvider {
    let engine: Engine
    let family: any RunModels
    /// Starts the run.
    let start: @Sendable (ModelRequest) async throws -> RunID
    /// Is told what a run has used that nobody waits for any more.
    let lost: @Sendable (ModelUsage) -> Void

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        try Self.check(request)
        let run = try await start(request)
        do {
            return try await follow(run, tell)
        } catch {
            // The task of who has left is cancelled; what ends the run must not be.
            await Task { await cancel(run) }.value
            throw error
        }
    }

    private func cancel(_ run: RunID) async {
        try? await engine.cancel(run)
        if let usage = try? await usage(of: run, Spending()) { lost(usage) }
    }

    private func follow(_ run: RunID, _ tell: ModelListener) async throws -> ModelResponse {
        let handle = engine.handle(of: run, as: JSONValue.self)
        var thoughts = ""
        func think(_ line: String) async throws {
            thoughts += line + "\n"
            try await tell(.reasoning(line + "\n"))
        }
        try await think("The run \(run) has begun.")
        for try await event in handle.events {
            if let line = family.progress(event) { try await think(line) }
        }
        let output: JSONValue
        do {
            output = try await handle.output
        } catch let error as RunError {
            throw await failure(error, of: run)
        }
        let (text, spending) = try family.answer(of: run, output)
        let usage = try await usage(of: run, spending)
        let response = ModelResponse(
            content: [.reasoning(ModelReasoning(text: thoughts)), .text(text)], usage: usage)
        try await tell(.text(text))
        try await tell(.usage(usage))
        try await tell(.finished(.stop, native: nil))
        return response
    }

    /// What a run has used; tokens of calls that came to nothing are taken for tokens sent.
    private func usage(of run: RunID, _ spending: Spending) async throws -> ModelUsage {
        let cost = try await engine.cost(of: run)
        let sent = max(spending.inputTokens, (cost?.tokens ?? 0) - spending.outputTokens)
        return ModelUsage(
            uncachedInput: sent, output: spending.outputTokens,
            reportedCost: spending.usd == nil ? nil : USD(microdollars: cost?.microdollars ?? 0))
    }

    private func failure(_ error: RunError, of run: RunID) async -> ModelError {
        let kind: ModelErrorCode = error.reason == .overBudget ? .quotaExhausted : .providerFailed
        var failure = ModelError(kind, .never, error.message)
        failure.usage = try? await usage(of: run, Spending())
        return failure
    }

    /// Numbers that steer sampling, effort and length have no effect: a run asks its models in its own way. What asks
    /// for another answer than text is refused.
    ///
    /// - Throws: ``ModelError`` `bad_request` that names the field.
    private static func check(_ request: ModelRequest) throws(ModelError) {
        let fields = [
            ("tools", !request.tools.isEmpty), ("output", request.output != nil), ("stop", !request.stop.isEmpty),
        ]
        guard let field = fields.first(where: \.1)?.0 else { return }
        var error = ModelError(
            .badRequest, .never, "'\(field)' means nothing to a model that is a run; leave it out, or ask another model"
        )
        error.parameter = field
        throw error
    }
}
