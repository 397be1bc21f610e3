import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// What a file of routes says.
struct RouteTableTests {
    private static let file = """
        deployments:
          gpt-eu:
            model: openai/gpt-5
            region: eu
            weight: 3
            slots: 20
            keys: [openai-a, openai-b]
            limits: {context: 400000, output: 128000, vision: false}
            price: {input: 1.25, output: "10", cache_read: 0.125}
            skills: [code, review]
          local: {model: "ollama/qwen3:8b"}
          long: {model: gemini/pro, region: us, limits: {context: 2000000, tools: false, json_schema: false}}
        routes:
          smart:
            strategy: scored
            scoring: costsaver
            deployments: [gpt-eu, everything]
            fallbacks:
              context_too_long: [long]
              never: [everything]
            constraints: {regions: [eu, us], price_max: 20, context_min: 100000}
            stickiness: session
            queue_deadline: 2s
            retries: 0
          everything: {deployments: [local, gpt-eu, long]}
        """

    @Test func aFileIsReadWhole() throws {
        let table = try RouteTable.read(Self.file, providers: ["openrouter"])
        let price = ModelPrice(
            model: "*", from: Timestamp(milliseconds: 0), uncachedInput: USD(microdollars: 1_250_000),
            cacheRead: USD(microdollars: 125_000), output: .dollars(10))
        let model = try #require(ModelReference("openai/gpt-5"))
        let keys = try ["openai-a", "openai-b"].map { try #require(SecretName($0)) }
        #expect(
            table.deployment("gpt-eu")
                == Deployment(
                    name: "gpt-eu", model: model, region: "eu", weight: 3,
                    limits: DeploymentLimits(contextTokens: 400_000, outputTokens: 128_000, vision: false),
                    price: price, slots: 20, keys: keys, skills: ["code", "review"]))
        #expect(table.deployment("local")?.slots == RouteLimits.slotsDefault)
        #expect(table.deployment("local")?.limits == DeploymentLimits())
        #expect(
            table.route("smart")
                == ModelRoute(
                    alias: "smart", strategy: .scored, scoring: .costSaver, deployments: ["gpt-eu", "local", "long"],
                    fallbacks: [
                        RouteFallback(.code(.contextTooLong), to: ["long"]),
                        RouteFallback(.classification(.never), to: ["local", "gpt-eu", "long"]),
                    ],
                    constraints: RouteConstraints(
                        regions: ["eu", "us"], priceMax: .dollars(20), contextMin: 100_000),
                    stickiness: .session, queueDeadline: .seconds(2), retries: 0))
        #expect(table.route("everything")?.retries == RouteLimits.retriesDefault)
        #expect(table.deployments.map(\.name) == ["gpt-eu", "local", "long"])
    }

    @Test func anAliasThatIsNotThereIsToldWithTheNearest() throws {
        let table = try RouteTable.read(Self.file)
        let error = #expect(throws: RouteError.self) { try table.demand("smrat") }
        #expect(error?.code == "unknown_route")
        #expect(error?.message.contains("did you mean 'smart'?") == true)
        #expect(try table.demand("smart").alias == "smart")
    }

    @Test func theOwnPriceOfADeploymentComesBeforeTheList() throws {
        let table = try RouteTable.read(Self.file)
        let day = Timestamp(milliseconds: 1_800_000_000_000)
        let list = PriceTable([
            ModelPrice(model: "*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(1), output: .dollars(2))
        ])
        #expect(table.deployment("gpt-eu")?.price(in: list, at: day)?.output == .dollars(10))
        #expect(table.deployment("local")?.price(in: list, at: day)?.output == .dollars(2))
        #expect(table.deployment("local")?.price(in: PriceTable(), at: day) == nil)
    }

    @Test func everyWordForAFailureIsReadBack() {
        for word in RouteFallbackCause.words { #expect(RouteFallbackCause(word)?.word == word) }
        #expect(RouteFallbackCause.words.count == 20)
        #expect(RouteFallbackCause("retry")?.covers(ModelError(.overloaded, .retry, "")) == true)
        #expect(RouteFallbackCause("refused")?.covers(ModelError(.overloaded, .retry, "")) == false)
    }
}
