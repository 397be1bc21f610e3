import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Requests that no provider takes")
struct RequestCheckTests {
    private static let call = ModelContent.toolCall(ModelToolCall(id: "c", name: "weather", arguments: "{}"))
    private static let result = ModelContent.toolResult(ModelToolResult(callID: "c", text: "x"))

    struct Sample: Sendable {
        let field: String
        let change: @Sendable (inout ModelRequest) -> Void

        init(_ field: String, _ change: @escaping @Sendable (inout ModelRequest) -> Void) {
            self.field = field
            self.change = change
        }
    }

    static let samples = [
        Sample("model") { $0.model = "" },
        Sample("model") { $0.model = "m\r\nx: y" },
        Sample("model") { $0.model = String(repeating: "m", count: 257) },
        Sample("outputTokensMax") { $0.outputTokensMax = 0 },
        Sample("temperature") { $0.temperature = -0.1 },
        Sample("temperature") { $0.temperature = .nan },
        Sample("topP") { $0.topP = 1.1 },
        Sample("topP") { $0.topP = .nan },
        Sample("topK") { $0.topK = 0 },
        Sample("presencePenalty") { $0.presencePenalty = 2.1 },
        Sample("frequencyPenalty") { $0.frequencyPenalty = -.infinity },
        Sample("stop") { $0.stop = [""] },
        Sample("messages") { $0.messages = [] },
        Sample("messages[0]") { $0.messages = [ModelMessage(role: .user, content: [])] },
        Sample("tools[0].name") { $0.tools[0].name = "a b" },
        Sample("tools[0].name") { $0.tools[0].name = String(repeating: "a", count: 65) },
        Sample("tools[1].name") { $0.tools.append($0.tools[0]) },
        Sample("tools[0].parameters") { $0.tools[0].parameters = "x" },
        Sample("toolChoice") { $0.toolChoice = .tool("other") },
        Sample("toolChoice") {
            $0.tools = []
            $0.toolChoice = .required
        },
        Sample("output.name") { $0.output = ModelOutputForm(name: "ä", schema: .any) },
        Sample("messages[0].content[0]") { $0.messages[0].content = [call] },
        Sample("messages[0].content[0]") { $0.messages[0].content = [.reasoning(ModelReasoning(text: "x"))] },
        Sample("messages[0].content[0]") { $0.messages[0].content = [result] },
        Sample("messages[0].content[0]") { request in
            let image = ModelImage(.bytes(Data(), mediaType: "text/html"))
            request.messages[0].content = [.image(image)]
        },
        Sample("messages[2].content[0]") { request in
            let image = ModelImage(.bytes(Data(), mediaType: "text/html"))
            let result = ModelToolResult(callID: "c", content: [.image(image)])
            request.messages += [
                ModelMessage(role: .assistant, content: [call]),
                ModelMessage(role: .user, content: [.toolResult(result)]),
            ]
        },
        Sample("messages[1].content[0]") { request in
            request.messages.append(ModelMessage(role: .assistant, content: [.image(ModelImage(.url("https://x")))]))
        },
        Sample("messages[1].content[1]") { $0.messages.append(ModelMessage(role: .assistant, content: [call, call])) },
        Sample("messages[2]") {
            $0.messages += [ModelMessage(role: .assistant, content: [call]), .user("no result")]
        },
    ]

    @Test(arguments: samples.indices, GoldenStreams.all.indices)
    func nameTheField(sample: Int, dialect: Int) {
        var request = Conversation.plain
        request.tools = [Conversation.tool]
        Self.samples[sample].change(&request)
        let error = #expect(throws: ModelError.self) {
            try GoldenStreams.all[dialect].dialect.encode(request, isStreaming: true)
        }
        #expect(error?.parameter == Self.samples[sample].field)
        #expect(error?.kind == .badRequest && error?.classification == .never)
        #expect(error?.message.hasPrefix("'\(Self.samples[sample].field)' ") == true)
    }

    @Test func aFieldThatOneProviderRefuses() {
        var request = Conversation.plain
        request.stop = ["a", "b", "c", "d", "e"]
        #expect(throws: ModelError.self) { try ChatDialect(.openAI).encode(request, isStreaming: true) }
        #expect(throws: Never.self) { try ChatDialect(.vLLM).encode(request, isStreaming: true) }
    }

    @Test func brokenArgumentsGoBackAsTheTextThatTheyAre() throws {
        let call = ModelToolCall(id: "c", name: "weather", arguments: #"{"a":"#)
        let request = ModelRequest(
            model: "m",
            messages: [
                .user("a"), ModelMessage(role: .assistant, content: [.toolCall(call)]),
                ModelMessage(role: .user, content: [Self.result]),
            ])
        let anthropic = Conversation.body(try AnthropicDialect().encode(request, isStreaming: false))
        #expect(anthropic.contains(#""input":{"invalid_json":"{\"a\":"}"#))
        let chat = Conversation.body(try ChatDialect(.openAI).encode(request, isStreaming: false))
        #expect(chat.contains(#""arguments":"{\"a\":""#))
    }

    @Test(arguments: GoldenStreams.all)
    func equalRequestsHaveEqualBytes(sample: GoldenStreams.Sample) throws {
        var request = Conversation.full
        request.stop = []
        request.metadata = ["a": "1", "b": "2", "c": "3"]
        let first = try sample.dialect.encode(request, isStreaming: true)
        for _ in 0..<20 { #expect(try sample.dialect.encode(request, isStreaming: true) == first) }
    }
}
