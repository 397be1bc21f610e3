import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Answers put together from events")
struct ResponseAssemblerTests {
    private func assembled(_ events: [ModelEvent]) -> ModelResponse? {
        var assembler = ResponseAssembler()
        for event in events { if let response = assembler.take(event) { return response } }
        return nil
    }

    @Test func partsStayInOrderAndAWholeOneStaysApart() throws {
        let body = #"""
            {"type":"message","stop_reason":"end_turn","content":[{"type":"thinking","thinking":"a","signature":"1"},
            {"type":"thinking","thinking":"b","signature":"2"},{"type":"redacted_thinking","data":"3"},
            {"type":"text","text":"x"},{"type":"tool_use","id":"i","name":"f","input":{}},{"type":"text","text":"y"}]}
            """#
        let value = try Conversation.value(body)
        let response = try AnthropicDialect().decode(value, for: Conversation.plain)
        #expect(response.content.count == 6)
        #expect(assembled(response.events) == response)
    }

    @Test func anAnswerWithoutItsEndIsNone() {
        #expect(assembled([.text("a"), .usage(ModelUsage())]) == nil)
    }

    @Test func aPieceOfACallThatNeverBeganIsNoCall() {
        let events: [ModelEvent] = [
            .toolCall(ToolCallDelta(index: 4, arguments: "{}")), .finished(.stop, native: nil),
        ]
        #expect(assembled(events)?.content.isEmpty == true)
    }

    @Test func countsDoNotOverflow() {
        let usage = ModelUsage(uncachedInput: .max, cacheRead: .max, output: .max)
        #expect(usage.input == .max && usage.total == .max)
    }

    @Test(arguments: [
        ModelContent.text("a"), .image(ModelImage(.url("https://x"))),
        .image(ModelImage(.bytes(Data([1]), mediaType: "image/png"))), .reasoning(ModelReasoning(text: "r")),
        .toolCall(ModelToolCall(id: "i", name: "n", arguments: "{")),
        .toolResult(ModelToolResult(callID: "i", text: "t", isError: true)),
        .toolResult(ModelToolResult(callID: "i", content: [])),
        .toolResult(ModelToolResult(callID: "i", content: [.image(ModelImage(.url("https://x"))), .text("t")])),
        .toolResult(ModelToolResult(callID: "i", content: [.text("a"), .text("b")], isError: true)),
    ])
    func partsAreReadBackAsTheyWereWritten(part: ModelContent) throws {
        let bytes = try CanonicalJSON.encode(part)
        #expect(try CanonicalJSON.decode(ModelContent.self, from: bytes) == part)
    }
}
