import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Vectors of texts")
struct EmbeddingTests {
    private static let chat = ChatDialect(.openAI, key: Conversation.key)
    private static let gemini = GeminiDialect(key: Conversation.key)
    private static let dialects: [any EmbeddingDialect] = [
        chat, ResponsesDialect(.openAI, key: Conversation.key), gemini,
    ]
    private static let two = EmbeddingRequest(model: "e-1", inputs: .texts(["a", "b"]))

    private func read(
        _ data: String, by dialect: some EmbeddingDialect = chat, for request: EmbeddingRequest = two
    ) throws(ModelError) -> EmbeddingResponse {
        try dialect.decode(Data(data.utf8), for: request)
    }

    private func message(_ data: String, for request: EmbeddingRequest = two) -> String? {
        let error = #expect(throws: ModelError.self) { try read(#"{"data":[\#(data)]}"#, for: request) }
        #expect(error?.kind == .malformed || error?.kind == .answerTooLarge)
        return error?.message
    }

    // MARK: Requests

    @Test(arguments: [
        ("model", EmbeddingRequest(model: "", inputs: .texts(["a"]))),
        ("inputs", EmbeddingRequest(model: "m", inputs: .texts([]))),
        ("inputs", EmbeddingRequest(model: "m", inputs: .tokens([]))),
        ("inputs", EmbeddingRequest(model: "m", inputs: .texts(Array(repeating: "a", count: 2049)))),
        ("inputs[1]", EmbeddingRequest(model: "m", inputs: .texts(["a", ""]))),
        ("inputs[1]", EmbeddingRequest(model: "m", inputs: .tokens([[1], []]))),
        ("inputs[0]", EmbeddingRequest(model: "m", inputs: .tokens([[1, -1]]))),
        ("dimensions", EmbeddingRequest(model: "m", inputs: .texts(["a"]), dimensions: 0)),
        ("dimensions", EmbeddingRequest(model: "m", inputs: .texts(["a"]), dimensions: 16_385)),
    ])
    func whatNobodyTakesNamesTheField(field: String, request: EmbeddingRequest) {
        for dialect in Self.dialects {
            let error = #expect(throws: ModelError.self) { try dialect.encode(request) }
            #expect(error?.parameter == field && error?.kind == .badRequest && error?.classification == .never)
        }
    }

    @Test func whatGeminiCannotSayIsRefused() {
        let tokens = #expect(throws: ModelError.self) {
            try Self.gemini.encode(EmbeddingRequest(model: "m", inputs: .tokens([[1]])))
        }
        #expect(
            tokens?.message
                == "'inputs.tokens' cannot be said to gemini; give texts, or use a provider that takes tokens"
        )
        let path = #expect(throws: ModelError.self) {
            try Self.gemini.encode(EmbeddingRequest(model: "a/b", inputs: .texts(["a"])))
        }
        #expect(path?.parameter == "model")
    }

    @Test func asManyAsACallTakes() throws {
        let most = EmbeddingRequest(
            model: "m", inputs: .texts(Array(repeating: "a", count: EmbeddingRequest.inputsMax)),
            dimensions: EmbeddingRequest.dimensionsMax)
        for dialect in Self.dialects { _ = try dialect.encode(most) }
    }

    @Test func writesRequestsOfOpenAI() throws {
        let full = EmbeddingRequest(model: "e-1", inputs: .texts(["a", "ä\n"]), dimensions: 3, user: "u-7")
        let wire = try Self.chat.encode(full)
        #expect(wire.path == "/embeddings")
        #expect(wire.header("authorization")?.revealed == "Bearer sk-planted-0123456789abcdef")
        #expect(
            Conversation.body(wire)
                == #"{"model":"e-1","input":["a","ä\n"],"dimensions":3,"encoding_format":"base64","user":"u-7"}"#)
        #expect(try ResponsesDialect(.openAI, key: Conversation.key).encode(full) == wire)
        let tokens = try ChatDialect(.ollama).encode(
            EmbeddingRequest(model: "e", inputs: .tokens([[1, 2], [3]]), user: "u"))
        #expect(Conversation.body(tokens) == #"{"model":"e","input":[[1,2],[3]],"encoding_format":"base64"}"#)
        #expect(tokens.header("authorization") == nil)
    }

    @Test func writesRequestsOfGemini() throws {
        let one = try Self.gemini.encode(EmbeddingRequest(model: "e-1", inputs: .texts(["a"]), dimensions: 3))
        #expect(one.path == "/v1/models/e-1:embedContent")
        #expect(one.header("x-goog-api-key")?.revealed == Conversation.key.revealed)
        let content = #"{"model":"models/e-1","content":{"parts":[{"text":"a"}]}"#
        #expect(Conversation.body(one) == content + #","outputDimensionality":3}"#)
        let several = try Self.gemini.encode(Self.two)
        #expect(several.path == "/v1/models/e-1:batchEmbedContents")
        #expect(
            Conversation.body(several)
                == #"{"requests":[\#(content)},{"model":"models/e-1","content":{"parts":[{"text":"b"}]}}]}"#)
    }

    // MARK: Answers

    @Test func digitsAndBase64AreTheSame() throws {
        // The bytes of 1, -0.5 and 0.25, the least first.
        let text = Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF, 0, 0, 0x80, 0x3E]).base64EncodedString()
        let answer = try read(
            #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"\#(text)"},"#
                + #"{"index":1,"embedding":[1,-0.5,2.5e-1]}],"model":"e","#
                + #""usage":{"prompt_tokens":8,"total_tokens":8,"cost":0.000002},"of_times_to_come":{}}"#)
        #expect(answer.vectors == [[1, -0.5, 0.25], [1, -0.5, 0.25]])
        #expect(answer.usage == ModelUsage(uncachedInput: 8, reportedCost: USD(microdollars: 2)))
    }

    @Test func anyOrderIsPutRight() throws {
        let turned = #"{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}]}"#
        #expect(try read(turned) == EmbeddingResponse(vectors: [[1], [2]]))
        #expect(try read(#"{"data":[{"embedding":[1]},{"index":null,"embedding":[2]}]}"#).vectors == [[1], [2]])
    }

    @Test func geminisAreInOrder() throws {
        let several = #"{"embeddings":[{"values":[1,0]},{"values":[0,1]}],"usageMetadata":{"promptTokenCount":4}}"#
        let answer = try read(several, by: Self.gemini)
        #expect(answer == EmbeddingResponse(vectors: [[1, 0], [0, 1]], usage: ModelUsage(uncachedInput: 4)))
        let one = EmbeddingRequest(model: "m", inputs: .texts(["a"]))
        #expect(try read(#"{"embedding":{"values":[0.5]}}"#, by: Self.gemini, for: one).vectors == [[0.5]])
    }

    @Test(arguments: [
        ("", "it has 0 vectors, and 2 were asked for"), (#"{"embedding":[1]}"#, "it has 1 vectors, and 2"),
        (#"{"embedding":[1]},{"embedding":[1]},{"embedding":[1]}"#, "it has 3 vectors, and 2"),
        (#"{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}"#, "not each number from 0 once"),
        (#"{"index":1,"embedding":[1]},{"index":2,"embedding":[1]}"#, "not each number from 0 once"),
        (#"{"index":-1,"embedding":[1]},{"index":0,"embedding":[1]}"#, "not each number from 0 once"),
        (#"{"index":0,"embedding":[1]},{"embedding":[1]}"#, "not each number from 0 once"),
        (#"{"index":"0","embedding":[1]},{"index":1,"embedding":[1]}"#, "not each number from 0 once"),
        (#"{"embedding":[1]},{"embedding":[1,2]}"#, "different numbers of dimensions"),
        (#"{"embedding":[1]},{"embedding":[]}"#, "a vector is empty"),
        (#"{"embedding":[1]},{"embedding":""}"#, "a vector is empty"),
        (#"{"embedding":[1]},{}"#, "neither a list nor base64"), (#"1,[2]"#, "neither a list nor base64"),
        (#"{"embedding":[1]},{"embedding":"AAA="}"#, "no base64 of numbers of 4 bytes"),
        (#"{"embedding":[1]},{"embedding":"!!!!"}"#, "no base64 of numbers of 4 bytes"),
        (#"{"embedding":[1]},{"embedding":"AADAfw=="}"#, "no finite number"),
        (#"{"embedding":[1]},{"embedding":"AACAfw=="}"#, "no finite number"),
        (#"{"embedding":[1]},{"embedding":[1e39]}"#, "no finite number"),
        (#"{"embedding":[1]},{"embedding":[null]}"#, "no finite number"),
        (#"{"embedding":[1]},{"embedding":["1"]}"#, "no finite number"),
    ])
    func vectorsThatDoNotFitAreRefused(data: String, problem: String) {
        let message = message(data)
        #expect(message?.contains(problem) == true, "\(message ?? "")")
    }

    @Test func theDimensionsThatWereAskedFor() {
        var request = Self.two
        request.dimensions = 2
        #expect(
            message(#"{"embedding":[1]},{"embedding":[2]}"#, for: request)?
                .contains("its vectors have 1 dimensions, and 2 were asked for") == true)
    }

    @Test func moreThanMay() throws {
        let one = EmbeddingRequest(model: "m", inputs: .texts(["a"]))
        let most = String(repeating: "1,", count: EmbeddingRequest.dimensionsMax - 1) + "1"
        #expect(try read(#"{"data":[{"embedding":[\#(most)]}]}"#, for: one).vectors[0].count == 16_384)
        #expect(message(#"{"embedding":[1,\#(most)]}"#, for: one)?.contains("16384 dimensions in a vector") == true)
        let bytes = Data(repeating: 0x20, count: EmbeddingResponse.bytesMax + 1)
        let error = #expect(throws: ModelError.self) { try Self.chat.decode(bytes, for: one) }
        #expect(error?.kind == .answerTooLarge && error?.message.contains("67108864 bytes of vectors") == true)
    }

    @Test(arguments: ["", "[]", "x", "{}", #"{"data":{}}"#, #"{"embeddings":1}"#])
    func whatIsNoAnswerIsMalformed(body: String) {
        for dialect in Self.dialects {
            let error = #expect(throws: ModelError.self) { try dialect.decode(Data(body.utf8), for: Self.two) }
            #expect(error?.kind == .malformed)
        }
    }

    @Test func failuresInsideAreFailures() {
        for dialect in Self.dialects {
            let body = #"{"error":{"code":429,"message":"slow \#(Conversation.key.revealed)"}}"#
            let error = #expect(throws: ModelError.self) { try dialect.decode(Data(body.utf8), for: Self.two) }
            #expect(error?.kind == .rateLimited && error?.providerMessage?.revealed == "slow [secret]")
            #expect(error.map { "\($0)".contains(Conversation.key.revealed) } == false)
        }
    }

    // MARK: Costs

    @Test func onlyWhatIsSentCosts() throws {
        let price = ModelPrice(
            model: "e", from: Timestamp(milliseconds: 0), uncachedInput: USD(microdollars: 20_000), output: .dollars(5))
        let told = #"{"prompt_tokens":1000000,"completion_tokens":7}"#
        let answer = try read(#"{"data":[{"embedding":[1]},{"embedding":[1]}],"usage":\#(told)}"#)
        #expect(try price.cost(of: #require(answer.usage)) == USD(microdollars: 20_000))
        let tokens = EmbeddingRequest(model: "e", inputs: .tokens([Array(repeating: 1, count: 999_990), [2]]))
        let estimate = CallEstimate(tokens, price: price)
        #expect(estimate.inputTokens == 999_991 && estimate.outputTokensMax == 0)
        #expect(estimate.costMax == USD(microdollars: 20_000))
        let texts = EmbeddingRequest(model: "e", inputs: .texts(["abcabc", "abc"]))
        #expect(CallEstimate(texts, price: nil).tokens == 2 + 1 + 2 * CallEstimate.tokensPerPart)
    }

    @Test(arguments: 0..<4) func brokenAnswersNeverTrap(seed: UInt64) throws {
        var mutator = Mutator(random: SeededGenerator(seed: seed))
        let text = #"{"data":[{"index":0,"embedding":"AACAPw=="},{"index":1,"embedding":[0.5]}],"usage":{"x":1}}"#
        for round in 0..<300 {
            let changed =
                round % 2 == 0
                ? Data(mutator.change(bytes: text).utf8)
                : try CanonicalJSON.encode(mutator.change(try Conversation.value(text)))
            for dialect in Self.dialects {
                guard let answer = try? dialect.decode(changed, for: Self.two) else { continue }
                #expect(answer.vectors.count == 2 && answer.vectors[0].count == answer.vectors[1].count)
                #expect(answer.vectors.joined().allSatisfy { $0.isFinite })
            }
        }
    }
}
