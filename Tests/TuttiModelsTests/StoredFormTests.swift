import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiModels

/// What journals and cassettes of former releases hold is read, and what they are compared with has not changed.
@Suite struct StoredFormTests {
    /// As release 0.1.0 wrote `Conversation.full`.
    private static let full =
        #"{"effort":"low","idempotencyToken":"t-1","messages":[{"content":[{"text":"look"},"#
        + #"{"image":{"base64":"AQID","mediaType":"image/png"}}],"role":"user"},{"content":[{"text":"I ask."},"#
        + #"{"toolCall":{"arguments":"{\"z\": 1.50, \"city\":\"Köln\"}","id":"c1","name":"weather"}},"#
        + #"{"toolCall":{"arguments":"","id":"c2","name":"weather"}}],"role":"assistant"},"#
        + #"{"content":[{"text":"and?"},{"toolResult":{"callID":"c1","isError":false,"text":"rain"}},"#
        + #"{"toolResult":{"callID":"c2","isError":true,"text":"no city"}}],"role":"user"}],"#
        + #""metadata":{"team":"red"},"model":"m-1","output":{"isStrict":false,"name":"report","#
        + #""schema":{"properties":{"text":{"type":"string"}},"required":["text"],"type":"object"}},"#
        + #""outputTokensMax":100,"stop":["END"],"system":"Be brief.","toolChoice":{"tool":"weather"},"#
        + #""tools":[{"description":"Tells the weather.","isStrict":false,"name":"weather","#
        + #""parameters":{"properties":{"city":{"type":"string"}},"type":"object"}}],"user":"u-7"}"#

    private static let response =
        #"{"content":[{"text":"ok"},{"toolCall":{"arguments":"{}","id":"c","name":"f"}}],"finish":"tool_calls","#
        + #""nativeFinish":"tool_use","usage":{"cacheRead":0,"cacheWrite":0,"isEstimated":false,"output":2,"#
        + #""reasoning":0,"uncachedInput":1}}"#

    private func written(_ value: some Encodable) throws -> String {
        String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    }

    private func key(_ request: ModelRequest) throws -> String {
        CassetteKey.digest(try CassetteKey.request(request, hiding: []))
    }

    @Test func requestsAreWrittenAsTheyHaveAlwaysBeen() throws {
        #expect(try written(Conversation.full) == Self.full)
        let messages = try CanonicalJSON.decode(JSONValue.self, from: Data(Self.full.utf8))["messages"]
        let bytes = try CanonicalJSON.encode(try #require(messages))
        #expect(try CanonicalJSON.decode([ModelMessage].self, from: bytes) == Conversation.full.messages)
    }

    @Test func keysOfRecordedCallsStay() throws {
        #expect(
            try key(Conversation.full) == "e03f4fd3e28a23bee545a79a10d0a7da14a126bb6e3e356dfe9b5ecc9173f677")
        #expect(
            try key(Conversation.plain) == "7a0ca23103c7d058ded8d3771152ecdb1cdc516a40008c24d694234a0ebcfa1b")
    }

    @Test func aCassetteOfARecordedCallStillAnswers() throws {
        let text =
            #"{"format":"tutti-cassette","version":1}"# + "\n"
            + #"{"answer":\#(Self.response),"request":\#(Self.full)}"#
        let answer = try Cassette(Data(text.utf8)).answer(to: Conversation.full)
        #expect(answer.text == "ok" && answer.stopText == nil)
    }

    @Test func answersAreWrittenAsTheyHaveAlwaysBeen() throws {
        let read = try CanonicalJSON.decode(ModelResponse.self, from: Data(Self.response.utf8))
        let call = ModelToolCall(id: "c", name: "f", arguments: "{}")
        #expect(
            read
                == ModelResponse(
                    content: [.text("ok"), .toolCall(call)], usage: ModelUsage(uncachedInput: 1, output: 2),
                    finish: .toolCalls, nativeFinish: "tool_use"))
        #expect(try written(read) == Self.response)
    }

    @Test func newFieldsAreKeptAndTold() throws {
        var response = ModelResponse(content: [.text("a")], finish: .stop, nativeFinish: "stop", stopText: "END")
        #expect(try CanonicalJSON.decode(ModelResponse.self, from: CanonicalJSON.encode(response)) == response)
        var assembler = ResponseAssembler()
        let told = response.events.compactMap { assembler.take($0) }
        #expect(told == [response])
        response.stopText = nil
        #expect(try !written(response).contains("stopText"))
    }

    @Test func whatChangesTheAnswerChangesTheKey() throws {
        var keys: Set<String> = [try key(Conversation.full)]
        let changes: [(inout ModelRequest) -> Void] = [
            { $0.topP = 0.5 }, { $0.topK = 5 }, { $0.seed = 5 }, { $0.presencePenalty = 0.5 },
            { $0.frequencyPenalty = 0.5 }, { $0.allowsParallelToolCalls = true },
            { $0.allowsParallelToolCalls = false },
            {
                let image = ModelToolResult.Part.image(ModelImage(.url("https://x")))
                $0.messages[2].content[1] = .toolResult(ModelToolResult(callID: "c1", content: [.text("rain"), image]))
            },
        ]
        for change in changes {
            var request = Conversation.full
            change(&request)
            keys.insert(try key(request))
        }
        #expect(keys.count == changes.count + 1)
    }

    @Test func aResultIsItsTextsAndItsPictures() throws {
        let image = ModelImage(.url("https://x"))
        let result = ModelToolResult(callID: "c", content: [.text("a"), .image(image), .text("b")])
        #expect(result.text == "a\nb" && result.images == [image])
        #expect(
            try written(result)
                == #"{"callID":"c","content":[{"text":"a"},{"image":{"url":"https://x"}},{"text":"b"}],"#
                + #""isError":false}"#)
        let old = #"{"callID":"c","isError":true,"text":"t"}"#
        let read = try CanonicalJSON.decode(ModelToolResult.self, from: Data(old.utf8))
        #expect(read == ModelToolResult(callID: "c", text: "t", isError: true))
        for broken in [#"{"callID":"c"}"#, #"{"callID":"c","content":[{}]}"#, #"{"callID":"c","content":"t"}"#] {
            #expect(throws: DecodingError.self) {
                try CanonicalJSON.decode(ModelToolResult.self, from: Data(broken.utf8))
            }
        }
    }

    @Test func picturesOfToolsCountInEstimates() {
        let image = ModelToolResult.Part.image(ModelImage(.url("https://x")))
        func tokens(_ content: [ModelToolResult.Part]) -> Int64 {
            let result = ModelContent.toolResult(ModelToolResult(callID: "c", content: content))
            return CallEstimate.tokens(
                of: ModelRequest(model: "m", messages: [ModelMessage(role: .user, content: [result])]))
        }
        #expect(tokens([image, image]) - tokens([]) == 2 * CallEstimate.tokensPerImage)
    }
}
