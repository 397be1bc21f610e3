import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore
import TuttiTesting

/// Asks what its closure says.
struct Asking<Output: Codable & Sendable>: Workflow {
    static var name: String { "asking" }
    let body: @Sendable (Context) async throws -> Output

    func run(_ input: Int, _ ctx: Context) async throws -> Output { try await body(ctx) }
}

private struct Verdict: Codable, Sendable, Hashable {
    var isGood: Bool
}

private let verdictSchema = (try? JSONSchema.of(Verdict.self)) ?? .boolean

/// A million tokens sent cost a dollar, a million received two.
private let prices = PriceTable([
    ModelPrice(model: "test/*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(1), output: .dollars(2))
])

private func question(_ text: String = "why?", outputTokensMax: Int? = 1000) -> ModelRequest {
    ModelRequest(model: "", messages: [.user(text)], outputTokensMax: outputTokensMax)
}

/// The code of the error that a closure throws.
private func code(of body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "none"
    } catch {
        return (error as? any CodedError)?.code ?? "another"
    }
}

private func limited(after pause: Duration?) -> ModelError {
    var error = ModelError(.rateLimited, .retry, "too many calls")
    error.retryAfter = pause
    return error
}

@Suite struct AskTests {
    @Test("takes a question in words, and answers in words")
    func words() async throws {
        let provider = TestProvider { _ in .saying("because") }
        let work = Asking { ctx in
            try await ctx.ask(Model("test/a", provider: provider), "why?", system: "Be short.", as: "reason")
        }
        let (answer, key) = try await withEngine([work]) { engine, _ in
            let run = try await engine.start(work, 1)
            var keys: [String] = []
            for try await event in run.events where event.type == "step.completed" { keys.append(event.key ?? "") }
            return (try await run.output, keys)
        }
        #expect(answer == "because" && key == ["reason#1"])
        #expect(provider.requests.map(\.model) == ["a"] && provider.requests.map(\.system) == ["Be short."])
        #expect(provider.requests.map(\.messages) == [[.user("why?")]])
    }

    @Test("records the answer, so that nobody pays for it again after a crash")
    func recordedOnce() async throws {
        let provider = TestProvider { _ in .saying("because") }
        let model = Model("test/a", provider: provider, prices: prices)
        let store = MemoryJournalStore()
        let work = Asking { ctx in
            let reply = try await ctx.ask(model, question())
            let more: Int = try await ctx.signal("go", as: Int.self)
            return reply.response.text + "\(more)"
        }
        let run = try await withEngine(on: store, [work]) { engine in
            let run = try await engine.start(work, 0)
            while try await engine.summary(of: run.id)?.status != .waiting { await Task.yield() }
            return run.id
        }
        try await withEngine(on: store, [work]) { engine in
            let handle = try await engine.resume(run, as: String.self)
            try await engine.signal(run, "go", 1)
            #expect(try await handle.output == "because1")
        }
        #expect(provider.requests.count == 1)
        #expect(provider.requests[0].model == "a")
        let steps = try await store.steps(of: run)
        #expect(steps.first?.key == "ask#1")
        #expect(steps.first?.cost == StepCost(microdollars: 20, tokens: 15))
    }

    @Test("keeps the pause that a provider asks for, and the token of the step over all attempts")
    func retries() async throws {
        let provider = TestProvider.listing([.failure(limited(after: .seconds(40))), .success(.saying("yes"))])
        let work = Asking { ctx in try await ctx.ask(Model("test/a", provider: provider), question()).response.text }
        let (store, clock) = (MemoryJournalStore(), ManualClock())
        try await withEngine(on: store, [work], clock: clock) { engine in
            let run = try await engine.start(work, 0)
            let waiting = Task { try await run.output }
            while provider.requests.isEmpty { await Task.yield() }
            while try await store.steps(of: run.id).isEmpty { await Task.yield() }  // the pause is written down
            clock.advance(by: .seconds(39))
            for _ in 0..<100 { await Task.yield() }
            #expect(provider.requests.count == 1)
            clock.advance(by: .seconds(2))
            #expect(try await waiting.value == "yes")
        }
        #expect(provider.requests.count == 2)
        let tokens = Set(provider.requests.map(\.idempotencyToken))
        #expect(tokens.count == 1 && tokens.first != .some(nil))
    }

    @Test(
        "asks no second time when it is of no use",
        arguments: [
            ModelError(.unauthenticated, .never, "wrong key"), ModelError(.quotaExhausted, .retryElsewhere, "no money"),
            limited(after: .seconds(3600)),
        ])
    func final(error: ModelError) async throws {
        let provider = TestProvider.listing([.failure(error)])
        let work = Asking { ctx in
            await code(of: { _ = try await ctx.ask(Model("test/a", provider: provider), question()) })
        }
        try await withEngine([work]) { engine, _ in
            let found = try await engine.start(work, 0).output
            #expect(found == error.code)
        }
        #expect(provider.requests.count == 1)
    }

    @Test("accounts for calls that fail after the provider has worked, and for no refusal")
    func failedCosts() async throws {
        var cut = ModelError(.cutOff, .never, "broke off")
        cut.usage = ModelUsage(uncachedInput: 100, output: 50)
        let cases: [(ModelError, StepCost?)] = [
            (cut, StepCost(microdollars: 200, tokens: 150)),
            (ModelError(.cutOff, .never, "broke off"), StepCost(microdollars: 18, tokens: 18)),
            (ModelError(.unauthenticated, .never, "wrong key"), nil),
        ]
        for (error, cost) in cases {
            let store = MemoryJournalStore()
            let model = Model("test/a", provider: TestProvider.listing([.failure(error)]), prices: prices)
            let work = Asking { ctx in try await ctx.ask(model, question()).response.text }
            try await withEngine(on: store, [work]) { engine in
                let run = try await engine.start(work, 0)
                await #expect(throws: RunError.self) { try await run.output }
                #expect(try await store.steps(of: run.id).first?.cost == cost)
            }
        }
    }

    @Test("asks for no longer answer than the budget pays, and parks when it pays none")
    func budget() async throws {
        let provider = TestProvider { request in .saying("ok", output: Int64(request.outputTokensMax ?? 0)) }
        let model = Model("test/a", provider: provider, prices: prices)
        let work = Asking { ctx in
            for _ in 0..<3 { _ = try await ctx.ask(model, question()) }
            return 0
        }
        try await withEngine([work]) { engine, _ in
            let run = try await engine.start(work, 0, budget: Budget(tokens: 1_600))
            await #expect(throws: RunError.self) { try await run.output }
            #expect(try await engine.summary(of: run.id)?.reason == "budget")
            #expect(try await engine.budget(of: run.id).allSatisfy { $0.used <= $0.cap })
        }
        let asked = provider.requests.compactMap(\.outputTokensMax)
        #expect(asked.first == 1000)
        #expect(asked.count == 2 && asked[1] < 600)
    }

    private static func cut(output: Int64) -> ModelError {
        var error = ModelError(.cutOff, .retry, "the answer broke off")
        error.usage = ModelUsage(uncachedInput: 10, output: output)
        return error
    }

    private static let refused = ModelError(.rateLimited, .retry, "too many calls")

    @Test(
        "books of failed attempts what they have cost, not what they might have",
        arguments: [
            (refused, 0), (ModelError(.unreachable, .retry, "nobody is there"), 0), (cut(output: 7), 3 * 17),
            // A model whose last count has not come is taken at its dearest.
            (ModelError(.cutOff, .retry, "the answer broke off"), 3 * 1_000),
        ] as [(ModelError, Int64)])
    func refusals(error: ModelError, cost: Int64) async throws {
        let provider = TestProvider.listing(Array(repeating: .failure(error), count: 3) + [.success(.saying("yes"))])
        let model = Model("test/a", provider: provider, prices: prices)
        let work = Asking { ctx in
            try await ctx.ask(model, question(), retry: RetryPolicy(attemptsMax: 4, delayFirst: .zero)).response.text
        }
        try await withEngine([work]) { engine, _ in
            let run = try await engine.start(work, 0, budget: Budget(tokens: 10_000))
            #expect(try await run.output == "yes")
            let used = try await engine.budget(of: run.id).first?.used ?? -1
            #expect(used >= cost + 15 && used < cost + 15 + 300, "used \(used)")
        }
    }

    @Test("counts tokens of a cache without a price as if there were none")
    func cached() async throws {
        let usage = ModelUsage(uncachedInput: 10, cacheRead: 90, output: 5)
        let provider = TestProvider { _ in ModelResponse(content: [.text("yes")], usage: usage, finish: .stop) }
        let model = Model("test/a", provider: provider, prices: prices)
        let work = Asking { ctx in try await ctx.ask(model, question()).spending }
        try await withEngine([work]) { engine, _ in
            let run = try await engine.start(work, 0, budget: Budget(usd: .dollars(1)))
            #expect(try await run.output.usd == nil)  // nobody knows, so no report says a number
            #expect(try await engine.budget(of: run.id).first?.used == 110)
        }
    }

    @Test("asks by words alone where a provider knows no schemas, and pays for one call")
    func withoutForm() async throws {
        let provider = TestProvider { request in
            guard request.output != nil else { return .saying("{\"isGood\": true}") }
            var error = ModelError(.badRequest, .never, "the provider refuses a field")
            error.parameter = "response_format"
            throw error
        }
        let model = Model("test/a", provider: provider, prices: prices)
        let work = Asking { ctx in try await ctx.ask(model, question(), for: Verdict.self, schema: verdictSchema).value
        }
        try await withEngine([work]) { engine, _ in
            let run = try await engine.start(work, 0, budget: Budget(tokens: 2_000))
            #expect(try await run.output.isGood)
            #expect(try await engine.budget(of: run.id).first?.used == 15)
        }
        #expect(provider.requests.map { $0.output == nil } == [false, true])
    }

    @Test("shows the model once what is wrong with its JSON, as a step of its own")
    func repairs() async throws {
        let provider = TestProvider.listing([
            .success(.saying("Sure! {\"isGod\": 1}")), .success(.saying("{\"isGood\": true}")),
        ])
        let model = Model("test/a", provider: provider, prices: prices)
        let store = MemoryJournalStore()
        let work = Asking { ctx in
            let answer = try await ctx.ask(model, question(), for: Verdict.self, schema: verdictSchema)
            #expect(answer.isRepaired && answer.spending.calls == 2)
            return answer.value.isGood
        }
        try await withEngine(on: store, [work]) { engine in
            let run = try await engine.start(work, 0)
            #expect(try await run.output)
            #expect(try await store.steps(of: run.id).map(\.key) == ["ask#1", "repair#1"])
        }
        #expect(provider.requests[1].messages.count == 3)
        #expect(provider.requests[0].idempotencyToken != provider.requests[1].idempotencyToken)
    }

    @Test("fails after the second answer that does not fit, and tells what was paid")
    func repairsOnce() async throws {
        let provider = TestProvider { _ in .saying("I would rather not.") }
        let store = MemoryJournalStore()
        let model = Model("test/a", provider: provider, prices: prices)
        let work = Asking { ctx in
            await code(of: { _ = try await ctx.ask(model, question(), for: Verdict.self, schema: verdictSchema) })
        }
        try await withEngine(on: store, [work]) { engine in
            let run = try await engine.start(work, 0)
            #expect(try await run.output == "answer_not_json")
            #expect(try await store.costs(of: [run.id])[run.id] == StepCost(microdollars: 40, tokens: 30))
        }
        #expect(provider.requests.count == 2)
    }

    @Test("refuses the old answer when the code asks something else under the same key")
    func divergence() async throws {
        let provider = TestProvider { _ in .saying("because") }
        let model = Model("test/a", provider: provider)
        let store = MemoryJournalStore()
        @Sendable func work(_ text: String) -> Asking<String> {
            Asking { ctx in
                let reply = try await ctx.ask(model, question(text))
                _ = try await ctx.signal("go", as: Int.self)
                return reply.response.text
            }
        }
        let run = try await withEngine(on: store, [work("why?")]) { engine in
            let run = try await engine.start(work("why?"), 0)
            while try await engine.summary(of: run.id)?.status != .waiting { await Task.yield() }
            return run.id
        }
        try await withEngine(on: store, [work("who?")]) { engine in
            let handle = try await engine.resume(run, as: String.self)
            await #expect(throws: RunError.self) { try await handle.output }
            #expect(try await engine.summary(of: run)?.status == .blocked)
        }
        #expect(provider.requests.count == 1)
    }
}
