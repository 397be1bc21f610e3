import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiModels

struct BedrockDialectTests {
    private let dialect = BedrockDialect(key: Conversation.key)

    private func body(_ change: (inout ModelRequest) -> Void) throws -> String {
        var request = Conversation.plain
        change(&request)
        return Conversation.body(try dialect.encode(request, isStreaming: true))
    }

    private func refusal(_ change: (inout ModelRequest) -> Void) -> ModelError? {
        #expect(throws: ModelError.self) { try body(change) }
    }

    @Test func writesAPlainRequest() throws {
        let wire = try dialect.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/model/m-1/converse-stream")
        #expect(wire.header("authorization")?.revealed == "Bearer \(Conversation.key.revealed)")
        #expect(wire.header("content-type") == .plain("application/json"))
        #expect(
            Conversation.body(wire)
                == #"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"Be brief."}]}"#)
        #expect(try dialect.encode(Conversation.plain, isStreaming: false).path == "/model/m-1/converse")
        #expect(try BedrockDialect().encode(Conversation.plain, isStreaming: true).header("authorization") == nil)
    }

    @Test func writesEverythingThatARequestCanHold() throws {
        let body = Conversation.body(try dialect.encode(Conversation.full, isStreaming: false))
        #expect(
            body == #"{"messages":[{"role":"user","content":[{"text":"look"},"#
                + #"{"image":{"format":"png","source":{"bytes":"AQID"}}}]},"#
                + #"{"role":"assistant","content":[{"text":"I ask."},"#
                + #"{"toolUse":{"toolUseId":"c1","name":"weather","input":{"z": 1.50, "city":"Köln"}}},"#
                + #"{"toolUse":{"toolUseId":"c2","name":"weather","input":{}}}]},"#
                + #"{"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"rain"}]}},"#
                + #"{"toolResult":{"toolUseId":"c2","content":[{"text":"no city"}],"status":"error"}},"#
                + #"{"text":"and?"}]}],"system":[{"text":"Be brief."}],"#
                + #""inferenceConfig":{"maxTokens":100,"stopSequences":["END"]},"#
                + #""toolConfig":{"tools":[{"toolSpec":{"name":"weather","description":"Tells the weather.","#
                + #""inputSchema":{"json":{"properties":{"city":{"type":"string"}},"type":"object"}}}}],"#
                + #""toolChoice":{"tool":{"name":"weather"}}},"#
                + #""outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"#
                + #""{\"additionalProperties\":false,\"properties\":{\"text\":{\"type\":\"string\"}},"#
                + #"\"required\":[\"text\"],\"type\":\"object\"}","name":"report"}}},"effort":"low"},"#
                + #""requestMetadata":{"team":"red"}}"#)
    }

    @Test(arguments: [
        ("us.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1%3A0"),
        (
            "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x",
            "arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.x"
        ), ("a~b_c", "a~b_c"),
    ])
    func modelsStandInThePath(model: String, path: String) throws {
        var request = Conversation.plain
        request.model = model
        #expect(try dialect.encode(request, isStreaming: true).path == "/model/\(path)/converse-stream")
    }

    @Test func refusesWhatItCannotTake() {
        #expect(refusal { $0.model = ".." }?.parameter == "model")
        #expect(refusal { $0.temperature = 1.5 }?.parameter == "temperature")
        let picture = ModelImage(.url("https://example.org/a.png"))
        #expect(
            refusal { $0.messages = [ModelMessage(role: .user, content: [.image(picture)])] }?.message.contains(
                "send its bytes") == true)
        let other = ModelImage(.bytes(Data([1]), mediaType: "image/tiff"))
        #expect(
            refusal { $0.messages = [ModelMessage(role: .user, content: [.image(other)])] }?.message.contains("PNG")
                == true)
        #expect(refusal { $0.metadata = ["a": "ä"] }?.parameter == "metadata")
        #expect(refusal { $0.metadata = ["": "a"] }?.parameter == "metadata")
        let many = Dictionary(uniqueKeysWithValues: (0...16).map { ("k\($0)", "v") })
        #expect(refusal { $0.metadata = many }?.parameter == "metadata")
    }

    @Test func turnsOfOneSideBecomeOne() throws {
        let body = try body { $0.messages = [.user("a"), .user("b"), .assistant("c"), .assistant(""), .user("d")] }
        #expect(
            body.contains(
                #""messages":[{"role":"user","content":[{"text":"a"},{"text":"b"}]},"#
                    + #"{"role":"assistant","content":[{"text":"c"}]},{"role":"user","content":[{"text":"d"}]}]"#))
    }

    @Test(arguments: [
        (ModelToolChoice.auto, #"}}}]}}"#), (.required, #"],"toolChoice":{"any":{}}}}"#),
        (.tool("weather"), #"],"toolChoice":{"tool":{"name":"weather"}}}}"#),
    ])
    func tellsWhetherAToolHasToBeCalled(choice: ModelToolChoice, end: String) throws {
        let body = try body {
            $0.tools = [Conversation.tool]
            $0.toolChoice = choice
        }
        #expect(body.hasSuffix(end), "\(body)")
    }

    @Test func toolsAreLeftOutWhereNoneMayBeCalled() throws {
        let fresh = try body {
            $0.tools = [Conversation.tool]
            $0.toolChoice = .none
        }
        #expect(!fresh.contains("toolConfig") && !fresh.contains("Do not call"))
        // With calls in the conversation they have to be there.
        let spoken = try body {
            $0 = Conversation.full
            $0.toolChoice = .none
        }
        #expect(spoken.contains(#""toolConfig":{"tools":[{"toolSpec":{"name":"weather""#))
        #expect(!spoken.contains("toolChoice"))
        #expect(spoken.contains(#"{"text":"Be brief."},{"text":"Do not call any tool now. Answer in text."}]"#))
        let forgotten = try body {
            $0 = Conversation.full
            $0.tools = []
            $0.toolChoice = .auto
        }
        #expect(
            forgotten.contains(
                #""toolConfig":{"tools":[{"toolSpec":{"name":"weather","inputSchema":{"json":{"type":"object"}}}}]}"#))
    }

    @Test(arguments: [
        (ReasoningEffort.minimal, "m", #""outputConfig":{"effort":"low"}"#),
        (.max, "m", #""outputConfig":{"effort":"max"}"#),
        (
            ReasoningEffort.none, "eu.anthropic.claude-x-v1:0",
            #""additionalModelRequestFields":{"thinking":{"type":"disabled"}}"#
        ),
    ])
    func tellsTheEffort(effort: ReasoningEffort, model: String, part: String) throws {
        let body = try body {
            $0.effort = effort
            $0.model = model
        }
        #expect(body.contains(part))
        #expect(try !self.body { $0.effort = ReasoningEffort.none }.contains("thinking"))
    }

    @Test func aSchemaWithoutAFormIsAskedForByWords() throws {
        let output = ModelOutputForm(name: "r", schema: .object([.required("any", .any)]))
        #expect(try !body { $0.output = output }.contains("outputConfig"))
    }

    @Test func readsAWholeAnswerAndSendsThoughtsBackUnchanged() throws {
        let body = #"""
            {"output":{"message":{"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"hm","signature":"SIG"}}},
            {"reasoningContent":{"redactedContent":"UkVE"}},{"text":"ok"},{"citationsContent":{}},
            {"toolUse":{"toolUseId":"tooluse_1","name":"weather","input":{"city":"Köln"}}}]}},
            "stopReason":"tool_use","metrics":{"latencyMs":1},"usage":{"inputTokens":10,"outputTokens":20,
            "totalTokens":100,"cacheReadInputTokens":40,"cacheWriteInputTokens":30}}
            """#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.usage == ModelUsage(uncachedInput: 10, cacheRead: 40, cacheWrite: 30, output: 20))
        #expect(response.usage?.total == 100)
        #expect(response.finish == .toolCalls && response.text == "ok")
        let result = ModelToolResult(callID: "tooluse_1", text: "")
        let next = ModelRequest(
            model: "m",
            messages: [.user("a"), response.message, ModelMessage(role: .user, content: [.toolResult(result)])])
        let sent = Conversation.body(try dialect.encode(next, isStreaming: false))
        #expect(
            sent.contains(
                #""content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"SIG"}}},"#
                    + #"{"reasoningContent":{"redactedContent":"UkVE"}},{"text":"ok"},"#
                    + #"{"toolUse":{"toolUseId":"tooluse_1","name":"weather","input":{"city":"Köln"}}}]"#))
        #expect(sent.contains(#"{"toolResult":{"toolUseId":"tooluse_1","content":[]}}"#))
        #expect(!Conversation.body(try AnthropicDialect().encode(next, isStreaming: false)).contains("SIG"))
    }

    @Test func redactedThoughtsComeInPieces() throws {
        let pieces =
            GoldenStreams.bedrock.prefix(1)
            + ["UkU=", "RA=="].map {
                StreamEvent(
                    name: "contentBlockDelta",
                    data: #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"\#($0)"}}}"#)
            } + GoldenStreams.bedrock.suffix(from: 4)
        let response = try #require(Played(dialect, Array(pieces)).response)
        guard case .reasoning(let reasoning) = response.content.first else {
            Issue.record("the thoughts do not come first")
            return
        }
        #expect(reasoning.seal?.value(for: "bedrock") == ["redactedContent": "UkVE"])
    }

    @Test(arguments: [
        ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("tool_use", .toolCalls), ("guardrail_intervened", .filtered),
        ("content_filtered", .filtered), ("malformed_tool_use", .other), ("brand_new", .other),
    ])
    func knowsWhyAnAnswerEnded(native: String, finish: FinishReason) throws {
        let body = #"{"output":{"message":{"content":[]}},"stopReason":"\#(native)"}"#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.finish == finish && response.nativeFinish == native && response.usage == nil)
    }

    @Test(arguments: [
        [("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{"}}}"#)],
        [("contentBlockDelta", #"{"delta":{"text":"x"}}"#)],
        [("contentBlockStart", #"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a"}}}"#)],
        [
            ("contentBlockStart", #"{"contentBlockIndex":0,"start":{}}"#),
            ("contentBlockStart", #"{"contentBlockIndex":0,"start":{}}"#),
        ],
        [
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"x"}}"#),
            ("contentBlockStop", #"{"contentBlockIndex":0}"#),
            ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"x"}}"#),
        ],
        [("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"%"}}}"#)],
        [("messageStop", "{}")], [("messageStop", "no json")],
    ])
    func refusesABrokenOrder(pieces: [(String, String)]) {
        let events = pieces.map { StreamEvent(name: $0.0, data: $0.1) }
        #expect(Played(dialect, events).error?.kind == .malformed)
    }

    @Test func anOpenBlockAtTheEndIsACut() {
        let pieces = GoldenStreams.bedrock.filter { $0.name != "contentBlockStop" }
        #expect(Played(dialect, pieces).error?.kind == .cutOff)
    }

    @Test func blocksAndSignaturesHaveLimits() {
        let megabyte = String(repeating: "x", count: 1 << 20)
        let piece = StreamEvent(
            name: "contentBlockDelta",
            data: #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"\#(megabyte)"}}}"#)
        #expect(Played(dialect, [piece]).error?.kind == .cutOff)
        #expect(Played(dialect, [piece, piece]).error?.kind == .answerTooLarge)
        let many = (0...10_000).map {
            StreamEvent(name: "contentBlockStart", data: #"{"contentBlockIndex":\#($0),"start":{}}"#)
        }
        #expect(Played(dialect, many.dropLast()).error?.kind == .cutOff)
        #expect(Played(dialect, many).error?.message.contains("10000 blocks") == true)
    }

    @Test(arguments: [
        ("throttlingException", 429, ModelErrorCode.rateLimited), ("validationException", 400, .badRequest),
        ("internalServerException", 500, .providerFailed), ("modelStreamErrorException", 424, .providerFailed),
        ("serviceUnavailableException", 503, .overloaded), ("expiredTokenException", 403, .unauthenticated),
        ("brandNewException", 500, .providerFailed),
    ])
    func exceptionsInsideOfStreamsAreErrors(name: String, status: Int, kind: ModelErrorCode) {
        let failure = StreamEvent(name: name, data: #"{"message":"planted"}"#, isFailure: true)
        let error = Played(dialect, GoldenStreams.bedrock.prefix(7) + [failure]).error
        #expect(error?.kind == kind && error?.status == status && error?.providerCode == name)
        #expect(error?.hasContent == true && error?.message.contains("planted") == false)
        #expect(error?.providerMessage?.revealed == "planted")
        // One whose payload is none is a failure all the same.
        #expect(Played(dialect, [StreamEvent(name: name, data: "", isFailure: true)]).error?.kind == kind)
    }

    @Test func knowsTheKindOfAFailure() {
        let byHeader = dialect.error(
            429, #"{"message":"slow"}"#,
            headers: [
                ("x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/x"), ("x-amzn-RequestId", "r-1"),
            ])
        #expect(byHeader.kind == .rateLimited && byHeader.providerCode == "ThrottlingException")
        #expect(byHeader.requestID == "r-1" && byHeader.providerMessage?.revealed == "slow")
        let byBody = dialect.error(403, #"{"__type":"com.amazon.coral.service#ExpiredTokenException","Message":"old"}"#)
        #expect(byBody.kind == .unauthenticated && byBody.providerMessage?.revealed == "old")
        let long = dialect.error(
            400, #"{"message":"Input is too long for requested model."}"#,
            headers: [("x-amzn-errortype", "ValidationException")])
        #expect(long.kind == .contextTooLong && long.classification == .retryElsewhere)
        let named = dialect.error(
            400, #"{"__type":"ValidationException","message":"temperature is not supported"}"#)
        #expect(named.parameter == "temperature")
        #expect(dialect.error(403, #"{"message":"no"}"#).kind == .forbidden)
        #expect(dialect.error(404, "").kind == .modelNotFound)
    }

    @Test func listsModelsAndThenProfiles() throws {
        let first = try dialect.encodeList(page: nil)
        #expect(first.path == "/foundation-models?byOutputModality=TEXT")
        let models = try dialect.list(
            in: [
                "modelSummaries": [
                    ["modelId": "amazon.nova-lite-v1:0", "inferenceTypesSupported": ["ON_DEMAND"]],
                    ["modelId": "x.only-profile-v1:0", "inferenceTypesSupported": ["INFERENCE_PROFILE"]],
                ]
            ])
        #expect(models.models.map(\.name) == ["amazon.nova-lite-v1:0"])
        #expect(try dialect.encodeList(page: models.next).path == "/inference-profiles?maxResults=1000")
        let profiles = try dialect.list(
            in: ["inferenceProfileSummaries": [["inferenceProfileId": "eu.x-v1:0"]], "nextToken": "a/b="])
        #expect(profiles.models.map(\.name) == ["eu.x-v1:0"])
        #expect(
            try dialect.encodeList(page: profiles.next).path
                == "/inference-profiles?maxResults=1000&nextToken=a%2Fb%3D")
        #expect(try dialect.list(in: ["inferenceProfileSummaries": []]).next == nil)
        let runtime = BedrockDialect.baseURL(region: "eu-central-1")
        #expect(runtime == "https://bedrock-runtime.eu-central-1.amazonaws.com")
        #expect(dialect.listBase(runtime) == "https://bedrock.eu-central-1.amazonaws.com")
        #expect(
            dialect.listBase("https://bedrock-runtime-fips.us-east-1.amazonaws.com")
                == "https://bedrock-fips.us-east-1.amazonaws.com")
        #expect(dialect.listBase("http://127.0.0.1:1") == "http://127.0.0.1:1")
    }
}
