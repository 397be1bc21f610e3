import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Answers in JSON")
struct JSONAnswerTests {
    private static let schema = JSONSchema.object([
        .required("a", .integer()), .optional("t", .string()), .optional("l", .array(of: .integer())),
    ])

    @Test(arguments: [
        #"{"a":1}"#, " \n{\"a\": 1}\n", "\u{FEFF}{\"a\":1}", "```json\n{\"a\":1}\n```", "```\n{\"a\":1}\n```\n",
        #"Here you are: {"a":1}. Anything else?"#, #"As in [1] and {braces}: {"a":1}"#, #"It's {"a":1}"#,
        #"{"b":2} no, rather {"a":1}"#, #"First thoughts {{{ then ```json {"a":1} ``` done }"#,
        "{\"a\":1\u{0}}", #"[{"not":"this"}] {"a":1}"#, #"{"a": 1.0}"#,
    ])
    func areFound(text: String) throws {
        let value = try JSONAnswer.read(text, as: Self.schema)
        #expect(value["a"] == 1 || value["a"] == .double(1))
    }

    @Test func controlCharactersInsideOfTextsAreTaken() throws {
        let value = try JSONAnswer.read("{\"a\":1,\"t\":\"x\ny\tz\u{1}\\\"}{ \\\\\"}", as: Self.schema)
        #expect(value["t"] == "x\ny\tz\u{1}\"}{ \\")
        #expect(try JSONAnswer.read("{\"a\":1,\"t\":\"x\\\ny\"}", as: Self.schema)["t"] == "x\ny")
    }

    @Test(arguments: [
        ("7", JSONSchema.integer(), JSONValue.int(7)), ("```\n\"x\"\n```", .string(), "x"), ("null", .null, .null),
    ])
    func mayBeScalars(text: String, schema: JSONSchema, value: JSONValue) throws {
        #expect(try JSONAnswer.read(text, as: schema) == value)
    }

    @Test(arguments: [
        ("", "answer_empty"), (" \n\u{0}", "answer_empty"), ("no json", "answer_not_json"), ("{", "answer_not_json"),
        (#"{"a":1"#, "answer_not_json"), (#"{"a":1]"#, "answer_not_json"), (#"{a:1}"#, "answer_not_json"),
        (#"{"a":"x"}"#, "answer_does_not_fit"), ("[]", "answer_does_not_fit"), ("17", "answer_does_not_fit"),
        (String(repeating: "[", count: 100_000), "answer_not_json"),
        (String(repeating: "{\"a\":", count: 100_000), "answer_not_json"),
        (String(repeating: "{}", count: 100_000), "answer_does_not_fit"),
        (String(repeating: "[", count: 200) + String(repeating: "]", count: 200), "answer_does_not_fit"),
    ])
    func thatAreNoneSayWhy(text: String, code: String) {
        let error = #expect(throws: JSONAnswerError.self) { try JSONAnswer.read(text, as: Self.schema) }
        #expect(error?.code == code)
    }

    @Test func aLimitHasAName() {
        let text = String(repeating: " ", count: JSONAnswer.bytesMax + 1)
        let error = #expect(throws: JSONAnswerError.self) { try JSONAnswer.read(text, as: .any) }
        #expect(error?.problem == .tooLarge && error?.isRetryable == false)
        #expect(error?.message.contains("10485760 bytes") == true)
    }

    @Test func violationsNameTheFieldAndNotTheValue() {
        let error = #expect(throws: JSONAnswerError.self) {
            try JSONAnswer.read(#"{"a":"sk-secret","l":[1,"x"]}"#, as: Self.schema)
        }
        #expect(
            error?.message == "the answer does not fit its schema: '/a' is a text; it takes a whole number; "
                + "'/l/1' is a text; it takes a whole number")
        #expect(error?.data?["violations"] != nil)
    }

    @Test func theReasonToFinishComesFirst() {
        func code(_ finish: FinishReason, _ text: String) -> String? {
            let response = ModelResponse(content: [.text(text)], finish: finish)
            return #expect(throws: JSONAnswerError.self) { try JSONAnswer.read(response, as: Self.schema) }?.code
        }
        #expect(code(.length, #"{"a":"#) == "answer_cut")
        #expect(code(.length, "") == "answer_cut")
        #expect(code(.filtered, #"{"a":1}"#) == "answer_refused")
        #expect(code(.stop, #"{"a":"#) == "answer_not_json")
    }

    @Test(arguments: 0..<6)
    func neverTrap(seed: UInt64) {
        var mutator = Mutator(random: SeededGenerator(seed: seed))
        for _ in 0..<300 {
            let text = mutator.change(
                bytes: "so: ```json\n{\"a\":1,\"t\":\"x\ny\",\"l\":[1,2,{\"q\":null}]}\n``` [] {} ")
            if let value = try? JSONAnswer.read(text, as: Self.schema) {
                #expect(Self.schema.validate(value).isEmpty)
            }
        }
    }
}

@Suite("One repair of an answer in JSON")
struct JSONExchangeTests {
    private let schema = JSONSchema.object([.required("a", .integer())])

    private func answer(_ text: String, _ finish: FinishReason = .stop) -> ModelResponse {
        ModelResponse(content: [.text(text)], finish: finish)
    }

    @Test func aGoodAnswerNeedsNone() {
        var exchange = JSONExchange(Conversation.plain, schema: schema)
        #expect(exchange.request.output == ModelOutputForm(name: "answer", schema: schema))
        #expect(exchange.take(answer(#"{"a":1}"#)) == .value(["a": 1]))
    }

    @Test func aBadAnswerIsShownAgainOnce() throws {
        var request = Conversation.plain
        request.idempotencyToken = "t"
        var exchange = JSONExchange(request, schema: schema)
        guard case .ask(let again) = exchange.take(answer(#"{"a":"x"}"#)) else {
            Issue.record("it does not ask again")
            return
        }
        #expect(again.messages.count == 3)
        #expect(again.messages[1] == .assistant(#"{"a":"x"}"#))
        #expect(
            again.messages[2]
                == .user(
                    "Your answer does not fit the schema: '/a' is a text; it takes a whole number. Answer with the "
                        + "corrected JSON alone: no other text, no code fence."))
        #expect(again.idempotencyToken == "t/repair" && again.output == exchange.request.output)
        var other = exchange
        #expect(other.take(answer(#"{"a":2}"#)) == .value(["a": 2]))
        guard case .failed(let error) = exchange.take(answer("still nothing")) else {
            Issue.record("it does not fail")
            return
        }
        #expect(error.code == "answer_not_json")
    }

    @Test func anEmptyAnswerIsNotShown() {
        var exchange = JSONExchange(Conversation.plain, schema: schema)
        guard case .ask(let again) = exchange.take(answer(" ")) else {
            Issue.record("it does not ask again")
            return
        }
        #expect(again.messages.count == 2)
        #expect(throws: Never.self) { try AnthropicDialect().encode(again, isStreaming: false) }
    }

    @Test func aLongAnswerIsCut() throws {
        var exchange = JSONExchange(Conversation.plain, schema: schema)
        let text = String(repeating: "ä", count: 100_000)
        guard case .ask(let again) = exchange.take(answer(text, .length)),
            case .text(let shown)? = again.messages[1].content.first
        else {
            Issue.record("it does not ask again")
            return
        }
        #expect(shown.utf8.count < 33_000 && shown.hasSuffix("… (cut)"))
    }

    @Test func aRefusalIsNotAskedAgain() {
        var exchange = JSONExchange(Conversation.plain, schema: schema)
        guard case .failed(let error) = exchange.take(answer("", .filtered)) else {
            Issue.record("it asks again")
            return
        }
        #expect(error.problem == .refused)
    }
}
