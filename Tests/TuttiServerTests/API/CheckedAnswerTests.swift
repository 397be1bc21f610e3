import Synchronization
import Testing
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiModels
import TuttiRouting
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// Routes that check answers, and routes that ask a second deployment beside the first.
@Suite("Checked and hedged answers", .timeLimit(.minutes(1)))
struct CheckedAnswerTests {
    private typealias World = CacheWorld
    private typealias Provider = GatewayTests.Provider
    private static let path = "/v1/chat/completions"

    private static func provider(_ text: String, _ finish: FinishReason = .stop, counted: Bool = true) -> Provider {
        Provider { _, tell in
            let usage = counted ? ModelUsage(uncachedInput: 30, output: 20) : nil
            let response = ModelResponse(content: [.text(text)], usage: usage, finish: finish)
            for event in response.events { try await tell(event) }
            return response
        }
    }

    private static func routes(
        cache: AnswerCacheRules? = nil, _ change: (inout ModelRoute) -> Void
    ) throws -> RouteTable {
        let deployments = try ["a", "b"].map { (name: String) throws -> Deployment in
            let price = ModelPrice(
                model: "*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(2), output: .dollars(4))
            return Deployment(name: name, model: try #require(ModelReference("\(name)/m")), price: price)
        }
        var route = ModelRoute(alias: "smart", deployments: ["a", "b"])
        change(&route)
        return RouteTable(deployments: deployments, routes: [route], cache: cache)
    }

    private static func checked(cache: AnswerCacheRules? = nil) throws -> RouteTable {
        try routes(cache: cache) { $0.checks = AnswerChecks([.complete], without: ["not sure"]) }
    }

    @Test(arguments: [false, true])
    func aStrongerModelIsAsked(counted: Bool) async throws {
        let calls = MemoryCallLedger()
        let models = try World.models([
            "a/m": Self.provider("Hel", .length, counted: counted), "b/m": Self.provider("Hello"),
        ])
        try await ServerDesk.with(models: models, routes: try Self.checked(), calls: calls) { desk in
            let answer = try await desk.post(Self.path, World.chat("hi", model: "smart"), headers: World.key)
            #expect(answer.status == 200 && answer.text.contains(#""content":"Hello""#), "\(answer.text)")
            #expect(answer.headers["X-Tutti-Checks"] == "passed" && answer.headers["X-Tutti-Model"] == "b/m")
            // The client is told of its own answer; the ledger has what both have taken.
            #expect(answer.json["usage"]?["completion_tokens"] == 20)
            let routes = try await desk.get("/api/v1/deployments", headers: World.key).list("routes")
            #expect(routes.first?["checks"] == ["complete", "without"] && routes.first?["hedge"] == .null)
        }
        let line = try #require(try World.lines(calls).first)
        #expect(line.attempts == 2 && line.route.deployment == "b" && line.route.outcome == .completed)
        #expect(line.isEstimated == !counted && line.isPriced)
        if counted { #expect(line.tokens.total == 100 && line.cost.microdollars == 280) }
        #expect(line.tokens.total > 50)
    }

    @Test func nothingOfAnAnswerThatIsNotTakenIsStreamed() async throws {
        let calls = MemoryCallLedger()
        let models = try World.models([
            "a/m": Self.provider("I am not sure"), "b/m": Self.provider("It is the fox"),
        ])
        try await ServerDesk.with(models: models, routes: try Self.checked(), calls: calls) { desk in
            try await World.streaming(desk) { client in
                for path in [Self.path, "/v1/messages"] {
                    let body = World.chat("hi", model: "smart", ["stream": true])
                    let answer = try await client.read(path, body)
                    let text = String(decoding: answer.bytes, as: UTF8.self)
                    #expect(text.contains("fox") && !text.contains("sure"), "\(text)")
                    #expect(answer.headers["X-Tutti-Checks"] == "passed")
                }
            }
        }
        #expect(try World.lines(calls).allSatisfy { $0.isStreamed && $0.attempts == 2 && $0.cost.microdollars == 280 })
    }

    @Test func theLastAnswerIsGivenWithItsFailing() async throws {
        let cut = Self.provider("Hel", .length)
        let models = try World.models(["a/m": cut, "b/m": cut])
        try await ServerDesk.with(models: models, routes: try Self.checked(cache: AnswerCacheRules())) { desk in
            try await World.streaming(desk) { client in
                for stream in [false, true] {
                    let body = World.chat("hi", model: "smart", ["stream": .bool(stream)])
                    // It is not kept: the next request may have more luck.
                    for _ in 0..<2 {
                        let answer = try await client.read(Self.path, body)
                        #expect(String(decoding: answer.bytes, as: UTF8.self).contains("Hel"))
                        #expect(answer.headers["X-Tutti-Checks"] == "failed=complete")
                        #expect(answer.headers["X-Tutti-Cache"] == "miss")
                    }
                }
            }
        }
    }

    @Test func aFailureOfTheStrongerOneLeavesTheAnswer() async throws {
        let calls = MemoryCallLedger()
        let broken = Provider { _, _ in throw ModelError(.overloaded, .retryElsewhere, "too much to do") }
        let models = try World.models(["a/m": Self.provider("Hel", .length), "b/m": broken])
        try await ServerDesk.with(models: models, routes: try Self.checked(), calls: calls) { desk in
            let answer = try await desk.post(Self.path, World.chat("hi", model: "smart"), headers: World.key)
            #expect(answer.status == 200 && answer.text.contains("Hel"))
            #expect(answer.headers["X-Tutti-Model"] == "a/m" && answer.headers["X-Tutti-Checks"] == "failed=complete")
        }
        let line = try #require(try World.lines(calls).first)
        #expect(line.route.deployment == "a" && line.attempts == 2 && line.cost.microdollars == 140)
    }

    @Test(arguments: [false, true])
    func whoIsSilentIsOvertaken(stream: Bool) async throws {
        let calls = MemoryCallLedger()
        let silent = Provider { _, _ in
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
        let models = try World.models(["a/m": silent, "b/m": Self.provider("Hello")])
        let routes = try Self.routes { $0.hedge = .after(.milliseconds(1)) }
        try await ServerDesk.with(models: models, routes: routes, calls: calls) { desk in
            try await World.streaming(desk) { client in
                let answer = try await client.read(
                    Self.path, World.chat("hi", model: "smart", ["stream": .bool(stream)]))
                #expect(String(decoding: answer.bytes, as: UTF8.self).contains("Hello"))
                #expect(answer.headers["X-Tutti-Model"] == "b/m" && answer.headers["X-Tutti-Checks"] == nil)
            }
        }
        let line = try #require(try World.lines(calls).first)
        // What was sent to the one that was overtaken is a guess.
        #expect(line.attempts == 2 && line.route.deployment == "b" && line.isEstimated && line.isPriced)
        #expect(line.cost.microdollars > 140 && line.tokens.output == 20)
    }
}
