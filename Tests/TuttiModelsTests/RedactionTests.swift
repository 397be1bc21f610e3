import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Keys and questions are not shown")
struct RedactionTests {
    private static let key = Conversation.key.revealed
    private static let question = Conversation.plantedQuestion

    private func shown(_ value: Any) -> String {
        var text = "\(value) \(String(reflecting: value))"
        dump(value, to: &text)
        return text
    }

    private func expectNothing(in value: Any, _ place: Comment) {
        let text = shown(value)
        #expect(!text.contains(Self.key) && !text.contains(Self.key.dropFirst(3)), place)
        #expect(!text.contains(Self.question) && !text.contains("Zanzibar"), place)
    }

    @Test(arguments: GoldenStreams.all)
    func byRequestsOnTheWire(sample: GoldenStreams.Sample) throws {
        let request = ModelRequest(model: "m", system: Self.question, messages: [.user(Self.question)])
        let wire = try sample.dialect.encode(request, isStreaming: true)
        #expect(wire.headers.contains { $0.value.revealed.contains(Self.key) })
        #expect(Conversation.body(wire).contains("Zanzibar"))
        #expect(!wire.path.contains(Self.key))
        expectNothing(in: wire, "the request")
        expectNothing(in: wire.headers, "its headers")
        expectNothing(in: sample.dialect, "the dialect")
    }

    /// A provider that quotes the key and the question wherever it can.
    @Test(arguments: GoldenStreams.all)
    func byErrors(sample: GoldenStreams.Sample) throws {
        let planted = ["Incorrect key \(Self.key) for: \(Self.question)", Self.key, Self.question]
        for text in planted {
            let word = JSONValue.string(text)
            let bodies: [JSONValue] = [
                [
                    "type": "error", "request_id": word,
                    "error": [
                        "message": word, "type": word, "code": word, "param": word, "status": word,
                        "details": [["@type": "ErrorInfo", "reason": word], word],
                    ],
                ],
                ["__type": word, "message": word, "Message": word],
                ["error": word], ["object": "error", "message": word, "type": word], word,
                ["type": "error", "message": word, "code": word, "param": word],
                ["type": "response.failed", "response": ["error": ["code": word, "message": word]]],
            ]
            for body in bodies {
                let bytes = try CanonicalJSON.encode(body)
                for status in [400, 401, 404, 429, 500] {
                    let headers = WireHeaders([
                        ("x-request-id", text), ("retry-after", text), ("x-amzn-errortype", text),
                    ])
                    let error = sample.dialect.error(
                        status: status, headers: headers, body: bytes, now: Timestamp(milliseconds: 0))
                    expectNothing(in: error, "\(status)")
                    expectNothing(in: StepErrorMaker.make(error), "\(status), stored")
                }
                let event = StreamEvent(data: String(decoding: bytes, as: UTF8.self))
                if let error = Played(sample.dialect, [event]).error { expectNothing(in: error, "in a stream") }
                let whole = #expect(throws: ModelError.self) {
                    try sample.dialect.decode(bytes, for: Conversation.plain)
                }
                expectNothing(in: whole as Any, "in a whole answer")
            }
        }
    }

    @Test(arguments: GoldenStreams.all)
    func byErrorsAboutTheRequest(sample: GoldenStreams.Sample) {
        var request = ModelRequest(model: "m", system: Self.question, messages: [.user(Self.question)])
        request.temperature = 9
        let error = #expect(throws: ModelError.self) { try sample.dialect.encode(request, isStreaming: true) }
        expectNothing(in: error as Any, "a bad field")
    }

    @Test(arguments: ["sk-planted-0123456789abcdef\r\nx: y", "", "kä", "a b"])
    func aKeyThatWouldBreakTheHeaderIsRefused(key: String) {
        let dialects: [any ModelDialect] = [
            ChatDialect(.openAI, key: SecretText(key)), AnthropicDialect(key: SecretText(key)),
            GeminiDialect(key: SecretText(key)), ResponsesDialect(.openAI, key: SecretText(key)),
            BedrockDialect(key: SecretText(key)),
        ]
        for dialect in dialects {
            let error = #expect(throws: ModelError.self) {
                try dialect.encode(Conversation.plain, isStreaming: true)
            }
            #expect(error?.kind == .unauthenticated)
            expectNothing(in: error as Any, "a broken key")
        }
    }

    @Test func aKeyOfSomebodyElseIsNoName() {
        let body = #"{"error":{"message":"no","type":"sk-other-8734589347","param":"sk-other-8734589347"}}"#
        expectOther(ChatDialect(.openAI, key: Conversation.key).error(400, body))
        expectOther(ChatDialect(.openAI).error(400, body))
    }

    @Test func aPartOfTheKeyIsNoName() {
        let body = #"{"error":{"message":"no","type":"planted","code":"abcdef"}}"#
        #expect(ChatDialect(.openAI, key: Conversation.key).error(400, body).providerCode == nil)
        #expect(ChatDialect(.openAI).error(400, body).providerCode == "abcdef")
    }

    private func expectOther(_ error: ModelError) {
        #expect(!shown(error).contains("8734589347") && error.providerCode == nil && error.parameter == nil)
    }

    @Test func wordsThatAreNamesAreShown() {
        let body =
            #"{"error":{"message":"no","type":"invalid_request_error","param":"messages.[0].content","#
            + #""code":"invalid_value"}}"#
        let error = ChatDialect(.openAI, key: Conversation.key).error(400, body, headers: [("X-Request-ID", "req_12")])
        #expect(
            error.message
                == "openai answered with status 400 (invalid_value): it does not take the request; the field is "
                + "messages.[0].content")
        #expect(error.requestID == "req_12")
        #expect(
            error.data == [
                "classification": "never", "status": 400, "request_id": "req_12", "provider_code": "invalid_value",
                "parameter": "messages.[0].content",
            ])
    }

    private enum StepErrorMaker {
        /// What a journal would keep.
        static func make(_ error: ModelError) -> String {
            "\(error.code) \(error.message) \(String(describing: error.data))"
        }
    }
}
