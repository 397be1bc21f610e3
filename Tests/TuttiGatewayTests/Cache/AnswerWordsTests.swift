import Testing

@testable import TuttiGateway

/// What an answer says, whatever its dialect.
struct AnswerWordsTests {
    @Test(arguments: [
        #"{"choices":[{"message":{"role":"assistant","content":"hi"}}]}"#,
        #"{"choices":[{"message":{"content":null,"tool_calls":[{"type":"function","function":{"name":"f"}}]}}]}"#,
        #"{"type":"message","content":[{"type":"text","text":"hi"}]}"#,
        #"{"type":"message","content":[{"type":"tool_use","id":"1","name":"f","input":{}}]}"#,
        #"{"object":"response","output":[{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#,
        #"{"object":"response","output":[{"type":"function_call","name":"f","arguments":"{}"}]}"#,
    ])
    func words(body: String) {
        #expect(AnswerWords.areIn(Array(body.utf8), isStream: false))
        #expect(AnswerWords.areIn(Array("data: {}\n\ndata: \(body)\n\n".utf8), isStream: true))
    }

    @Test(arguments: [
        "", "nothing", "[]", "{}", #"{"choices":[]}"#, #"{"choices":[{"message":{"role":"assistant","content":""}}]}"#,
        #"{"type":"message","role":"assistant","content":[]}"#,
        #"{"object":"response","instructions":"hi","tools":[{"name":"f"}],"text":{"format":{}},"output":[]}"#,
    ])
    func nothing(body: String) {
        #expect(!AnswerWords.areIn(Array(body.utf8), isStream: false))
        #expect(!AnswerWords.areIn(Array("data: \(body)\n\ndata: [DONE]\n\n".utf8), isStream: true))
    }

    @Test(arguments: [
        #"{"choices":[{"delta":{"content":"hi"}}]}"#, #"{"type":"content_block_delta","delta":{"text":"hi"}}"#,
        #"{"type":"response.output_text.delta","delta":"hi"}"#,
    ])
    func eventsOfStreams(event: String) {
        #expect(AnswerWords.areIn(Array("data:\(event)\r\n\r\n".utf8), isStream: true))
    }
}
