import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Answers with what was said last, between `<` and `>`.
private func echoing() -> TestProvider { TestProvider { .saying("<\($0.said.last?.dropFirst(2) ?? "")>") } }

@Suite("A conversation") struct ChatTests {
    // MARK: Bad input

    @Test(arguments: [
        (Chat.Input(model: ""), "model is empty; name one as provider/name"),
        (
            Chat.Input(model: "test/a", system: String(repeating: "a", count: ChatLimits.textMax + 1)),
            "system has 262145 bytes, the limit is 262144; say less"
        ), (Chat.Input(model: "test/a", contextTokensMax: 499), "contextTokensMax is 499; use 500 to 10000000"),
    ])
    func badInput(_ input: Chat.Input, _ message: String) async throws {
        let provider = echoing()
        do {
            _ = try await Talk(provider).say("hi", to: input)
            Issue.record("it was taken")
        } catch let error as RunError {
            #expect(error.message.contains(message), "\(error.message)")
        }
        #expect(provider.requests.isEmpty)
    }

    @Test("tells what is wrong with a message, asks nobody, and goes on")
    func badMessages() async throws {
        let provider = echoing()
        let long = JSONValue.string(String(repeating: "a", count: ChatLimits.textMax + 1))
        let (output, exchanges) = try await Talk(provider).say(" \n", 7, ["txt": "hi"], long, "hi")
        #expect(output.exchanges == 5)
        #expect(exchanges.map { $0.failure?.code } == Array(repeating: "bad_message", count: 4) + [nil])
        #expect(
            exchanges.compactMap { $0.failure?.message } == [
                "the message is empty; say something", "the message is neither a text nor an object with 'text'",
                "the message is neither a text nor an object with 'text'",
                "the message has 262145 bytes, the limit is 262144; say less",
            ])
        #expect(provider.requests.map(\.said) == [["u:hi"]])
    }

    // MARK: What is asked

    @Test("asks with what was said before, and tells what it has used")
    func conversation() async throws {
        let provider = echoing()
        let (output, exchanges) = try await Talk(provider).say(
            "one", ["text": "two"], "three", to: Chat.Input(model: "test/a", system: "be short"))
        #expect(
            provider.requests.map(\.said) == [
                ["u:one"], ["u:one", "a:<one>", "u:two"], ["u:one", "a:<one>", "u:two", "a:<two>", "u:three"],
            ])
        #expect(provider.requests.allSatisfy { $0.system == "be short" && $0.model == "a" })
        #expect(exchanges.map(\.text) == ["<one>", "<two>", "<three>"])
        #expect(exchanges.allSatisfy { $0.finish == .stop && $0.leftOut == 0 && $0.model == "test/a" })
        #expect(output.exchanges == 3)
        #expect(output.spending == Spending(calls: 3, inputTokens: 30, outputTokens: 15, usd: nil))
    }

    @Test("hands thoughts back, but no calls of tools to which nobody has a result")
    func parts() async throws {
        let thought = ModelContent.reasoning(ModelReasoning(text: "hm"))
        let call = ModelContent.toolCall(ModelToolCall(id: "1", name: "dig", arguments: "{}"))
        let provider = TestProvider { _ in ModelResponse(content: [thought, .text("yes"), call]) }
        _ = try await Talk(provider).say("one", "two")
        #expect(provider.requests[1].messages[1].content == [thought, .text("yes")])
    }

    @Test("keeps errors of the model out of the conversation, which goes on")
    func failures() async throws {
        let provider = TestProvider { request in
            if request.said.last == "u:two" { throw ModelError(.unauthenticated, .never, "the key is wrong") }
            return .saying(request.said.last == "u:three" ? "" : "yes")
        }
        let (output, exchanges) = try await Talk(provider).say("one", "two", "three", "four")
        #expect(exchanges.map { $0.failure?.code } == [nil, "unauthenticated", nil, nil])
        #expect(exchanges[1].failure?.message == "the key is wrong")
        #expect(provider.requests.last?.said == ["u:one", "a:yes", "u:four"])
        #expect(output.exchanges == 4)
    }

    @Test("another model answers from the message on that names it, also after one that is not there")
    func otherModels() async throws {
        let (one, other) = (echoing(), echoing())
        let talk = Talk(one, others: ["test/b": other])
        let (_, exchanges) = try await talk.say(
            "one", ["text": "two", "model": "test/c"], ["text": "three", "model": "test/b"], "four")
        #expect(exchanges.map(\.model) == ["test/a", "test/c", "test/b", "test/b"])
        #expect(exchanges[1].failure?.code == "unknown_model")
        #expect(one.requests.map(\.said) == [["u:one"]])
        #expect(
            other.requests.map(\.said) == [
                ["u:one", "a:<one>", "u:three"], ["u:one", "a:<one>", "u:three", "a:<three>", "u:four"],
            ])
    }

    @Test("tells of a long pause that a provider asks for instead of waiting through it")
    func longPause() async throws {
        let provider = TestProvider { _ in
            var error = ModelError(.rateLimited, .retry, "too many calls")
            error.retryAfter = .milliseconds(59_100)
            throw error
        }
        let (_, exchanges) = try await Talk(provider).say("one")
        #expect(
            exchanges[0].failure?.message
                == "too many calls; it asks for a pause of 1m, after which you can say it again")
        #expect(provider.requests.count == 1)
    }

    @Test("ends when it has as many exchanges as a conversation may have")
    func exchangesMax() async throws {
        let (provider, store) = (echoing(), MemoryJournalStore())
        let chat = Chat(models: ListedModels([Model("test/a", provider: provider)]))
        try await withEngine(on: store, [chat]) { engine in
            let run = try await engine.start(chat, Chat.Input(model: "test/a"))
            for _ in 0...ChatLimits.exchangesMax { try? await engine.signal(run.id, Chat.saySignal, " ") }
            #expect(try await run.output.exchanges == ChatLimits.exchangesMax)
        }
        #expect(provider.requests.isEmpty)
    }
}

@Suite("What a model is told of a conversation") struct ChatContextTests {
    /// About 300 tokens each.
    private func long(_ word: String) -> JSONValue { .string(word + String(repeating: " word", count: 180)) }

    @Test("leaves out the oldest exchanges that do not fit")
    func leftOut() async throws {
        let provider = TestProvider { _ in .saying("ok") }
        let (_, exchanges) = try await Talk(provider).say(
            long("one"), long("two"), long("three"), long("four"),
            to: Chat.Input(model: "test/a", contextTokensMax: 1000))
        #expect(exchanges.map(\.leftOut) == [0, 0, 0, 1])
        #expect(provider.requests.map { $0.messages.count } == [1, 3, 5, 5])
        #expect(provider.requests[3].said[0].hasPrefix("u:two"))
    }

    @Test("refuses a message that is longer than all that is sent at once")
    func tooLong() async throws {
        let provider = TestProvider { _ in .saying("ok") }
        let input = Chat.Input(model: "test/a", contextTokensMax: 500)
        let (_, exchanges) = try await Talk(provider).say(
            .string(String(repeating: "a", count: 1600)), "short", to: input)
        #expect(
            exchanges[0].failure?.message
                == "the message has more tokens than the 500 that are sent at once; say less, or begin with a larger "
                + "--context-tokens")
        #expect(provider.requests.map(\.said) == [["u:short"]])
    }

    @Test("sends half of it, and less, when the model takes no more")
    func modelsOwnLimit() async throws {
        let provider = TestProvider { request in
            if request.messages.count > 4 { throw ModelError(.contextTooLong, .never, "too long") }
            return .saying("ok")
        }
        let (_, exchanges) = try await Talk(provider).say("1", "2", "3", "4", "5")
        #expect(exchanges.map { $0.failure?.code } == [nil, nil, nil, nil, nil])
        #expect(exchanges.map(\.leftOut) == [0, 0, 1, 2, 3])
        #expect(provider.requests.last?.said == ["u:4", "a:ok", "u:5"])
    }

    @Test("says so when the model does not even take the message")
    func hopeless() async throws {
        let provider = TestProvider { _ in throw ModelError(.contextTooLong, .never, "too long") }
        let (_, exchanges) = try await Talk(provider).say("1")
        #expect(exchanges[0].failure?.code == "context_too_long")
        #expect(provider.requests.count == 1)
    }
}
