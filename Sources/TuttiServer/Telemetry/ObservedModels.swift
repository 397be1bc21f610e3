import Synchronization
package import TuttiAgents
import TuttiCore
import TuttiModels
package import TuttiObservability
package import TuttiRuntime

/// Models whose calls are counted and traced.
package struct ObservedModels: ModelSource {
    private let models: any ModelSource
    private let numbers: ModelNumbers
    private let tracer: Tracer
    private let clock: any Timekeeper

    package init(_ models: any ModelSource, metrics: MetricRegistry, tracer: Tracer, clock: any Timekeeper) {
        self.models = models
        numbers = ModelNumbers(metrics)
        self.tracer = tracer
        self.clock = clock
    }

    /// - Throws: as the source that finds them.
    package func model(named name: String) throws -> Model { observed(try models.model(named: name), name) }

    /// The same for a model that was found elsewhere.
    package func observed(_ model: Model, _ name: String) -> Model {
        var model = model
        let source = name.utf8.first == UInt8(ascii: "/") || name.isEmpty ? "other" : String(name.prefix { $0 != "/" })
        model.provider = ObservedProvider(
            provider: model.provider, source: source, model: model, numbers: numbers, tracer: tracer, clock: clock)
        return model
    }
}

/// A provider whose calls are counted and traced.
private struct ObservedProvider: ModelProvider {
    let provider: any ModelProvider
    /// As it is written before the slash.
    let source: String
    let model: Model
    let numbers: ModelNumbers
    let tracer: Tracer
    let clock: any Timekeeper

    /// Names of OpenTelemetry's conventions for providers that they know.
    private static let names = [
        "gemini": "gcp.gemini", "mistral": "mistral_ai", "xai": "x_ai", "azure": "azure.ai.openai",
        "bedrock": "aws.bedrock", "vertex": "gcp.vertex_ai",
    ]

    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        var asked = GenAISpan.Request(provider: Self.names[source] ?? source, model: request.model)
        asked.maxTokens = request.outputTokensMax.map { Int64($0) }
        asked.temperature = request.temperature
        asked.stopSequences = request.stop
        asked.isStream = true
        asked.outputType = request.output == nil ? "text" : "json"
        let begun = clock.uptime()
        let first = Mutex<Duration?>(nil)
        return try await tracer.span(GenAISpan.inference(asked)) { span in
            do {
                let response = try await provider.answer(request) { event in
                    switch event {
                    case .text, .reasoning, .toolCall:
                        first.withLock { if $0 == nil { $0 = clock.uptime() - begun } }
                    default: break
                    }
                    try await tell(event)
                }
                count(response.usage, took: clock.uptime() - begun, first: first.withLock { $0 })
                span.set(Self.attributes(of: response, first: first.withLock { $0 }))
                return response
            } catch {
                count(error, took: clock.uptime() - begun)
                throw error
            }
        }
    }

    private func count(_ usage: ModelUsage?, took: Duration, first: Duration?) {
        guard let first, let usage else {
            numbers.calls[source, model.name, "ok"].add()
            numbers.duration[source, model.name].observe(took)
            if let first { numbers.firstChunk[source, model.name].observe(first) }
            if let usage { count(usage) }
            return
        }
        let cells = numbers.answered(source, model.name)
        cells.calls.add()
        cells.duration.observe(took)
        cells.firstChunk.observe(first)
        cells.inputTokens.add(Int(clamping: usage.input))
        cells.outputTokens.add(Int(clamping: usage.output))
        count(costOf: usage)
    }

    private func count(_ error: any Error, took: Duration) {
        let code = (error as? any CodedError)?.code ?? (error is CancellationError ? "cancelled" : "other")
        numbers.calls[source, model.name, code].add()
        numbers.duration[source, model.name].observe(took)
        if let usage = (error as? ModelError)?.usage { count(usage) }
    }

    private func count(_ usage: ModelUsage) {
        numbers.tokens[source, model.name, "input"].add(Int(clamping: usage.input))
        numbers.tokens[source, model.name, "output"].add(Int(clamping: usage.output))
        count(costOf: usage)
    }

    private func count(costOf usage: ModelUsage) {
        let cost = usage.reportedCost ?? model.price(at: clock.now())?.cost(of: usage)
        if let cost { numbers.cost[source, model.name].add(amount: Double(cost.microdollars) / 1e6) }
    }

    private static func attributes(of response: ModelResponse, first: Duration?) -> SpanAttributes {
        var answered = GenAISpan.Response()
        answered.finishReasons = [response.finish.rawValue]
        answered.inputTokens = response.usage?.input
        answered.outputTokens = response.usage?.output
        answered.cacheReadTokens = response.usage?.cacheRead
        answered.cacheCreationTokens = response.usage?.cacheWrite
        answered.reasoningTokens = response.usage?.reasoning
        answered.timeToFirstChunk = first
        return GenAISpan.attributes(of: answered)
    }
}

// What is handed on as it is, and what is turned into vectors, is counted as answers are.
extension ObservedProvider: RelayingProvider, EmbeddingProvider {
    var relayDialect: RelayDialect? { (provider as? any RelayingProvider)?.relayDialect }

    func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        guard let provider = provider as? any RelayingProvider else {
            throw ModelError(.badRequest, .never, "\(source) takes no requests as they are")
        }
        var asked = GenAISpan.Request(provider: Self.names[source] ?? source, model: call.model)
        asked.isStream = call.isStreaming
        let begun = clock.uptime()
        let first = Mutex<Duration?>(nil)
        return try await tracer.span(GenAISpan.inference(asked)) { span in
            do {
                let answer = try await provider.relay(call) { bytes in
                    first.withLock { if $0 == nil { $0 = clock.uptime() - begun } }
                    try await tell(bytes)
                }
                if let failure = answer.failure {
                    count(failure, took: clock.uptime() - begun)
                } else {
                    count(answer.usage, took: clock.uptime() - begun, first: first.withLock { $0 })
                }
                let told = ModelResponse(content: [], usage: answer.usage)
                span.set(Self.attributes(of: told, first: first.withLock { $0 }))
                return answer
            } catch {
                count(error, took: clock.uptime() - begun)
                throw error
            }
        }
    }

    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingResponse {
        guard let provider = provider as? any EmbeddingProvider else { throw ModelError.withoutEmbeddings(source) }
        let begun = clock.uptime()
        do {
            let response = try await provider.embed(request)
            count(response.usage, took: clock.uptime() - begun, first: nil)
            return response
        } catch {
            count(error, took: clock.uptime() - begun)
            throw error
        }
    }
}

/// The numbers of calls of models.
private final class ModelNumbers: Sendable {
    /// The cells of calls that were answered as most are, found once: looking each up costs as much as all else here.
    struct Answered: Sendable {
        let calls: Counter
        let duration: Histogram
        let firstChunk: Histogram
        let inputTokens: Counter
        let outputTokens: Counter
    }

    private struct Name: Hashable {
        let source: String
        let model: String
    }

    private let answered = Mutex<[Name: Answered]>([:])
    /// Names whose cells are remembered: those that come behind are looked up each time.
    private static let answeredMax = 1_000

    let calls: MetricFamily<Counter>
    let tokens: MetricFamily<Counter>
    let cost: MetricFamily<Counter>
    let duration: MetricFamily<Histogram>
    let firstChunk: MetricFamily<Histogram>

    init(_ registry: MetricRegistry) {
        calls = registry.counter(ModelMetric.calls)
        tokens = registry.counter(ModelMetric.tokens)
        cost = registry.counter(ModelMetric.cost)
        duration = registry.histogram(ModelMetric.duration)
        firstChunk = registry.histogram(ModelMetric.firstChunk)
    }

    func answered(_ source: String, _ model: String) -> Answered {
        let name = Name(source: source, model: model)
        if let known = answered.withLock({ $0[name] }) { return known }
        let cells = Answered(
            calls: calls[source, model, "ok"], duration: duration[source, model],
            firstChunk: firstChunk[source, model], inputTokens: tokens[source, model, "input"],
            outputTokens: tokens[source, model, "output"])
        answered.withLock { if $0.count < Self.answeredMax { $0[name] = cells } }
        return cells
    }
}
