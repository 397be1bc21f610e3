import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiModels

struct VertexDialectTests {
    private let dialect = VertexDialect(project: "p-1", location: "europe-west1")
    private let path = "/v1/projects/p-1/locations/europe-west1/publishers"

    private func encode(
        _ model: String, isStreaming: Bool = true, _ change: (inout ModelRequest) -> Void = { _ in }
    ) throws -> WireRequest {
        var request = Conversation.plain
        request.model = model
        change(&request)
        return try dialect.encode(request, isStreaming: isStreaming)
    }

    @Test func geminiIsSpokenToAsDevelopersDo() throws {
        let wire = try encode("gemini-3-pro")
        #expect(wire.path == "\(path)/google/models/gemini-3-pro:streamGenerateContent?alt=sse")
        #expect(wire.headers == [WireRequest.Header("content-type", "application/json")])
        #expect(wire.body == (try GeminiDialect().encode(Conversation.plain, isStreaming: true)).body)
        let whole = try encode("gemini-3-pro", isStreaming: false)
        #expect(whole.path == "\(path)/google/models/gemini-3-pro:generateContent")
    }

    @Test func claudeHasItsVersionInTheBodyAndItsNameInThePath() throws {
        let wire = try encode("claude-x@20250101")
        #expect(wire.path == "\(path)/anthropic/models/claude-x@20250101:streamRawPredict")
        #expect(wire.headers == [WireRequest.Header("content-type", "application/json")])
        #expect(
            Conversation.body(wire) == #"{"anthropic_version":"2026-10-21","max_tokens":4096,"system":"Be brief.","#
                + #""messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"stream":true}"#)
        let warm = try encode("claude-x", isStreaming: false) { $0.temperature = 0.5 }
        #expect(warm.path == "\(path)/anthropic/models/claude-x:rawPredict")
        #expect(Conversation.body(warm).hasPrefix(#"{"anthropic_version":"vertex-2023-10-16","max_tokens""#))
        #expect(!Conversation.body(warm).contains("stream"))
    }

    @Test(arguments: ["llama-4", "openai/gpt", "claude/../x", "claude x", "gemini?x", "gemini/x"])
    func otherNamesAreRefused(model: String) {
        let error = #expect(throws: ModelError.self) { try encode(model) }
        #expect(error?.parameter == "model")
    }

    @Test func streamsAreThoseOfTheModelsDialect() throws {
        for (model, pieces) in [("gemini-x", GoldenStreams.gemini), ("claude-x", GoldenStreams.anthropic)] {
            var request = Conversation.plain
            request.model = model
            #expect(Played(dialect, pieces, request: request).response?.text == GoldenStreams.text)
            #expect(Played(dialect, pieces.dropLast(), request: request).error?.kind == .cutOff)
        }
    }

    @Test func thoughtsOfOneVendorDoNotGoToTheOther() throws {
        var request = Conversation.plain
        request.model = "claude-x"
        let response = try #require(Played(dialect, GoldenStreams.anthropic, request: request).response)
        let result = ModelToolResult(callID: "t1", text: "r")
        func next(_ model: String) -> ModelRequest {
            ModelRequest(
                model: model,
                messages: [.user("a"), response.message, ModelMessage(role: .user, content: [.toolResult(result)])])
        }
        #expect(Conversation.body(try dialect.encode(next("claude-x"), isStreaming: true)).contains("SIG"))
        #expect(!Conversation.body(try dialect.encode(next("gemini-x"), isStreaming: true)).contains("SIG"))
        #expect(!Conversation.body(try AnthropicDialect().encode(next("x"), isStreaming: true)).contains("SIG"))
    }

    @Test func failuresAreUnderstoodInBothForms() {
        let google = dialect.error(429, #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m"}}"#)
        #expect(google.kind == .rateLimited && google.providerCode == "RESOURCE_EXHAUSTED")
        #expect(dialect.error(401, #"[{"error":{"code":401,"status":"UNAUTHENTICATED"}}]"#).kind == .unauthenticated)
        let anthropic = dialect.error(529, #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#)
        #expect(anthropic.kind == .overloaded && anthropic.providerCode == "overloaded_error")
    }

    @Test func placesByLocation() {
        #expect(VertexDialect.baseURL(location: "global") == "https://aiplatform.googleapis.com")
        #expect(VertexDialect.baseURL(location: "eu") == "https://aiplatform.eu.rep.googleapis.com")
        #expect(VertexDialect.baseURL(location: "us") == "https://aiplatform.us.rep.googleapis.com")
        #expect(
            VertexDialect.baseURL(location: "europe-west1") == "https://europe-west1-aiplatform.googleapis.com")
    }

    @Test func thereIsNoList() {
        let error = #expect(throws: ModelError.self) { try dialect.encodeList(page: nil) }
        #expect(error?.message.contains("Model Garden") == true)
    }
}
