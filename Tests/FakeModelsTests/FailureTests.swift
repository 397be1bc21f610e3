import FakeModels
import Testing
import TuttiCore

/// What failures look like in each dialect.
@Suite struct FailureTests {
    private struct Row: Sendable {
        let failure: Failure
        let status: [Int]
        /// A word that tells it from others, by dialect.
        let words: [String]
    }

    private static let rows = [
        Row(
            failure: .rateLimited(retryAfter: 7), status: [429, 429, 429],
            words: ["rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"]),
        Row(
            failure: .quota, status: [429, 429, 429],
            words: ["credit_balance_exhausted", "enforced_spend_limit_reached", "PerDay"]),
        Row(failure: .serverError, status: [500, 500, 500], words: ["server_error", "api_error", "INTERNAL"]),
        Row(
            failure: .unavailable, status: [503, 503, 503],
            words: ["server_is_overloaded", "api_error", "UNAVAILABLE"]),
        Row(
            failure: .overloaded, status: [529, 529, 529],
            words: ["server_is_overloaded", "overloaded_error", "UNAVAILABLE"]),
        Row(
            failure: .wrongKey, status: [401, 401, 400],
            words: ["invalid_api_key", "authentication_error", "API_KEY_INVALID"]),
        Row(
            failure: .unknownModel, status: [404, 404, 404],
            words: ["model_not_found", "not_found_error", "NOT_FOUND"]),
        Row(
            failure: .contextTooLong, status: [400, 400, 400],
            words: ["context_length_exceeded", "invalid_request_error", "INVALID_ARGUMENT"]),
        Row(
            failure: .badRequest(field: "temperature"), status: [400, 400, 400],
            words: ["invalid_value", "invalid_request_error", "INVALID_ARGUMENT"]),
    ]

    @Test(arguments: Array(ModelCall.Dialect.allCases.enumerated()).map { ($0.offset, $0.element) })
    func hasItsStatusAndWords(index: Int, dialect: ModelCall.Dialect) throws {
        for row in Self.rows {
            let models = try FakeModels(.always(.failure(row.failure)))
            let answer = try models.ask(Question(dialect: dialect, isStreamed: true))
            #expect(answer.status == row.status[index], "\(row.failure)")
            #expect(answer.text.contains(row.words[index]), "\(row.failure)")
            #expect(answer.json.at("error", "message").stringValue?.hasPrefix("fake: ") == true)
            #expect(models.counters.refused == 1)
            #expect(models.counters.billed == TokenUsage())
        }
    }

    @Test func saysHowLongToWait() throws {
        let models = try FakeModels(.always(.failure(.rateLimited(retryAfter: 7))))
        #expect(try models.ask().headers["retry-after"] == "7")
        #expect(try models.ask(Question(dialect: .anthropic)).headers["retry-after"] == "7")
        let google = try models.ask(Question(dialect: .gemini))
        #expect(google.headers["retry-after"] == nil)
        #expect(google.json.at("error", "details", 0, "retryDelay") == "7s")
    }

    @Test(arguments: ModelCall.Dialect.allCases, [true, false])
    func comesAfterASuccess(dialect: ModelCall.Dialect, streamed: Bool) throws {
        let answer = Answer.text("one,two,").inPieces(of: 4).with(.failureInStream(.overloaded, afterPieces: 1))
        let models = try FakeModels(.always(answer))
        let response = try models.ask(Question(dialect: dialect, isStreamed: streamed))
        #expect(response.status == 200)
        #expect(response.end == .whole)
        #expect(response.text.contains("one,") == streamed)
        #expect(!response.text.contains("two,"))
        let failure = streamed ? response.events.last : response.json
        #expect(failure?.at("error", "message") == "fake: too much to do")
        #expect(response.text.contains("event: error\n") == (dialect == .anthropic && streamed))
        #expect(models.counters.cut == 1)
    }

    @Test(arguments: ModelCall.Dialect.allCases) func wantsTheKey(dialect: ModelCall.Dialect) throws {
        var options = FakeModels.Options()
        options.key = "secret"
        let models = try FakeModels(.always(.text("a")), options)
        let refused = dialect == .gemini ? 400 : 401
        #expect(try models.ask(Question(dialect: dialect)).status == refused)
        #expect(try models.ask(Question(dialect: dialect, headers: ["Authorization": "Bearer x"])).status == refused)
        let header =
            switch dialect {
            case .chat: ["Authorization": "Bearer secret"]
            case .anthropic: ["x-api-key": "secret"]
            case .gemini: ["x-goog-api-key": "secret"]
            }
        #expect(try models.ask(Question(dialect: dialect, headers: header)).status == 200)
        #expect(try models.get("/v1/models").status == 401)
        #expect(try models.get("/v1/models", headers: "Authorization: Bearer secret\r\n").status == 200)
    }

    @Test func knowsItsModelsOnly() throws {
        var options = FakeModels.Options()
        options.models = ["known"]
        let models = try FakeModels(.always(.text("a")), options)
        #expect(try models.ask(Question(model: "known")).status == 200)
        #expect(try models.ask(Question(model: "other")).status == 404)
    }
}
