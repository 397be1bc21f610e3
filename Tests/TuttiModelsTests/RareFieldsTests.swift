import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

/// Fields that not every provider has: each is written, or refused with a way out, and never left out unseen.
@Suite struct RareFieldsTests {
    private static let image = ModelImage(.bytes(Data([1, 2, 3]), mediaType: "image/png"))

    struct Sample: Sendable, CustomTestStringConvertible {
        let field: String
        let change: @Sendable (inout ModelRequest) -> Void
        /// What stands in the body, by the name of the dialect; where there is nothing, the field is refused.
        let written: [String: String]
        var testDescription: String { field }
    }

    private static let dialects: [(name: String, dialect: any ModelDialect)] = [
        ("openai", ChatDialect(.openAI)), ("openrouter", ChatDialect(.openRouter)), ("ollama", ChatDialect(.ollama)),
        ("llama.cpp", ChatDialect(.llamaCpp)), ("vllm", ChatDialect(.vLLM)), ("lmstudio", ChatDialect(.lmStudio)),
        ("responses", ResponsesDialect(.openAI)), ("anthropic", AnthropicDialect()), ("gemini", GeminiDialect()),
        ("bedrock", BedrockDialect()),
    ]

    /// What all servers of the chat completions write, and others besides.
    private static func chat(
        _ text: String, without missing: Set<String> = [], _ others: [String: String] = [:]
    ) -> [String: String] {
        let names = ["openai", "openrouter", "ollama", "llama.cpp", "vllm", "lmstudio"].filter { !missing.contains($0) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, text) }).merging(others) { $1 }
    }

    static let samples = [
        Sample(
            field: "topP", change: { $0.topP = 0.5 },
            written: chat(
                #""top_p":0.5"#,
                [
                    "responses": #""top_p":0.5"#, "anthropic": #""top_p":0.5"#, "gemini": #""topP":0.5"#,
                    "bedrock": #""topP":0.5"#,
                ])),
        Sample(
            field: "topK", change: { $0.topK = 7 },
            written: chat(
                #""top_k":7"#, without: ["openai", "ollama"], ["anthropic": #""top_k":7"#, "gemini": #""topK":7"#])),
        Sample(field: "seed", change: { $0.seed = -7 }, written: chat(#""seed":-7"#, ["gemini": #""seed":-7"#])),
        Sample(
            field: "presencePenalty", change: { $0.presencePenalty = -2 },
            written: chat(#""presence_penalty":-2"#, ["gemini": #""presencePenalty":-2"#])),
        Sample(
            field: "frequencyPenalty", change: { $0.frequencyPenalty = 2 },
            written: chat(#""frequency_penalty":2"#, ["gemini": #""frequencyPenalty":2"#])),
        Sample(
            field: "allowsParallelToolCalls", change: { $0.allowsParallelToolCalls = false },
            written: chat(
                #""parallel_tool_calls":false"#, without: ["ollama"],
                [
                    "responses": #""parallel_tool_calls":false"#,
                    "anthropic": #""tool_choice":{"type":"auto","disable_parallel_tool_use":true}"#,
                ])),
        Sample(
            field: "messages[2].content[0].image",
            change: { request in
                let call = ModelContent.toolCall(ModelToolCall(id: "c", name: "weather", arguments: "{}"))
                let result = ModelToolResult(callID: "c", content: [.text("map"), .image(image), .text("")])
                request.messages += [
                    ModelMessage(role: .assistant, content: [call]),
                    ModelMessage(role: .user, content: [.toolResult(result)]),
                ]
            },
            written: [
                "responses": #""output":[{"type":"input_text","text":"map"},"#
                    + #"{"type":"input_image","image_url":"data:image/png;base64,AQID","detail":"auto"},"#
                    + #"{"type":"input_text","text":""}]"#,
                "anthropic": #""content":[{"type":"text","text":"map"},"#
                    + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}}]"#,
                "gemini": #""response":{"result":"map\n"},"#
                    + #""parts":[{"inlineData":{"mimeType":"image/png","data":"AQID"}}]"#,
                "bedrock": #""content":[{"text":"map\n"},{"image":{"format":"png","source":{"bytes":"AQID"}}}]"#,
            ]),
    ]

    private static var plain: ModelRequest {
        var request = Conversation.plain
        request.tools = [Conversation.tool]
        return request
    }

    @Test(arguments: samples) func areWrittenOrRefused(sample: Sample) throws {
        var request = Self.plain
        sample.change(&request)
        for (name, dialect) in Self.dialects {
            if let written = sample.written[name] {
                let body = Conversation.body(try dialect.encode(request, isStreaming: true))
                #expect(body.contains(written), "\(name): \(body)")
            } else {
                let error = #expect(throws: ModelError.self, "\(name)") {
                    try dialect.encode(request, isStreaming: true)
                }
                #expect(error?.parameter == sample.field && error?.kind == .badRequest)
                #expect(error?.classification == .never)
                let message = error?.message ?? ""
                #expect(message.hasPrefix("'\(sample.field)' cannot be said to "), "\(message)")
                #expect(message.contains(dialect.name) && message.contains("leave it out, or "), "\(message)")
            }
        }
    }

    @Test func nothingIsWrittenForWhatIsNotAsked() throws {
        let names = [
            "top_p", "topP", "top_k", "topK", "seed", "enalty", "parallel", "\"parts\":[{\"inlineData\"",
        ]
        for (_, dialect) in Self.dialects {
            let body = Conversation.body(try dialect.encode(Self.plain, isStreaming: true))
            for name in names { #expect(!body.contains(name)) }
        }
    }

    @Test func severalCallsMayBeAllowedEverywhere() throws {
        var request = Self.plain
        request.allowsParallelToolCalls = true
        for (name, dialect) in Self.dialects {
            let body = Conversation.body(try dialect.encode(request, isStreaming: true))
            // Where nobody can forbid it, it is allowed.
            let isWritten = !["ollama", "anthropic", "gemini", "bedrock"].contains(name)
            #expect(body.contains(#""parallel_tool_calls":true"#) == isWritten, "\(name)")
        }
    }

    @Test func withoutToolsSingleCallsMeanNothing() throws {
        var request = Conversation.plain
        request.allowsParallelToolCalls = false
        for (_, dialect) in Self.dialects {
            #expect(try !Conversation.body(dialect.encode(request, isStreaming: true)).contains("parallel"))
        }
    }

    @Test(arguments: [
        (ModelToolChoice.required, #"{"type":"any","disable_parallel_tool_use":true}"#),
        (.tool("weather"), #"{"type":"tool","name":"weather","disable_parallel_tool_use":true}"#),
        (.none, #"{"type":"none"}"#),
    ])
    func anthropicSaysItWithTheChoice(choice: ModelToolChoice, written: String) throws {
        var request = Self.plain
        request.allowsParallelToolCalls = false
        request.toolChoice = choice
        let body = Conversation.body(try AnthropicDialect().encode(request, isStreaming: true))
        #expect(body.contains(#""tool_choice":"# + written))
    }

    @Test(arguments: ["temperature", "topP", "topK"]) func anthropicsVersionsDiffer(field: String) throws {
        var request = Conversation.plain
        switch field {
        case "temperature": request.temperature = 0.5
        case "topP": request.topP = 0.5
        default: request.topK = 5
        }
        let wire = try AnthropicDialect().encode(request, isStreaming: true)
        #expect(wire.header("anthropic-version") == .plain("2023-06-01"))
        let error = #expect(throws: ModelError.self) {
            try AnthropicDialect(version: .v2026_10_21).encode(request, isStreaming: true)
        }
        #expect(
            error?.message
                == "'\(field)' is refused by version 2026-10-21; leave it out, or use version 2023-06-01")
    }

    @Test func geminisSeedsHave32Bits() throws {
        var request = Conversation.plain
        request.seed = Int(Int32.max)
        _ = try GeminiDialect().encode(request, isStreaming: true)
        request.seed = Int(Int32.max) + 1
        let error = #expect(throws: ModelError.self) { try GeminiDialect().encode(request, isStreaming: true) }
        #expect(error?.parameter == "seed")
        #expect(throws: Never.self) { try ChatDialect(.openAI).encode(request, isStreaming: true) }
    }

    @Test func aFailedToolMayShowPictures() throws {
        var request = Self.plain
        let call = ModelContent.toolCall(ModelToolCall(id: "c", name: "weather", arguments: "{}"))
        let result = ModelToolResult(callID: "c", content: [.image(Self.image)], isError: true)
        request.messages += [
            ModelMessage(role: .assistant, content: [call]),
            ModelMessage(role: .user, content: [.toolResult(result)]),
        ]
        let responses = Conversation.body(try ResponsesDialect(.openAI).encode(request, isStreaming: true))
        #expect(responses.contains(#""output":[{"type":"input_text","text":"Error:"},{"type":"input_image","#))
        let anthropic = Conversation.body(try AnthropicDialect().encode(request, isStreaming: true))
        #expect(anthropic.contains(#""data":"AQID"}}],"is_error":true}"#))
        let gemini = Conversation.body(try GeminiDialect().encode(request, isStreaming: true))
        #expect(gemini.contains(#""response":{"error":""},"parts":[{"inlineData""#))
    }

    // MARK: Where an answer ended

    @Test func anthropicTellsTheTextAtWhichItEnded() throws {
        let body = #"{"type":"message","content":[{"type":"text","text":"a"}],"stop_reason":"stop_sequence","#
        let whole = try AnthropicDialect().decode(
            Data((body + #""stop_sequence":"END"}"#).utf8), for: Conversation.plain)
        #expect(whole.stopText == "END" && whole.finish == .stop)
        let none = try AnthropicDialect().decode(
            Data((body + #""stop_sequence":null}"#).utf8), for: Conversation.plain)
        #expect(none.stopText == nil)
        let delta = #"{"stop_reason":"stop_sequence","stop_sequence":"END"}"#
        let played = Played(
            AnthropicDialect(),
            [
                StreamEvent(data: #"{"type":"message_start","message":{}}"#),
                StreamEvent(data: #"{"type":"message_delta","delta":\#(delta)}"#),
                StreamEvent(data: #"{"type":"message_stop"}"#),
            ])
        #expect(played.response?.stopText == "END")
        #expect(played.events.last == .finished(.stop, native: "stop_sequence", stopText: "END"))
    }

    @Test(arguments: [(#""END""#, "END"), ("128009", nil), ("null", nil), (#""other""#, nil)])
    func vLLMTellsItBesideTheReason(told: String, text: String?) throws {
        var request = Conversation.plain
        request.stop = ["END"]
        let end = #""finish_reason":"stop","stop_reason":\#(told)"#
        let body = #"{"choices":[{"index":0,"message":{"content":"a"},\#(end)}]}"#
        #expect(try ChatDialect(.vLLM).decode(Data(body.utf8), for: request).stopText == text)
        let played = Played(
            ChatDialect(.vLLM),
            [
                StreamEvent(data: #"{"choices":[{"index":0,"delta":{"content":"a"},\#(end)}]}"#),
                StreamEvent(data: "[DONE]"),
            ], request: request)
        #expect(played.response?.stopText == text && played.response?.text == "a")
    }
}
