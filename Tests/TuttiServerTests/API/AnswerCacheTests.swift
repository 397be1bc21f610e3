import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRouting
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// Answers that are given again.
@Suite("The cache of answers", .timeLimit(.minutes(1)))
struct AnswerCacheTests {
    private typealias World = CacheWorld
    private static let path = "/v1/chat/completions"

    @Test func theSameRequestIsAnsweredFromTheCache() async throws {
        let (provider, calls, clock) = (World.counting(), MemoryCallLedger(), ManualClock())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider]), routes: World.routes(), calls: calls, clock: clock
        ) { desk in
            let first = try await desk.post(Self.path, World.chat("hi"), headers: World.key)
            #expect(first.status == 200 && first.headers["X-Tutti-Cache"] == "miss" && first.headers["Age"] == nil)
            clock.advance(by: .milliseconds(61_500))
            let again = try await desk.post(
                Self.path, World.chat("hi", model: "a/m", ["user": "ada"]), headers: World.key)
            #expect(again.bytes == first.bytes && again.status == 200)
            #expect(again.headers["X-Tutti-Cache"] == "hit" && again.headers["Age"] == "61")
            #expect(again.headers["X-Tutti-Model"] == "a/m" && again.headers["X-Tutti-Similarity"] == nil)
            let other = try await desk.post(Self.path, World.chat("hello"), headers: World.key)
            #expect(other.headers["X-Tutti-Cache"] == "miss" && other.bytes != first.bytes)
            let counts = try await World.counts(desk)
            #expect(counts["on"] == true && counts["hits"] == 1 && counts["misses"] == 2 && counts["similar"] == 0)
            #expect(counts["memory"]?["entries"] == 2 && counts["disk"] == .null)
            #expect(counts["saved_tokens"] == 50 && counts["saved_usd"] == "0.000140")
            let metrics = try await desk.get("/metrics").text
            #expect(metrics.contains(#"tutti_gateway_cache_total{use="hit"} 1"#), "\(metrics)")
        }
        #expect(provider.asked.count == 2)
        let lines = try World.lines(calls)
        #expect(World.uses(lines) == ["hit", "miss", "miss"])
        let hit = try #require(lines.first { $0.cache == .hit })
        #expect(hit.route == CallRoute(model: "a/m", providerModel: "a/m", outcome: .completed))
        #expect(hit.attempts == 0 && hit.tokens.total == 0 && hit.cost.microdollars == 0)
        #expect(hit.isPriced && !hit.isEstimated && hit.error == nil)
        #expect(lines.filter { $0.cache == .miss }.allSatisfy { $0.tokens.total == 50 && $0.attempts == 1 })
    }

    @Test func withoutASectionNothingIsKept() async throws {
        let (provider, calls) = (World.counting(), MemoryCallLedger())
        try await ServerDesk.with(models: try World.models(["a/m": provider]), calls: calls) { desk in
            for _ in 0..<2 {
                let answer = try await desk.post(Self.path, World.chat("hi"), headers: World.key)
                #expect(answer.status == 200 && answer.headers["X-Tutti-Cache"] == nil)
            }
            let counts = try await World.counts(desk)
            #expect(counts["on"] == false && counts["misses"] == 0 && counts["memory"]?["entries"] == 0)
        }
        #expect(provider.asked.count == 2)
        #expect(World.uses(try World.lines(calls)) == ["none", "none"])
    }

    @Test func anAnswerCountsForItsTime() async throws {
        let (provider, clock) = (World.counting(), ManualClock())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider]), routes: World.routes { $0.lifetime = .seconds(60) },
            clock: clock
        ) { desk in
            var uses: [String?] = []
            for wait in [0, 60_000, 1, 0] {
                clock.advance(by: .milliseconds(wait))
                uses.append(
                    try await desk.post(Self.path, World.chat("hi"), headers: World.key).headers["X-Tutti-Cache"])
            }
            #expect(uses == ["miss", "hit", "miss", "hit"])
        }
    }

    @Test func aClientMayWantNoneOrANewOne() async throws {
        let provider = World.counting()
        try await ServerDesk.with(models: try World.models(["a/m": provider]), routes: World.routes()) { desk in
            func ask(_ control: String?) async throws -> (use: String?, text: String) {
                var headers = World.key
                headers.set("Cache-Control", to: control)
                let answer = try await desk.post(Self.path, World.chat("hi"), headers: headers)
                return (answer.headers["X-Tutti-Cache"], answer.text)
            }
            var answer = try await ask("no-store")
            #expect(answer.use == nil && answer.text.contains("answer 1"))
            answer = try await ask(nil)
            #expect(answer.use == "miss" && answer.text.contains("answer 2"))
            answer = try await ask("max-age=0, No-Cache")
            #expect(answer.use == "miss" && answer.text.contains("answer 3"))
            answer = try await ask(nil)
            #expect(answer.use == "hit" && answer.text.contains("answer 3"))
            answer = try await ask("no-store")
            #expect(answer.use == nil && answer.text.contains("answer 4"))
            answer = try await ask(nil)
            #expect(answer.use == "hit" && answer.text.contains("answer 3"))
        }
    }

    @Test func eachModelAndDialectHasAnswersOfItsOwn() async throws {
        let (one, other) = (World.counting(), World.counting())
        let routes = World.routes { $0.models = [NamePattern("a/*"), NamePattern("smart")] }
        try await ServerDesk.with(models: try World.models(["a/m": one, "b/m": other]), routes: routes) { desk in
            func use(_ path: String, _ model: String) async throws -> String? {
                let answer = try await desk.post(path, World.chat("hi", model: model), headers: World.key)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.headers["X-Tutti-Cache"]
            }
            for expected in ["miss", "hit"] {
                #expect(try await use(Self.path, "a/m") == expected)
                #expect(try await use(Self.path, "smart") == expected)
                #expect(try await use("/v1/messages", "a/m") == expected)
                #expect(try await use(Self.path, "b/m") == nil)
            }
            let versioned = try await desk.post(
                "/v1/messages", World.chat("hi"),
                headers: ["X-API-Key": "any", "anthropic-version": "2026-10-21"])
            #expect(versioned.headers["X-Tutti-Cache"] == "miss")
        }
        #expect(one.asked.count == 4 && other.asked.count == 2)
    }

    // MARK: What is not kept

    @Test func onlyWholeAnswersAreKept() async throws {
        let provider = World.counting { number, response in
            switch number {
            case 1: throw ModelError(.overloaded, .never, "it does not go")
            case 2: (response.content, response.usage) = ([], ModelUsage(uncachedInput: 30, output: 0))
            case 3: response.content = [.text(String(repeating: "a", count: AnswerLimits.answerBytesMax))]
            default: break
            }
        }
        let calls = MemoryCallLedger()
        try await ServerDesk.with(
            models: try World.models(["a/m": provider]), routes: World.routes(), calls: calls
        ) { desk in
            var statuses: [Int] = []
            for _ in 1...5 {
                statuses.append(try await desk.post(Self.path, World.chat("hi"), headers: World.key).status)
            }
            #expect(statuses == [529, 200, 200, 200, 200] || statuses == [503, 200, 200, 200, 200], "\(statuses)")
            #expect(try await World.counts(desk)["memory"]?["entries"] == 1)
        }
        #expect(World.uses(try World.lines(calls)) == ["hit", "miss", "miss", "miss", "miss"])
    }

    /// Where nobody has counted, only what says something is an answer.
    @Test(arguments: [
        (#"{"choices":[]}"#, false), (#"{"choices":[{"message":{"role":"assistant","content":""}}]}"#, false),
        (#"{"choices":[{"message":{"role":"assistant","content":"hi"}}]}"#, true),
    ])
    func anAnswerThatNobodyHasCountedHasToSaySomething(body: String, isKept: Bool) async throws {
        let relay = Relay(.chat, body, usage: nil)
        try await ServerDesk.with(models: try World.models(["a/m": relay]), routes: World.routes()) { desk in
            for _ in 0..<2 {
                let answer = try await desk.post(Self.path, World.chat("hi"), headers: World.key)
                #expect(answer.status == 200 && answer.text == body)
            }
        }
        #expect(relay.asked == (isKept ? 1 : 2))
    }

    /// A response that has failed has the form of any other, and its stream may tell of that as an event.
    @Test(arguments: [
        (#"{"object":"response","status":"completed","output":[]}"#, true),
        (#"{"object":"response","status":"incomplete","output":[]}"#, true),
        (#"{"object":"response","status":"failed","error":{"code":"x"},"output":[]}"#, false),
        (#"{"object":"response","status":"queued","output":[]}"#, false),
    ])
    func aResponseSaysWhetherItIsWhole(body: String, isKept: Bool) async throws {
        let relay = Relay(.responses, body)
        try await ServerDesk.with(models: try World.models(["a/m": relay]), routes: World.routes()) { desk in
            for _ in 0..<2 {
                let answer = try await desk.post(
                    "/v1/responses", ["model": "a/m", "input": "hi"], headers: World.key)
                #expect(answer.status == 200 && answer.text == body)
            }
        }
        #expect(relay.asked == (isKept ? 1 : 2))
    }

    @Test(arguments: [true, false])
    func aStreamThatTellsOfAFailureIsNotKept(fails: Bool) async throws {
        let failure = fails ? ModelError(.providerFailed, .retry, "it has failed") : nil
        let relay = Relay(.chat, "data: {\"id\":\"1\"}\n\ndata: [DONE]\n\n", failure: failure)
        try await ServerDesk.with(models: try World.models(["a/m": relay]), routes: World.routes()) { desk in
            try await World.streaming(desk) { client in
                let body = World.chat("hi", model: "a/m", ["stream": true])
                let streams = [try await client.read(Self.path, body), try await client.read(Self.path, body)]
                #expect(streams[0].bytes == streams[1].bytes && !streams[0].bytes.isEmpty)
            }
        }
        #expect(relay.asked == (fails ? 2 : 1))
    }

    @Test func callsAreLookedForByWhatTheCacheHad() async throws {
        try await ServerDesk.with(
            models: try World.models(["a/m": World.counting()]), routes: World.routes()
        ) { desk in
            for _ in 0..<3 { _ = try await desk.post(Self.path, World.chat("hi"), headers: World.key) }
            let hits = try await desk.get("/api/v1/calls?cache=hit").list("calls")
            #expect(hits.count == 2 && hits.allSatisfy { $0["cache"] == "hit" && $0["attempts"] == 0 })
            let table = try await desk.get("/api/v1/calls?cache=none")
            #expect(table.status == 400 && table.text.contains("similar"), "\(table.text)")
        }
    }

    /// A run may answer otherwise each time, and costs what it costs.
    @Test func runsAreNotKept() async throws {
        try await ServerDesk.with(routes: World.routes()) { desk in
            for _ in 0..<2 {
                let answer = try await desk.post(
                    Self.path, World.chat("# A title", model: "roundtable/rulebook"), headers: World.key)
                #expect(answer.status == 200 && answer.headers["X-Tutti-Cache"] == nil, "\(answer.text)")
            }
            #expect(try await World.counts(desk)["memory"]?["entries"] == 0)
        }
    }

    // MARK: Streams

    @Test(arguments: ["/v1/chat/completions", "/v1/messages", "/v1/responses"])
    func aStreamComesAgainAsItWas(path: String) async throws {
        let (provider, calls) = (World.counting(), MemoryCallLedger())
        let isResponse = path == "/v1/responses"
        let body: JSONValue =
            isResponse
            ? ["model": "a/m", "input": "hi", "stream": true] : World.chat("hi", model: "a/m", ["stream": true])
        try await ServerDesk.with(
            models: try World.models(["a/m": provider]), routes: World.routes(), calls: calls
        ) { desk in
            try await World.streaming(desk) { client in
                let first = try await client.read(path, body)
                let again = try await client.read(path, body)
                #expect(first.headers["X-Tutti-Cache"] == "miss" && again.headers["X-Tutti-Cache"] == "hit")
                #expect(again.bytes == first.bytes && again.bytes.count > 100)
                #expect(again.headers["Content-Type"] == "text/event-stream" && again.headers["Age"] != nil)
            }
            let whole: JSONValue = isResponse ? ["model": "a/m", "input": "hi"] : World.chat("hi")
            let answer = try await desk.post(path, whole, headers: World.key)
            #expect(answer.headers["X-Tutti-Cache"] == "miss", "what is whole is another answer")
        }
        #expect(provider.asked.count == 2)
        let lines = try World.lines(calls)
        #expect(World.uses(lines) == ["hit", "miss", "miss"])
        let hit = try #require(lines.first { $0.cache == .hit })
        #expect(hit.isStreamed && hit.firstTokenMilliseconds != nil && hit.route.outcome == .completed)
    }

    @Test func aStreamThatIsCutIsNotKept() async throws {
        let provider = Provider.cutting()
        try await ServerDesk.with(models: try World.models(["a/m": provider]), routes: World.routes()) { desk in
            try await World.streaming(desk) { client in
                let body = World.chat("hi", model: "a/m", ["stream": true])
                for _ in 0..<2 {
                    let cut = try await client.read(Self.path, body)
                    #expect(cut.headers["X-Tutti-Cache"] == "miss")
                }
            }
            #expect(try await World.counts(desk)["memory"]?["entries"] == 0)
        }
        #expect(provider.asked.count == 2)
    }

    /// A client that leaves ends its call, and what had come of the answer is no answer.
    @Test func aStreamThatNobodyReadsToItsEndIsNotKept() async throws {
        let ended = Nudge()
        let provider = Provider { _, tell in
            try await tell(.text("Hel"))
            await Nudge().wait()  // nobody calls it: only a cancelled task comes back
            ended.call()
            throw CancellationError()
        }
        try await ServerDesk.with(models: try World.models(["a/m": provider]), routes: World.routes()) { desk in
            try await World.streaming(desk) { client in
                let answer = try await client.open(Self.path, World.chat("hi", model: "a/m", ["stream": true]))
                var bytes = answer.body.makeAsyncIterator()
                _ = try await bytes.next()
                answer.body.cancel()
                await ended.wait()
            }
            #expect(try await World.counts(desk)["memory"]?["entries"] == 0)
        }
    }

    private typealias Provider = GatewayTests.Provider

    // MARK: The callers

    /// Whoever may not ask a model does not get its answers either; what is there draws on no budget, and counts as a
    /// request.
    @Test func limitsOfAKeyHold() async throws {
        let provider = World.counting()
        try await ServerDesk.withOwner(
            models: try World.models(["a/m": provider]), routes: World.routes()
        ) { desk, owner in
            func key(_ limits: JSONValue) async throws -> (id: String?, headers: HTTPHeaders) {
                let made = try await desk.post(
                    "/api/v1/keys", ["name": "bot", "limits": limits], headers: owner.token)
                let text = made.json["key"]?.stringValue ?? "none"
                return (made.json["id"]?.stringValue, ["Authorization": "Bearer \(text)"])
            }
            let paying = try await key(["tokens": 1_000, "requests_a_minute": 3])
            for use in ["miss", "hit", "hit"] {
                let answer = try await desk.post(Self.path, World.chat("hi"), headers: paying.headers)
                #expect(answer.headers["X-Tutti-Cache"] == use, "\(answer.text)")
            }
            let refused = try await desk.post(Self.path, World.chat("hi"), headers: paying.headers)
            #expect(refused.status == 429, "\(refused.text)")
            #expect(try await World.used(by: paying.id, desk, owner) == 50)
            let other = try await key(["models": ["b/*"]])
            let foreign = try await desk.post(Self.path, World.chat("hi"), headers: other.headers)
            #expect(foreign.status == 403, "\(foreign.text)")
        }
        #expect(provider.asked.count == 1)
    }

    /// A model that was taken out of the configuration has no answers any more.
    @Test func aModelThatIsGoneIsNotAnswered() async throws {
        let models = ChangingModels(try World.models(["a/m": World.counting()]))
        try await ServerDesk.with(models: models, routes: World.routes()) { desk in
            func ask() async throws -> Int {
                try await desk.post(Self.path, World.chat("hi"), headers: World.key).status
            }
            let before = try await ask()
            models.change(to: ListedModels())
            let after = try await ask()
            #expect(before == 200 && after == 404)
        }
    }

    /// What the key of one has paid for is not given to somebody whom the provider would refuse.
    @Test(arguments: ["a/m", "smart"])
    func theKeyOfOneIsNotThatOfAnother(model: String) async throws {
        let provider = World.counting()
        var keyed = Model("a/m", provider: provider)
        keyed.keyHolder = { RunAccount.current.person }
        try await ServerDesk.withOwner(models: ListedModels([keyed]), routes: World.routes()) { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            for (person, use) in [(owner, "miss"), (ada, "miss"), (owner, "hit"), (ada, "hit")] {
                let answer = try await desk.post(Self.path, World.chat("hi", model: model), headers: person.token)
                #expect(answer.headers["X-Tutti-Cache"] == use, "\(answer.text)")
            }
        }
        #expect(provider.asked.count == 2)
    }

    @Test func whoManagesSettingsEmptiesIt() async throws {
        let provider = World.counting()
        try await ServerDesk.withOwner(
            models: try World.models(["a/m": provider]), routes: World.routes()
        ) { desk, owner in
            func use(_ model: String) async throws -> String? {
                let answer = try await desk.post(Self.path, World.chat("hi", model: model), headers: owner.token)
                return answer.headers["X-Tutti-Cache"]
            }
            for model in ["a/m", "smart"] { #expect(try await use(model) == "miss") }
            let ada = try await desk.person("ada", by: owner)
            let foreign = try await desk.ask(.delete, "/api/v1/cache", headers: ada.token)
            #expect(foreign.status == 403)
            let key = try await desk.key(of: owner)
            let program = try await desk.ask(.delete, "/api/v1/cache", headers: ["X-API-Key": key.text])
            #expect(program.status == 403 && program.code == "login_needed")
            #expect(try await use("a/m") == "hit")
            let one = try await desk.ask(.delete, "/api/v1/cache?model=smart", headers: owner.token)
            #expect(one.status == 204, "\(one.text)")
            #expect(try await use("a/m") == "hit")
            #expect(try await use("smart") == "miss")
            let all = try await desk.ask(.delete, "/api/v1/cache", headers: owner.token)
            #expect(all.status == 204)
            #expect(try await use("a/m") == "miss")
            let told = try await desk.audit("cache.emptied")
            #expect(told.count == 4, "each begun and done")
        }
    }

    // MARK: The disk

    @Test func aDiskThatFailsStopsNobody() async throws {
        let (provider, shelf, clock) = (World.counting(), FailingShelf(), ManualClock())
        try await ServerDesk.with(
            models: try World.models(["a/m": provider]), routes: World.routes { $0.diskBytes = 1 << 20 },
            shelf: shelf, clock: clock
        ) { desk in
            for (text, use) in [("hi", "miss"), ("hi", "hit"), ("ho", "miss"), ("ho", "hit")] {
                let answer = try await desk.post(Self.path, World.chat(text), headers: World.key)
                #expect(answer.status == 200 && answer.headers["X-Tutti-Cache"] == use)
            }
            #expect(shelf.asked == 1, "it is left alone for a while")
            clock.advance(by: AnswerDisk.restAfterFailure)
            _ = try await desk.post(Self.path, World.chat("ha"), headers: World.key)
            #expect(shelf.asked == 2)
            #expect(desk.log.all.filter { $0.contains("kept answers are in memory only") }.count == 1)
            #expect(try await World.counts(desk)["disk"] == .null)
            let emptied = try await desk.ask(.delete, "/api/v1/cache")
            #expect(emptied.status == 503 && emptied.code == "cache_unusable")
            #expect(try await World.counts(desk)["memory"]?["entries"] == 0)
            clock.advance(by: AnswerDisk.restAfterFailure)
            shelf.mend()
            _ = try await desk.post(Self.path, World.chat("he"), headers: World.key)
            #expect(desk.log.all.contains { $0.contains("the kept answers can be used again") })
        }
    }
}

extension GatewayTests.Provider {
    /// Breaks off behind its first word.
    fileprivate static func cutting() -> GatewayTests.Provider {
        GatewayTests.Provider { _, tell in
            try await tell(.text("Hel"))
            var error = ModelError(.cutOff, .retry, "the answer broke off")
            error.hasContent = true
            throw error
        }
    }
}

/// Models of which others can take the place.
private final class ChangingModels: ModelSource {
    private let models: Mutex<ListedModels>

    init(_ models: ListedModels) { self.models = Mutex(models) }

    func change(to others: ListedModels) { models.withLock { $0 = others } }
    func model(named name: String) throws -> Model { try models.withLock { $0 }.model(named: name) }
}

/// A disk that fails, until it is mended, and keeps nothing.
private final class FailingShelf: AnswerShelf {
    private let state = Mutex((asked: 0, isMended: false))

    var asked: Int { state.withLock { $0.asked } }
    func mend() { state.withLock { $0.isMended = true } }

    private func fail() throws(AnswerShelfError) {
        let isMended = state.withLock { state in
            state.asked += 1
            return state.isMended
        }
        if !isMended { throw AnswerShelfError("the disk is full") }
    }

    func answer(_ key: AnswerKey, within times: ClosedRange<Timestamp>) throws(AnswerShelfError) -> CachedAnswer? {
        try fail()
        return nil
    }
    func nearest(
        _ question: CachedAnswer.Question, atLeast similarity: Double, within times: ClosedRange<Timestamp>
    ) throws(AnswerShelfError) -> SimilarAnswer? {
        try fail()
        return nil
    }
    func keep(
        _ answer: CachedAnswer, under key: AnswerKey, bytesMax: Int64, if isWanted: @Sendable () -> Bool
    ) throws(AnswerShelfError) { try fail() }
    func touch(_ key: AnswerKey) throws(AnswerShelfError) { try fail() }
    func remove(of tenant: String, model: String?) throws(AnswerShelfError) { try fail() }
    func remove(outside times: ClosedRange<Timestamp>) throws(AnswerShelfError) { try fail() }
    func discard() throws(AnswerShelfError) { try fail() }
    func size() throws(AnswerShelfError) -> AnswerCount {
        try fail()
        return AnswerCount()
    }
    func close() {}
}
