import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

/// What clients of models are told of how many requests they have left.
@Suite("Rates of the gateway")
struct GatewayRateTests {
    private static func body(_ model: String) -> JSONValue {
        ["model": .string(model), "max_tokens": 100, "messages": [["role": "user", "content": "# A title"]]]
    }

    @Test func eachAnswerTellsWhatIsLeftInTheWordsOfItsDialect() async throws {
        let admit: @Sendable (inout ServerAccess) -> Void = { access in
            access.limits.key = RateLimit(name: "key", quota: 3, window: .seconds(60))
        }
        try await ServerDesk.withOwner(admit: admit) { desk, owner in
            let key = try await desk.key(of: owner).text
            let model = "roundtable/rulebook"
            let chat = try await desk.post(
                "/v1/chat/completions", Self.body(model), headers: ["Authorization": "Bearer \(key)"])
            #expect(chat.status == 200, "\(chat.text)")
            #expect(chat.headers["x-ratelimit-limit-requests"] == "3")
            #expect(chat.headers["x-ratelimit-remaining-requests"] == "2")
            #expect(chat.headers["x-ratelimit-reset-requests"]?.hasSuffix("s") == true)
            #expect(chat.headers["RateLimit"]?.hasPrefix("\"key\";r=2;t=") == true)
            let messages = try await desk.post("/v1/messages", Self.body(model), headers: ["X-API-Key": key])
            #expect(messages.status == 200, "\(messages.text)")
            #expect(messages.headers["anthropic-ratelimit-requests-limit"] == "3")
            #expect(messages.headers["anthropic-ratelimit-requests-remaining"] == "1")
            let reset = try #require(messages.headers["anthropic-ratelimit-requests-reset"])
            #expect(Timestamp(rfc3339: reset) != nil && messages.headers["x-ratelimit-limit-requests"] == nil)
            _ = try await desk.get("/api/v1/models", headers: ["X-API-Key": key])
            let refused = try await desk.post("/v1/messages", Self.body(model), headers: ["X-API-Key": key])
            #expect(refused.status == 429 && refused.headers["anthropic-ratelimit-requests-remaining"] == "0")
            #expect(refused.headers["Retry-After"] != nil)
        }
    }
}
