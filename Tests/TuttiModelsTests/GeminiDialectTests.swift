import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

struct GeminiDialectTests {
    private let dialect = GeminiDialect(key: Conversation.key)

    @Test func writesAPlainRequest() throws {
        let wire = try dialect.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/v1/models/m-1:streamGenerateContent?alt=sse")
        #expect(wire.header("x-goog-api-key")?.revealed == Conversation.key.revealed)
        #expect(
            Conversation.body(wire) == #"{"systemInstruction":{"parts":[{"text":"Be brief."}]},"#
                + #""contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#)
        let whole = try GeminiDialect(version: .v1beta).encode(Conversation.plain, isStreaming: false)
        #expect(whole.path == "/v1beta/models/m-1:generateContent")
    }

    @Test func writesEverythingThatARequestCanHold() throws {
        let body = Conversation.body(try dialect.encode(Conversation.full, isStreaming: false))
        #expect(
            body == #"{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":["#
                + #"{"text":"look"},{"inlineData":{"mimeType":"image/png","data":"AQID"}}]},"#
                + #"{"role":"model","parts":[{"text":"I ask."},"#
                + #"{"functionCall":{"id":"c1","name":"weather","args":{"z": 1.50, "city":"Köln"}}},"#
                + #"{"functionCall":{"id":"c2","name":"weather","args":{}}}]},"#
                + #"{"role":"user","parts":[{"text":"and?"},"#
                + #"{"functionResponse":{"id":"c1","name":"weather","response":{"result":"rain"}}},"#
                + #"{"functionResponse":{"id":"c2","name":"weather","response":{"error":"no city"}}}]}],"#
                + #""tools":[{"functionDeclarations":[{"name":"weather","description":"Tells the weather.","#
                + #""parametersJsonSchema":{"properties":{"city":{"type":"string"}},"type":"object"}}]}],"#
                + #""toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather"]}},"#
                + #""generationConfig":{"maxOutputTokens":100,"stopSequences":["END"],"#
                + #""responseMimeType":"application/json","responseJsonSchema":{"properties":{"text":"#
                + #"{"type":"string"}},"required":["text"],"type":"object"},"thinkingConfig":{"thinkingLevel":"LOW"}}}"#
        )
    }

    @Test(arguments: ["../x", "a/b", "m?key=1", "m:x", "m%2f"])
    func aModelCannotLeaveItsPlaceInThePath(model: String) {
        let error = #expect(throws: ModelError.self) {
            try dialect.encode(ModelRequest(model: model, messages: [.user("a")]), isStreaming: true)
        }
        #expect(error?.parameter == "model")
    }

    @Test func sendsSignaturesBackOnThePartsThatTheyCameWith() throws {
        let body = #"""
            {"candidates":[{"content":{"role":"model","parts":[{"text":"plan","thought":true,"thoughtSignature":"S1"},
            {"text":"ok","thoughtSignature":"S2"},
            {"functionCall":{"name":"f","args":{"b":1,"a":2}},"thoughtSignature":"S3"}
            ]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":"100","candidatesTokenCount":20,
            "thoughtsTokenCount":5,"cachedContentTokenCount":40}}
            """#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.finish == .toolCalls && response.text == "ok")
        #expect(response.usage == ModelUsage(uncachedInput: 60, cacheRead: 40, output: 25, reasoning: 5))
        let id = try #require(response.toolCalls.first?.id)
        let results = [ModelContent.toolResult(ModelToolResult(callID: id, text: #"{"x":1}"#))]
        let next = ModelRequest(
            model: "m", messages: [.user("a"), response.message, ModelMessage(role: .user, content: results)])
        #expect(
            Conversation.body(try dialect.encode(next, isStreaming: false)).contains(
                #""parts":[{"text":"plan","thought":true,"thoughtSignature":"S1"},"#
                    + #"{"text":"ok","thoughtSignature":"S2"},"#
                    + #"{"functionCall":{"name":"f","args":{"a":2,"b":1}},"thoughtSignature":"S3"}]},"#
                    + #"{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"x":1}}}]}"#))
    }

    @Test func aFailedToolSaysSoWhateverItsResultLooksLike() throws {
        let call = ModelToolCall(id: "c", name: "f", arguments: "{}")
        let result = ModelToolResult(callID: "c", text: #"{"x":1}"#, isError: true)
        let request = ModelRequest(
            model: "m",
            messages: [
                .user("a"), ModelMessage(role: .assistant, content: [.toolCall(call)]),
                ModelMessage(role: .user, content: [.toolResult(result)]),
            ])
        let body = Conversation.body(try dialect.encode(request, isStreaming: false))
        #expect(body.contains(#""response":{"error":"{\"x\":1}"}"#))
    }

    @Test func aBlockedPromptIsFiltered() throws {
        let body = #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}"#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.finish == .filtered && response.content.isEmpty && response.usage?.input == 3)
        #expect(Played(dialect, [StreamEvent(data: body)]).response?.nativeFinish == "SAFETY")
    }

    @Test func readsFailuresWithTheirPause() {
        let info = #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}"#
        let quota =
            #"{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"RequestsPerDayX"}]}"#
        let body = { (details: String) in
            #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[\#(details)]}}"#
        }
        let limited = dialect.error(429, body(info))
        #expect(limited.kind == .rateLimited && limited.retryAfter == .seconds(17))
        #expect(dialect.error(429, body(info), headers: [("retry-after", "20")]).retryAfter == .seconds(20))
        #expect(dialect.error(429, body(info), headers: [("retry-after", "2")]).retryAfter == .seconds(17))
        #expect(dialect.error(429, "[" + body(info) + "]").retryAfter == .seconds(17))
        #expect(dialect.error(429, body(info + "," + quota)).kind == .quotaExhausted)
        let reason = #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}"#
        let key = #"{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[\#(reason)]}}"#
        #expect(dialect.error(400, key).kind == .unauthenticated)
        let inside = Played(dialect, [StreamEvent(data: #"{"error":{"message":"m","status":"UNAVAILABLE"}}"#)])
        #expect(inside.error?.status == 503)
    }
}
