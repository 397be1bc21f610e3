import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// The example of docs/routing.md does what is said there.
struct RouteExampleTests {
    private static let file = """
        deployments:
          gpt-eu:
            model: openai/gpt-5            # PROVIDER/NAME; the provider is one of the server's
            region: eu
            weight: 3                      # its share, where a route goes by weight; 1 if left out, 0 for none
            slots: 20                      # calls at a time at most; 256 if left out
            keys: [openai-a, openai-b]     # names of stored secrets, taken in turns
            limits: {context: 400000, output: 128000, tools: true, vision: true, json_schema: true}
            price: {input: 1.25, output: 10, cache_read: 0.125}   # dollars for a million tokens
            skills: [code, review]         # words, for routes that score
          claude-eu: {model: anthropic/claude, region: eu, limits: {context: 200000}}
          gemini-long: {model: gemini/pro, region: eu, limits: {context: 2000000}}
          local: {model: "ollama/qwen3:8b", region: eu, slots: 2, limits: {context: 128000}}

        routes:
          smart:
            strategy: order                # order, weighted, latency, cheapest or scored
            deployments: [gpt-eu, claude-eu]
            fallbacks:
              context_too_long: [gemini-long]
              refused: [local]
            constraints: {regions: [eu], price_max: 20, context_min: 100000}
            stickiness: none               # or session
            queue_deadline: 2s             # how long a call may wait for a slot; not at all if left out
            retries: 3                     # attempts after the first one, over all deployments
          any:
            strategy: weighted
            deployments: [smart, local]    # an alias stands for its deployments
        """

    private func router(_ prices: PriceTable) throws -> ModelRouter {
        let table = try RouteTable.read(Self.file, providers: ["openai", "anthropic", "gemini", "ollama", "vllm"])
        return ModelRouter(RoutePlanner(table, prices: prices), clock: HandClock())
    }

    @Test func withPricesAllCanBeAsked() throws {
        let price = ModelPrice(
            model: "*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(1), output: .dollars(5))
        let plan = try router(PriceTable([price])).plan("smart", for: RouteFacts())
        #expect(plan.candidates.map(\.name) == ["gpt-eu", "claude-eu"])
        #expect(plan.fallbacks.map { $0.candidates.map(\.name) } == [["gemini-long"], ["local"]])
    }

    @Test func withoutPricesTheHighestPriceLeavesOne() throws {
        let plan = try router(PriceTable()).plan("smart", for: RouteFacts())
        #expect(plan.candidates.map(\.name) == ["gpt-eu"])
        #expect(plan.decision.fallbacks["refused"]?.map(\.dropped) == [.priceUnknown])
    }

    @Test func anAliasStandsForItsDeployments() throws {
        let router = try router(PriceTable())
        let first = try (0..<10).map { _ in try router.plan("any", for: RouteFacts()).candidates[0].name }
        #expect(first.count { $0 == "gpt-eu" } == 6 && first.count { $0 == "local" } == 2)
    }
}
