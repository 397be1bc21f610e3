import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Says a few words and then nothing more, until it is called off.
private final class Dreamer: ModelProvider {
    let begun = AsyncStream.makeStream(of: Void.self)
    let wasCalledOff = Mutex(0)
    let requests = Mutex<[ModelRequest]>([])
    let words: String

    init(words: String) { self.words = words }

    func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        requests.withLock { $0.append(request) }
        if !words.isEmpty { try await tell(.text(words)) }
        begun.continuation.yield()
        let never = AsyncStream.makeStream(of: Void.self)
        for await _ in never.stream {}  // ends when the task is cancelled
        wasCalledOff.withLock { $0 += 1 }
        throw CancellationError()
    }
}

@Suite("Cutting answers short") struct ChatCutTests {
    private func cutOnce(_ words: String) async throws -> (Dreamer, Talk, RunID, [ChatExchange]) {
        let dreamer = Dreamer(words: words)
        let other = TestProvider { request in .saying("heard \(request.messages.count)") }
        var talk = Talk(dreamer, others: ["test/b": other])
        talk.prices = PriceTable([
            ModelPrice(
                model: "test/*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(1), output: .dollars(2))
        ])
        let (chat, cuts) = (talk.chat, talk.cuts)
        let run = try await withEngine(on: talk.store, [chat]) { engine in
            let run = try await engine.start(chat, Chat.Input(model: "test/a"))
            let frames = run.frames.makeAsyncIterator()
            try await engine.signal(run.id, Chat.saySignal, "one")
            for await _ in dreamer.begun.stream { break }
            if !words.isEmpty {
                var frames = frames
                while let frame = try await frames.next(), frame.content != .text(words) {}
            }
            cuts.cut(1, of: run.id)
            try await engine.signal(run.id, Chat.saySignal, ["text": "two", "model": "test/b"] as JSONValue)
            try await engine.signal(run.id, Chat.closeSignal)
            _ = try await run.output
            return run.id
        }
        return (dreamer, talk, run, try await talk.exchanges(of: run))
    }

    @Test("keeps what has come, ends the call, and tells what it has used")
    func partial() async throws {
        let (dreamer, talk, run, exchanges) = try await cutOnce("so far")
        #expect(dreamer.wasCalledOff.withLock { $0 } == 1)
        #expect(exchanges[0].text == "so far" && exchanges[0].isCut && exchanges[0].failure == nil)
        #expect(exchanges[1].text == "heard 3" && !exchanges[1].isCut)
        let cost = try await talk.store.steps(of: run).first { $0.key == "exchange#1/ask#1" }?.cost
        #expect(try #require(cost).tokens > 0 && #require(cost).microdollars > 0)
        #expect(exchanges[0].spending.outputTokens > 0)
    }

    @Test("a message without a word of an answer is as if it had not been said")
    func nothing() async throws {
        let (dreamer, _, _, exchanges) = try await cutOnce("")
        #expect(dreamer.wasCalledOff.withLock { $0 } == 1)
        #expect(exchanges[0].text == "" && exchanges[0].isCut)
        #expect(exchanges[1].text == "heard 1")
    }

    @Test("asks nobody for an answer that was cut before it began, and leaves later ones alone")
    func early() async throws {
        let provider = TestProvider { _ in .saying("yes") }
        let talk = Talk(provider)
        let (chat, cuts) = (talk.chat, talk.cuts)
        let run = try await withEngine(on: talk.store, [chat]) { engine in
            let run = try await engine.start(chat, Chat.Input(model: "test/a"))
            cuts.cut(1, of: run.id)
            for word in ["one", "two"] { try await engine.signal(run.id, Chat.saySignal, word) }
            try await engine.signal(run.id, Chat.closeSignal)
            _ = try await run.output
            return run.id
        }
        #expect(provider.requests.map(\.said) == [["u:two"]])
        #expect(try await talk.exchanges(of: run).map(\.isCut) == [true, false])
    }
}

@Suite("A conversation whose process dies") struct ChatCrashTests {
    @Test("asks for no answer again that is recorded", arguments: CrashingStore.Moment.allCases)
    func sweep(moment: CrashingStore.Moment) async throws {
        var deaths = 0
        for apply in 1...60 {
            let (store, provider) = (MemoryJournalStore(), TestProvider { .saying("to \($0.messages.count)") })
            let chat = Chat(models: ListedModels([Model("test/a", provider: provider)]))
            let crashing = CrashingStore(store, at: apply, moment) { store.kill($0) }
            _ = try? await withEngine(on: crashing, [chat], options: options) { engine in
                try await converse(engine, store, chat).output
            }
            guard crashing.isDead else { break }
            deaths += 1
            let before = provider.requests.count
            let known = try await store.runs(RunFilter(), tenant: "default").first
            var recorded = 0
            if let known {
                let steps = try await store.steps(of: known.id)
                recorded = steps.count { $0.key.hasSuffix("/ask#1") && $0.ended != nil }
            }
            let output = try await withEngine(on: store, [chat], options: options) { engine in
                try await converse(engine, store, chat).output
            }
            #expect(output.exchanges == 3)
            let isOver = known?.status.isFinal == true
            let again = provider.requests.count - before
            #expect(again == (isOver ? 0 : 3 - recorded), "after death \(apply)")
            #expect(Set(provider.requests.map { $0.messages.count }) == [1, 3, 5])
        }
        #expect(deaths > 10 && deaths < 60)
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.batchMax = 1
        options.poll = .milliseconds(2)
        return options
    }

    private func converse(
        _ engine: Engine, _ store: MemoryJournalStore, _ chat: Chat
    ) async throws -> RunHandle<Chat.Output> {
        let known = try await store.runs(RunFilter(), tenant: "default").first
        let run =
            if let known, !known.status.isFinal {
                try await engine.resume(known.id, as: Chat.Output.self)
            } else {
                try await engine.start(chat, Chat.Input(model: "test/a"), idempotencyKey: "talk")
            }
        do {
            for word in ["one", "two", "three"] {
                try await engine.signal(run.id, Chat.saySignal, word, id: word)
            }
            try await engine.signal(run.id, Chat.closeSignal, id: "close")
        } catch let error as RunError where error.reason == .ended {
            return run
        }
        return run
    }
}
