import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiModels

struct AzureDialectTests {
    private let classic = AzureDialect(key: Conversation.key, apiVersion: "2024-10-21")

    @Test func theClassicAddressesNameTheDeployment() throws {
        let wire = try classic.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/openai/deployments/m-1/chat/completions?api-version=2024-10-21")
        #expect(wire.header("api-key")?.revealed == Conversation.key.revealed)
        #expect(wire.header("authorization") == nil)
        #expect(
            Conversation.body(wire) == #"{"model":"m-1","messages":[{"role":"system","content":"Be brief."},"#
                + #"{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}}"#)
    }

    @Test func theNewAddressesHaveNoVersion() throws {
        let wire = try AzureDialect().encode(Conversation.plain, isStreaming: false)
        #expect(wire.path == "/openai/v1/chat/completions")
        #expect(wire.headers == [WireRequest.Header("content-type", "application/json")])
        #expect(Conversation.body(wire).hasPrefix(#"{"model":"m-1","#))
    }

    @Test func aDeploymentThatIsSetCounts() throws {
        let wire = try AzureDialect(deployment: "my/gpt:4", apiVersion: "2024-10-21").encode(
            Conversation.plain, isStreaming: false)
        #expect(wire.path.hasPrefix("/openai/deployments/my%2Fgpt%3A4/chat/"))
        let error = #expect(throws: ModelError.self) {
            var request = Conversation.plain
            request.model = ".."
            return try classic.encode(request, isStreaming: true)
        }
        #expect(error?.parameter == "model")
    }

    @Test func whatTheFilterAddsToStreamsIsPassedOver() {
        let filters = #""content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}"#
        let pieces =
            [
                StreamEvent(data: #"{"choices":[],"prompt_filter_results":[{"prompt_index":0,\#(filters)}]}"#),
                StreamEvent(
                    data: #"{"choices":[{"index":0,"content_filter_offsets":{"check_offset":1},\#(filters)}]}"#),
                StreamEvent(
                    data: #"{"choices":[{"index":0,"finish_reason":null,\#(filters),"delta":{"content":""}}]}"#),
            ] + GoldenStreams.chat
        let played = Played(classic, pieces)
        #expect(played.error == nil && played.response?.text == GoldenStreams.text)
        #expect(Played(classic, pieces.dropLast()).error?.kind == .cutOff)
        let filtered = StreamEvent(data: #"{"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}"#)
        #expect(Played(classic, [filtered, StreamEvent(data: "[DONE]")]).response?.finish == .filtered)
    }

    @Test(arguments: [
        (400, #"{"error":{"code":"content_filter","message":"m","status":400}}"#, ModelErrorCode.refused),
        (
            400,
            #"{"error":{"code":null,"message":"m","innererror":{"code":"ResponsibleAIPolicyViolation","#
                + #""content_filter_result":{"hate":{"filtered":true}}}}}"#, .refused
        ),
        (401, #"{"error":{"code":"401","message":"m"}}"#, .unauthenticated),
        (401, #"{"statusCode":401,"message":"m"}"#, .unauthenticated),
        (404, #"{"error":{"code":"DeploymentNotFound","message":"m"}}"#, .modelNotFound),
        (429, #"{"error":{"code":"429","message":"m"}}"#, .rateLimited),
        (500, "no json", .providerFailed),
    ])
    func failuresAreUnderstood(status: Int, body: String, kind: ModelErrorCode) {
        let error = classic.error(status, body, headers: [("apim-request-id", "r-1"), ("retry-after-ms", "250")])
        #expect(error.kind == kind && error.status == status && error.requestID == "r-1")
        #expect(error.retryAfter == .milliseconds(250))
        #expect(body == "no json" || error.providerMessage?.revealed == "m")
    }

    @Test func thereIsNoList() {
        let error = #expect(throws: ModelError.self) { try classic.encodeList(page: nil) }
        #expect(error?.message.contains("Azure portal") == true)
    }
}
