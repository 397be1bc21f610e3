import Testing
import TuttiCore
import TuttiGateway
import TuttiGuards
import TuttiHTTP
import TuttiModels
import TuttiRouting

@testable import TuttiServer

/// What guards do on the way to a model and back, in every dialect.
@Suite("Guards of the gateway")
struct GatewayGuardTests {
    private static let pay = "pay \(GuardWorld.card) now"

    // MARK: Requests

    @Test(arguments: Dialect.allCases)
    func aRequestIsRedacted(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.redact)) { world in
            let answer = try await world.ask(dialect, Self.pay)
            #expect(answer.status == 200 && answer.headers["X-Tutti-Guards"] == "cards=redacted:1", "\(answer.text)")
            #expect(world.provider.asked == ["pay [CREDIT_CARD] now"])
            let line = try world.line()
            #expect(line.guards == "cards=redacted:1" && line.route.outcome == .completed)
        }
    }

    @Test(arguments: Dialect.allCases)
    func aRequestIsReported(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.report, in: [.request])) { world in
            let answer = try await world.ask(dialect, Self.pay)
            #expect(answer.status == 200 && answer.headers["X-Tutti-Guards"] == "cards=reported:1")
            #expect(world.provider.asked == [Self.pay])
            #expect(try world.line().guards == "cards=reported:1")
        }
    }

    /// Nobody is asked, and what was found stands nowhere.
    @Test(arguments: Dialect.allCases)
    func aRequestIsRefused(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.refuse)) { world in
            let answer = try await world.ask(dialect, Self.pay)
            #expect(answer.status == 400 && answer.headers["x-should-retry"] == "false")
            let told = answer.json["error"]
            let message = told?["message"]?.stringValue ?? ""
            #expect(message.contains("the guard 'cards' lets no credit_card through"))
            #expect(message.contains("'\(dialect.member)'") && message.contains("take it out"))
            if dialect != .messages {
                #expect(told?["code"] == "guard_refused" && told?["param"] == .string(dialect.member))
            }
            #expect(world.provider.asked.isEmpty && !answer.text.contains(GuardWorld.half))
            let line = try world.line()
            #expect(line.route.outcome == .refused && line.attempts == 0 && line.error == "guard_refused")
            #expect(line.guards == "cards=refused:1" && line.tokens.total == 0 && !line.isPriced)
            #expect(!"\(line)".contains(GuardWorld.half))
            #expect(!world.desk.log.all.contains { $0.contains(GuardWorld.half) })
            let metrics = try await world.desk.get("/metrics")
            #expect(metrics.text.contains(#"tutti_guard_findings_total{guard="cards",action="refused"} 1"#))
        }
    }

    @Test func whatIsTooLargeIsRefused() async throws {
        let sizes = [Guard("sizes", sizes: GuardSizes([.inputTokens: 10]), does: .refuse)]
        try await GuardWorld.with(sizes) { world in
            let answer = try await world.ask(.chat, String(repeating: "word ", count: 20))
            #expect(answer.status == 400 && answer.json["error"]?["code"] == "guard_refused")
            #expect(answer.text.contains("allows at most 10 tokens of input"))
            #expect(try await world.ask(.chat, "hi").status == 200)
        }
    }

    /// A pattern that gives up is told to whoever runs the server, without the text.
    @Test func aPatternThatGivesUpRefuses() async throws {
        let slow = [Guard("slow", patterns: [try GuardPattern("(a+)+$")], in: [.request], does: .report)]
        try await GuardWorld.with(slow) { world in
            let answer = try await world.ask(.chat, String(repeating: "a", count: 3000) + "b")
            #expect(answer.status == 400 && answer.text.contains("takes too long"))
            #expect(try world.line().guards == "slow=gave_up:1")
            let told = world.desk.log.all.filter { $0.contains("a guard gave up") }
            #expect(told.count == 1 && told[0].contains("slow") && !told[0].contains("aaaa"))
        }
    }

    /// A name that nobody can ask leaves no line: it could be anything.
    @Test func anUnknownModelIsUnknown() async throws {
        try await GuardWorld.with(GuardWorld.cards(.refuse)) { world in
            let answer = try await world.ask(.chat, Self.pay, model: "zzz/m")
            #expect(answer.status == 404)
            #expect(try world.calls.page(CallFilter(tenant: "default"), behind: nil, limit: 9).lines.isEmpty)
        }
    }

    /// A request that is refused counts for the key's rate, one that goes through counts once, and of a key that has
    /// none left nothing is looked through.
    @Test(arguments: [false, true])
    func refusedRequestsHaveARate(isForVectors: Bool) async throws {
        let provider = TalkingProvider([.text("Hello")])
        try await ServerDesk.withOwner(
            models: GuardWorld.models(provider), routes: GuardWorld.routes(GuardWorld.cards(.refuse))
        ) { desk, owner in
            @Sendable func statuses(_ texts: String...) async throws -> [Int] {
                let made = try await desk.post(
                    "/api/v1/keys", ["name": "bot", "limits": ["requests_a_minute": 2]], headers: owner.token)
                let key = try #require(made.json["key"]?.stringValue, "\(made.text)")
                var statuses: [Int] = []
                for text in texts {
                    let body = Dialect.chat.request(text, model: "a/m")
                    let vectors: JSONValue = ["model": "a/m", "input": .string(text)]
                    let answer = try await desk.post(
                        isForVectors ? "/v1/embeddings" : Dialect.chat.path, isForVectors ? vectors : body,
                        headers: ["Authorization": "Bearer \(key)"])
                    statuses.append(answer.status)
                }
                return statuses
            }
            #expect(try await statuses(Self.pay, Self.pay, Self.pay, "hi") == [400, 400, 429, 429])
            #expect(try await statuses("hi", "hi", Self.pay) == [200, 200, 429])
            #expect(try await statuses("hi", Self.pay, "hi") == [200, 400, 429])
            let lines = try await desk.calls.page(CallFilter(tenant: "default"), behind: nil, limit: 100).lines
            #expect(lines.filter { $0.route.outcome == .refused }.count == 3 && lines.count == 6)
        }
    }

    /// All bytes that are not replaced go to the provider as they came.
    @Test func whatIsHandedOnKeepsItsBytes() async throws {
        let whole = #"{"choices": [ {"message":{"content":"x"}} ],"usage":{}}"#
        try await GuardWorld.with(GuardWorld.cards(.redact, in: [.request]), relayed: (.chat, whole)) { world in
            let body =
                #"{ "model":"a/m", "odd" : 1.50, "messages":[{"role":"user","content":"\u0041 \#(GuardWorld.card)"}] }"#
            let answer = try await world.desk.ask(
                .post, "/v1/chat/completions", bytes: Array(body.utf8),
                headers: ["Authorization": "Bearer any", "Content-Type": "application/json"])
            #expect(answer.status == 200 && answer.text == whole)
            let wanted = body.replacing(GuardWorld.card, with: "[CREDIT_CARD]").replacing("\"a/m\"", with: "\"m\"")
            #expect(world.provider.asked == [wanted])
        }
    }

    // MARK: Vectors

    @Test func textsForVectorsAreGuarded() async throws {
        let body: JSONValue = ["model": "a/m", "input": ["fine", .string(Self.pay)]]
        try await GuardWorld.with(GuardWorld.cards(.redact)) { world in
            let answer = try await world.desk.post("/v1/embeddings", body, headers: GuardWorld.key)
            #expect(answer.status == 200 && answer.headers["X-Tutti-Guards"] == "cards=redacted:1")
            #expect(world.provider.asked == ["fine", "pay [CREDIT_CARD] now"])
            #expect(try world.line().guards == "cards=redacted:1")
        }
        try await GuardWorld.with(GuardWorld.cards(.refuse)) { world in
            let answer = try await world.desk.post("/v1/embeddings", body, headers: GuardWorld.key)
            #expect(answer.status == 400 && answer.json["error"]?["param"] == "input[1]")
            let tokens = try await world.desk.post(
                "/v1/embeddings", ["model": "a/m", "input": [1, 2]], headers: GuardWorld.key)
            #expect(tokens.status == 400 && tokens.text.contains("send texts") && world.provider.asked.isEmpty)
        }
    }

    @Test(arguments: [GuardSizes.Size.inputTokens, .requestBytes])
    func tokensForVectorsHaveASize(size: GuardSizes.Size) async throws {
        let sizes = [Guard("sizes", sizes: GuardSizes([size: 50]), does: .refuse)]
        try await GuardWorld.with(sizes) { world in
            for (count, status) in [(3, 200), (60, 400)] {
                let tokens = JSONValue.array((0..<count).map { .int(Int64($0)) })
                let answer = try await world.desk.post(
                    "/v1/embeddings", ["model": "a/m", "input": [tokens]], headers: GuardWorld.key)
                #expect(answer.status == status, "\(answer.text)")
            }
        }
    }

    // MARK: Whole answers

    @Test(arguments: Dialect.allCases)
    func anAnswerIsRedacted(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.redact), says: [.text("It is \(GuardWorld.card).")]) { world in
            let answer = try await world.ask(dialect, "hi")
            #expect(answer.status == 200 && answer.text.contains("It is [CREDIT_CARD]."), "\(answer.text)")
            #expect(answer.headers["X-Tutti-Guards"] == "cards=redacted:1" && !answer.text.contains(GuardWorld.half))
            #expect(try world.line().guards == "cards=redacted:1")
        }
    }

    /// It was paid for, no other deployment is asked, and nothing of it goes out.
    @Test(arguments: Dialect.allCases)
    func anAnswerIsRefused(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.refuse), says: [.text("It is \(GuardWorld.card).")]) { world in
            let answer = try await world.ask(dialect, "hi")
            #expect(answer.status == 400 && answer.headers["x-should-retry"] == "false")
            #expect(answer.text.contains("lets no credit_card through") && !answer.text.contains(GuardWorld.half))
            let line = try world.line()
            #expect(line.route.outcome == .refused && line.attempts == 1 && line.tokens.total == 15)
            #expect(line.guards == "cards=refused:1" && world.provider.asked.count == 1)
        }
    }

    /// What is kept is what has gone out, and what is refused is not kept.
    @Test func answersAreKeptAsTheyWentOut() async throws {
        let says: [ModelEvent] = [.text("It is \(GuardWorld.card).")]
        try await GuardWorld.with(GuardWorld.cards(.redact), says: says, cache: AnswerCacheRules()) { world in
            let answers = [try await world.ask(.chat, "hi"), try await world.ask(.chat, "hi")]
            #expect(answers.map { $0.headers["X-Tutti-Cache"] } == ["miss", "hit"])
            #expect(answers[0].bytes == answers[1].bytes && answers[1].text.contains("It is [CREDIT_CARD]."))
            #expect(world.provider.asked.count == 1)
        }
        try await GuardWorld.with(GuardWorld.cards(.refuse), says: says, cache: AnswerCacheRules()) { world in
            let answers = [try await world.ask(.chat, "hi"), try await world.ask(.chat, "hi")]
            #expect(answers.map(\.status) == [400, 400])
            #expect(world.provider.asked.count == 2)
        }
    }

    @Test func anAnswerThatIsHandedOnKeepsItsBytes() async throws {
        let whole = #"{"choices": [ {"message":{"content":"It is \#(GuardWorld.card)"} , "odd":1.50} ]}"#
        try await GuardWorld.with(GuardWorld.cards(.redact), relayed: (.chat, whole)) { world in
            let answer = try await world.ask(.chat, "hi")
            #expect(answer.text == whole.replacing(GuardWorld.card, with: "[CREDIT_CARD]"))
        }
    }

    // MARK: Streams

    private static let cut: [ModelEvent] = [
        .text("It is 4111 11"), .text("11 1111 11"), .text("11. Bye"), .text(" now"),
    ]

    @Test(arguments: Dialect.allCases)
    func aStreamIsRedacted(dialect: Dialect) async throws {
        // Bytes that could be handed on would show the card.
        let relayed = dialect == .chat ? (RelayDialect.chat, GuardWorld.card) : nil
        try await GuardWorld.with(GuardWorld.cards(.redact), says: Self.cut, relayed: relayed) { world in
            let answer = try await world.stream(dialect, Self.pay)
            #expect(answer.status == 200 && answer.headers["X-Tutti-Guards"] == "cards=redacted:1")
            #expect(world.provider.asked == ["pay [CREDIT_CARD] now"])
            #expect(answer.body.contains("[CREDIT_CARD]") && !answer.body.contains(GuardWorld.half), "\(answer.body)")
            let comment = try #require(answer.body.firstRange(of: ": tutti-guards cards=redacted:1\n\n"))
            let end = try #require(answer.body.firstRange(of: dialect.endMarker))
            #expect(comment.upperBound <= end.lowerBound)
            #expect(try world.line().guards == "cards=redacted:2")
        }
    }

    @Test(arguments: Dialect.allCases)
    func aStreamIsReported(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.report, in: [.answer]), says: Self.cut) { world in
            let answer = try await world.stream(dialect, "hi")
            #expect(answer.status == 200 && answer.headers["X-Tutti-Guards"] == nil)
            #expect(
                answer.body.contains(GuardWorld.card) && answer.body.contains(": tutti-guards cards=reported:1\n\n"))
            #expect(try world.line().guards == "cards=reported:1")
        }
    }

    /// It ends with an error and no end marker, and nothing of what was found has gone out.
    @Test(arguments: Dialect.allCases)
    func aStreamIsRefused(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.refuse, in: [.answer]), says: Self.cut) { world in
            let answer = try await world.stream(dialect, "hi")
            #expect(answer.status == 200 && answer.body.contains("It is "), "\(answer.body)")
            #expect(answer.body.contains("lets no credit_card through") && !answer.body.contains(GuardWorld.half))
            #expect(!answer.body.contains(dialect.endMarker))
            let line = try world.line()
            #expect(line.route.outcome == .refused && line.error == "guard_refused" && line.isEstimated)
            #expect(line.guards == "cards=refused:1" && world.provider.asked.count == 1)
            #expect(!world.desk.log.all.contains { $0.contains(GuardWorld.half) })
        }
    }

    /// When nothing has gone out, a refusal has a status.
    @Test(arguments: Dialect.allCases)
    func aStreamThatBeginsWithItIsRefusedByStatus(dialect: Dialect) async throws {
        try await GuardWorld.with(GuardWorld.cards(.refuse), says: [.text("4111 1111 1111"), .text(" 1111")]) { world in
            let answer = try await world.stream(dialect, "hi")
            #expect(answer.status == 400 && !answer.body.contains(GuardWorld.half), "\(answer.body)")
            #expect(answer.body.contains("lets no credit_card through"))
            let line = try world.line()
            #expect(line.route.outcome == .refused && line.isEstimated && world.provider.asked.count == 1)
            #expect(line.tokens.output == 7 && line.tokens.total > 7)  // all 19 bytes that the provider has said
        }
    }

    /// What the provider has counted before counts.
    @Test func aRefusedStreamCostsWhatWasCounted() async throws {
        let says: [ModelEvent] = [.usage(ModelUsage(uncachedInput: 1000, output: 1)), .text(GuardWorld.card + ".")]
        try await GuardWorld.with(GuardWorld.cards(.refuse), says: says) { world in
            #expect(try await world.stream(.messages, "hi").status == 400)
            let line = try world.line()
            #expect(line.tokens.total == 1007 && line.isEstimated)
        }
    }

    /// What was found by then is told also of a stream that breaks off.
    @Test(arguments: Dialect.allCases)
    func aStreamThatIsCutIsAccountedFor(dialect: Dialect) async throws {
        let says: [ModelEvent] = [.text("It is \(GuardWorld.card). Bye"), .text(" now")]
        try await GuardWorld.with(GuardWorld.cards(.redact, in: [.answer]), says: says, isCut: true) { world in
            let answer = try await world.stream(dialect, "hi")
            #expect(answer.body.contains("It is [CREDIT_CARD].") && !answer.body.contains(dialect.endMarker))
            let line = try world.line()
            #expect(line.route.outcome == .cut && line.guards == "cards=redacted:1")
        }
    }
}
