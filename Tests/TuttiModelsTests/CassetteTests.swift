import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiModels

@Suite("Recorded calls")
struct CassetteTests {
    private func answer(_ text: String) -> ModelResponse { ModelResponse(content: [.text(text)]) }

    private func tape(_ questions: String...) throws -> Cassette {
        var cassette = Cassette()
        for question in questions {
            let request = ModelRequest(model: "m", messages: [.user(question)])
            try cassette.record(request, answer("to \(question)"), hiding: [])
        }
        return cassette
    }

    private func ask(_ text: String) -> ModelRequest { ModelRequest(model: "m", messages: [.user(text)]) }

    @Test func areWrittenAndReadBack() throws {
        var cassette = Cassette()
        let response = ModelResponse(
            content: [
                .reasoning(ModelReasoning(text: "hm")), .text("ok"),
                .toolCall(ModelToolCall(id: "c", name: "weather", arguments: "{}")),
            ],
            usage: ModelUsage(uncachedInput: 1, output: 2), finish: .toolCalls, nativeFinish: "tool_use")
        try cassette.record(Conversation.full, response, hiding: [])
        let bytes = try cassette.bytes()
        let read = try Cassette(bytes)
        #expect(read == cassette && read.count == 1)
        #expect(try read.answer(to: Conversation.full) == response)
        #expect(try read.bytes() == bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("{\"format\":\"tutti-cassette\",\"version\":1}\n{\"answer\":"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func mayBeWrittenByHand() throws {
        let answer = #""answer": {"content": [{"text": "hello"}], "usage": {"output": 3}}"#
        let text = #"""
            {"format": "tutti-cassette", "version": 1}

            {"request": {"model": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}, \#(answer)}
            """#
        let cassette = try Cassette(Data(text.utf8))
        let response = try cassette.answer(to: ask("hi"))
        #expect(response == ModelResponse(content: [.text("hello")], usage: ModelUsage(output: 3)))
    }

    @Test func areFoundWhateverDiffersBetweenTwoRuns() throws {
        let seal = try sealed()
        var cassette = Cassette()
        var request = ModelRequest(
            model: "m", messages: [.user("a"), seal, .user("b")], user: "u1", metadata: ["x": "1"])
        request.idempotencyToken = "t1"
        try cassette.record(request, answer("ok"), hiding: [])
        #expect(!String(decoding: try cassette.bytes(), as: UTF8.self).contains("SIG"))
        request.user = "u2"
        request.metadata = [:]
        request.idempotencyToken = nil
        request.messages[1] = ModelMessage(
            role: .assistant, content: [.reasoning(ModelReasoning(text: "hm")), .text("ok")])
        #expect(try cassette.answer(to: request).text == "ok")
        request.temperature = 0.1
        #expect(throws: CassetteMiss.self) { try cassette.answer(to: request) }
    }

    private func sealed() throws -> ModelMessage {
        let body = #"""
            {"type":"message","stop_reason":"end_turn","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},
            {"type":"text","text":"ok"}]}
            """#
        return try AnthropicDialect().decode(Data(body.utf8), for: Conversation.plain).message
    }

    @Test func ofOneRequestAnswerInTheirOrder() throws {
        var cassette = try tape("a")
        try cassette.record(ask("a"), answer("second"), hiding: [])
        for (time, text) in [(0, "to a"), (1, "to a"), (2, "second"), (3, "second"), (.max, "second")] {
            #expect(try cassette.answer(to: ask("a"), time: time).text == text)
        }
    }

    @Test func holdNoSecrets() throws {
        let (secret, inner) = (Conversation.key, SecretText("planted"))
        var cassette = Cassette()
        var request = ask("use \(secret.revealed)")
        request.system = "the key is \(secret.revealed)!"
        request.tools = [
            ModelTool(name: "f", parameters: .object(["default": .object([secret.revealed: .string(secret.revealed)])]))
        ]
        // Pieces of a stream are put together before, so that a secret cannot hide between two.
        var assembler = ResponseAssembler()
        _ = assembler.take(.text("it is sk-pla"))
        _ = assembler.take(.text("nted-0123456789abcdef."))
        _ = assembler.take(
            .toolCall(ToolCallDelta(index: 0, start: .init(id: "c", name: "f"), arguments: #"{"k":"sk-planted"#)))
        _ = assembler.take(.toolCall(ToolCallDelta(index: 0, arguments: #"-0123456789abcdef"}"#)))
        let whole = assembler.take(.finished(.stop, native: nil))
        let response = try #require(whole)
        try cassette.record(request, response, hiding: [inner, secret])
        let text = String(decoding: try cassette.bytes(), as: UTF8.self)
        #expect(!text.contains("planted") && text.contains("the key is [secret]!"))
        let replayed = try cassette.answer(to: request, hiding: [inner, secret])
        #expect(replayed.text == "it is [secret].")
        let miss = #expect(throws: CassetteMiss.self) {
            var other = request
            other.system = "\(secret.revealed)?"
            _ = try cassette.answer(to: other, hiding: [inner, secret])
        }
        var shown = ""
        dump(miss, to: &shown)
        shown += "\(String(describing: miss?.data)) \(miss?.message ?? "")"
        #expect(!shown.contains("planted"))
    }

    @Test func aMissShowsWhatWasAskedAndTheNearest() throws {
        let cassette = try tape("the weather in Rome", "the weather in Bern", "something else altogether")
        let miss = #expect(throws: CassetteMiss.self) { try cassette.answer(to: ask("the weather in Berne")) }
        #expect(miss?.nearestLine == 3)
        #expect(
            miss?.message == "the cassette holds no answer to this call of m ('the weather in Berne'): of its 3 calls "
                + "the nearest is in line 3, which differs first at '/messages/0/content/0/text' "
                + "(asked 'the weather in Berne', recorded 'the weather in Bern'); record the call anew, or ask "
                + "what was recorded"
        )
        #expect(
            miss?.asked == #"{"messages":[{"content":[{"text":"the weather in Berne"}],"role":"user"}],"model":"m"}"#)
        #expect(miss?.nearest?.contains("in Bern\"") == true)
        #expect(miss?.isRetryable == false && miss?.code == "cassette_miss")
        let empty = #expect(throws: CassetteMiss.self) { try Cassette().answer(to: ask("a")) }
        #expect(empty?.message.contains("it is empty") == true)
    }

    @Test func aMissIsBounded() throws {
        var cassette = Cassette()
        for index in 0..<600 {
            try cassette.record(ask("\(index) " + String(repeating: "ü", count: 5000)), answer("x"), hiding: [])
        }
        let miss = #expect(throws: CassetteMiss.self) {
            try cassette.answer(to: ask(String(repeating: "ö", count: 5000)))
        }
        #expect((miss?.asked.utf8.count ?? .max) <= CassetteMiss.shownMax + 20)
        #expect((miss?.message.utf8.count ?? .max) < 1000)
    }

    @Test(arguments: [
        ("", "is empty"), ("\n \n", "is empty"), ("{}", "line 1: this is no cassette"), ("[", "line 1"),
        (#"{"format":"tutti-cassette","version":2}"#, "line 1: the cassette has a version that is not known"),
        ("HEAD\nx", "line 2: it is no JSON object"), ("HEAD\n\n{}", "line 3: 'request' is missing"),
        (#"HEAD\#n{"request":1}"#, "'request' is missing"), (#"HEAD\#n{"request":{}}"#, "'answer' is missing"),
        (#"HEAD\#n{"request":{},"answer":{}}"#, "line 2: 'answer' cannot be read"),
        (#"HEAD\#n{"request":{},"answer":{"content":[{"tex":"x"}]}}"#, "line 2: 'answer' cannot be read"),
    ])
    func aBadFileNamesTheLine(text: String, problem: String) {
        let text = text.replacing("HEAD", with: #"{"format":"tutti-cassette","version":1}"#)
        let error = #expect(throws: CassetteError.self) { try Cassette(Data(text.utf8)) }
        #expect(error?.message.contains(problem) == true, "\(String(describing: error))")
    }

    @Test(arguments: 0..<4)
    func neverTrap(seed: UInt64) throws {
        var mutator = Mutator(random: SeededGenerator(seed: seed))
        var cassette = Cassette()
        try cassette.record(Conversation.full, answer("x"), hiding: [])
        let text = String(decoding: try cassette.bytes(), as: UTF8.self)
        for _ in 0..<200 {
            guard let read = try? Cassette(Data(mutator.change(bytes: text).utf8)) else { continue }
            _ = try? read.answer(to: Conversation.full)
            _ = try read.bytes()
        }
    }

    @Test func thePlayerTellsEachPartAndCounts() async throws {
        var cassette = try tape("a")
        let usage = ModelUsage(output: 1)
        let call = ModelToolCall(id: "c", name: "f", arguments: "{}")
        let second = ModelResponse(
            content: [.reasoning(ModelReasoning(text: "hm")), .text("b"), .toolCall(call)], usage: usage,
            finish: .toolCalls)
        try cassette.record(ask("a"), second, hiding: [])
        let player: any ModelProvider = ScriptProvider(cassette)
        #expect(try await player.answer(ask("a")) { _ in }.text == "to a")
        let told = Mutex<[ModelEvent]>([])
        let again = try await player.answer(ask("a")) { event in told.withLock { $0.append(event) } }
        #expect(again == second)
        #expect(
            told.withLock { $0 } == [
                .reasoning("hm"), .text("b"),
                .toolCall(ToolCallDelta(index: 0, start: .init(id: "c", name: "f"), arguments: "{}")), .usage(usage),
                .finished(.toolCalls, native: nil),
            ])
        await #expect(throws: CassetteMiss.self) { try await player.answer(ask("b")) { _ in } }
        await #expect(throws: CancellationError.self) {
            try await player.answer(ask("a")) { _ in throw CancellationError() }
        }
    }
}
