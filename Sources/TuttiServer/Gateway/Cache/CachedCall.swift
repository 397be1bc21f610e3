import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiModels
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// One call whose answer may be there already, or be kept.
struct CachedCall: Sendable {
    /// What was found.
    enum Found: Sendable {
        case same(CachedAnswer)
        case similar(CachedAnswer, similarity: Double)
        /// Nothing. The vector of the question, where there is one, goes with the answer that is to come.
        case nothing(CachedAnswer.Question?)
    }

    let cache: AnswerCache
    private let rules: AnswerCacheRules
    private let request: KeepableRequest
    private let scope: AnswerScope
    /// Whether the client wants a new answer in any case.
    private let asksAnew: Bool
    /// Removals before anything was asked.
    private let removals: Int

    /// - Parameters:
    ///   - scope: `nil` for a model whose answers are nobody's at the moment.
    ///   - headers: of the request, in which `Cache-Control` says what the client wants.
    ///   - body: of the request.
    /// - Returns: `nil` for a call that has nothing to do with the cache.
    init?(
        _ cache: AnswerCache, _ rules: AnswerCacheRules, _ scope: @autoclosure () -> AnswerScope?, model: String,
        headers: HTTPHeaders, body: [UInt8]
    ) {
        guard rules.covers(model), !headers.hasToken("no-store", of: "Cache-Control") else { return nil }
        guard let scope = scope(), let request = KeepableRequest(body, scope) else { return nil }
        (self.cache, self.rules, self.request, self.scope) = (cache, rules, request, scope)
        asksAnew = headers.hasToken("no-cache", of: "Cache-Control")
        removals = cache.removals
    }

    /// Looks for an answer.
    ///
    /// - Parameter vector: makes a vector of a text by the model of a name; `nil` when it cannot.
    /// - Throws: `CancellationError`.
    func find(vector: (_ text: String, _ model: String) async throws -> UnitVector?) async throws -> Found {
        if !asksAnew, let answer = await cache.answer(request.key, rules) { return .same(answer) }
        guard let similar = rules.similar, let asked = request.question(embeddings: similar.embeddings),
            let vector = try await vector(asked.text, similar.embeddings)
        else { return .nothing(nil) }
        let question = CachedAnswer.Question(kind: asked.kind, vector: vector)
        if !asksAnew, let near = await cache.nearest(question, atLeast: similar.similarity, rules) {
            return .similar(near.answer, similarity: near.similarity)
        }
        return .nothing(question)
    }

    /// Keeps the answer of a model.
    func keep(
        _ bytes: [UInt8], by providerModel: String, _ tokens: CallTokens, cost: USD, at time: Timestamp,
        to question: CachedAnswer.Question?
    ) async {
        var answer = CachedAnswer(
            tenant: scope.tenant, model: scope.model, bytes: bytes, providerModel: providerModel, time: time)
        (answer.tokens, answer.cost, answer.question) = (tokens.total, cost, question)
        await cache.keep(answer, under: request.key, rules, since: removals)
    }
}
