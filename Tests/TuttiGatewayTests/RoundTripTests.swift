import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiGateway

/// What the gateway writes is read by our own clients of the same dialect, and what these write is read by the gateway.
@Suite("Both sides of a dialect understand each other")
struct RoundTripTests {
    @Test(arguments: TwoSides.all, Samples.answers)
    func wholeAnswers(sides: TwoSides, answer: ModelResponse) throws {
        let bytes = try sides.call().writer.whole(answer, Samples.stamp)
        let read = try sides.outbound.decode(Data(bytes), for: ModelRequest(model: "m-1", messages: []))
        #expect(read.plain == answer.plain)
    }

    @Test(arguments: TwoSides.all, Samples.answers)
    func streams(sides: TwoSides, answer: ModelResponse) throws {
        var stream = try sides.call(stream: true).writer.stream(Samples.stamp)
        let bytes = Samples.events(of: answer).flatMap { stream.take($0) }
        #expect(try Wire.play(bytes, sides.outbound)?.plain == answer.plain)
    }

    /// Without the provider's end there is none in the stream: cut behind any event, it is read as cut.
    @Test(arguments: TwoSides.all, Samples.answers)
    func aStreamThatBreaksOffHasNoEnd(sides: TwoSides, answer: ModelResponse) throws {
        let events = Samples.events(of: answer)
        for count in 0..<events.count {
            var stream = try sides.call(stream: true).writer.stream(Samples.stamp)
            let bytes = events.prefix(count).flatMap { stream.take($0) }
            let error = #expect(throws: ModelError.self) { try Wire.play(bytes, sides.outbound) }
            #expect(error?.kind == .cutOff)
        }
    }

    /// The event behind a broken answer is an error to the client, whatever has come before.
    @Test(arguments: TwoSides.all)
    func aFailureBehindAPartOfAnAnswerIsAnError(sides: TwoSides) throws {
        let failure = GatewayError(.overloaded, "the provider has too much to do")
        var stream = try sides.call(stream: true).writer.stream(Samples.stamp)
        let begun = stream.take(.text("Hel")) + stream.take(.reasoning("m"))
        for before in [[], begun] {
            let bytes = before + sides.inbound.brokenOff(failure, request: "req_1")
            let error = #expect(throws: ModelError.self) { try Wire.play(bytes, sides.outbound) }
            #expect(error?.kind == .overloaded)
            #expect(error?.providerMessage?.revealed == failure.message)
        }
    }

    @Test(arguments: TwoSides.all)
    func requests(sides: TwoSides) throws {
        var request = ModelRequest(
            model: "m-1", system: "Be brief.",
            messages: [
                ModelMessage(
                    role: .user,
                    content: [.text("look"), .image(ModelImage(.bytes(Data([1, 2, 3]), mediaType: "image/png")))]),
                ModelMessage(role: .assistant, content: [.text("I ask.")] + Samples.calls.map(ModelContent.toolCall)),
                ModelMessage(
                    role: .user,
                    content: Samples.calls.map { .toolResult(ModelToolResult(callID: $0.id, text: "rain")) }
                        + [.text("and?")]),
            ],
            tools: [
                ModelTool(
                    name: "weather", description: "Tells the weather.",
                    parameters: ["type": "object", "properties": ["city": ["type": "string"]]])
            ],
            toolChoice: .tool("weather"), allowsParallelToolCalls: false,
            output: ModelOutputForm(
                name: "answer",
                schema: [
                    "type": "object", "properties": ["text": ["type": "string"]], "required": ["text"],
                    "additionalProperties": false,
                ], isStrict: true),
            outputTokensMax: 100, topP: 0.5, effort: .low, user: "u-7")
        if sides.inbound.name != "responses" { request.stop = ["END"] }
        for isStreaming in [true, false] {
            let call = try sides.read(try sides.outbound.encode(request, isStreaming: isStreaming).body)
            #expect(call.isStreaming == isStreaming)
            #expect(call.request == request)
        }
    }

    /// What a provider wants back goes through a client that hands the message on as it has got it.
    @Test(arguments: TwoSides.all)
    func sealsComeBack(sides: TwoSides) throws {
        let answer = ModelResponse(
            content: [
                .reasoning(ModelReasoning(text: "I think.", seal: Samples.seal)), .text("So."),
                .toolCall(ModelToolCall(id: "c1", name: "weather", arguments: "{}", seal: Samples.seal)),
            ], finish: .toolCalls)
        let written = try WireJSON.read(Data(try sides.call().writer.whole(answer, Samples.stamp)))
        let call = try sides.inbound.read(Self.nextTurn(sides, written))
        #expect(call.request.messages.last?.content == answer.content)
    }

    private static func nextTurn(_ sides: TwoSides, _ written: JSONValue) -> JSONValue {
        let question: JSONValue = ["role": "user", "content": "hi"]
        switch sides.inbound.name {
        case "chat":
            guard case .array(let choices)? = written["choices"], let message = choices[0]["message"] else {
                return .null
            }
            return ["model": "m", "messages": [question, message]]
        case "messages":
            let message: JSONValue = ["role": "assistant", "content": written["content"] ?? .null]
            return ["model": "m", "max_tokens": 9, "messages": [question, message]]
        default:
            guard case .array(let items)? = written["output"] else { return .null }
            return ["model": "m", "input": .array([question] + items)]
        }
    }

    /// Anthropic's own thoughts keep their own form for its clients.
    @Test func thoughtsOfClaudeLookLikeItsOwn() throws {
        let sides = TwoSides.all[1]
        let answer = ModelResponse(
            content: [
                .reasoning(
                    ModelReasoning(text: "Hm.", seal: ProviderSeal(dialect: "anthropic", value: ["signature": "s1"]))),
                .reasoning(ModelReasoning(text: "", seal: ProviderSeal(dialect: "anthropic", value: ["data": "d1"]))),
                .text("So."),
            ], usage: Samples.usage)
        let whole = try sides.call().writer.whole(answer, Samples.stamp)
        var stream = try sides.call(stream: true).writer.stream(Samples.stamp)
        let bytes = answer.events.flatMap { stream.take($0) }
        for read in [
            try sides.outbound.decode(Data(whole), for: ModelRequest(model: "m", messages: [])),
            try #require(try Wire.play(bytes, sides.outbound)),
        ] {
            #expect(read.content == answer.content)
            #expect(read.usage == answer.usage)
        }
    }
}
