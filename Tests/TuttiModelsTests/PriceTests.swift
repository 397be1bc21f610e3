import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Prices")
struct PriceTests {
    private static let january = Timestamp(milliseconds: 1_767_225_600_000)
    private static let june = Timestamp(milliseconds: 1_780_272_000_000)

    private func price(_ model: String, _ from: Timestamp, _ input: Int64) -> ModelPrice {
        ModelPrice(
            model: model, from: from, uncachedInput: .dollars(input), cacheRead: USD(microdollars: 100_000),
            output: .dollars(10))
    }

    @Test func noneAreBuiltIn() {
        let usage = ModelUsage(uncachedInput: 5, output: 5)
        #expect(PriceTable().price(of: "openai/gpt", at: Self.june) == nil)
        #expect(PriceTable().cost(of: usage, of: "openai/gpt", at: Self.june) == nil)
    }

    @Test func theMostTellingPatternThatHoldsAlreadyCounts() {
        let table = PriceTable([
            price("*", Self.january, 1), price("a/*", Self.january, 2), price("a/b", Self.june, 3),
            price("a/b", Self.january, 4), price("*/mini-*", Self.january, 5),
        ])
        let at = { (model: String, moment: Timestamp) in table.price(of: model, at: moment)?.uncachedInput }
        #expect(at("a/b", Self.january) == .dollars(4))
        #expect(at("a/b", Self.june) == .dollars(3))
        #expect(at("a/c", Self.june) == .dollars(2))
        #expect(at("x", Self.june) == .dollars(1))
        #expect(at("q/mini-7", Self.june) == .dollars(5))
        #expect(at("a/b", Timestamp(milliseconds: 0)) == nil)
    }

    @Test(arguments: [
        ("", "", true), ("a", "", false), ("", "*", true), ("abc", "a*c", true), ("abd", "a*c", false),
        ("aXbXc", "a*b*c", true), ("ab", "a**b", true), ("abab", "*ab", true), ("A", "a", false),
        (String(repeating: "a", count: 3000), String(repeating: "a*", count: 500) + "b", false),
    ])
    func patterns(name: String, pattern: String, fits: Bool) {
        #expect((PriceTable([price(pattern, Self.january, 1)]).price(of: name, at: Self.june) != nil) == fits)
    }

    @Test func costsAreRoundedUpOnce() {
        let price = ModelPrice(
            model: "m", from: Self.january, uncachedInput: USD(microdollars: 250_000),
            cacheRead: USD(microdollars: 25_000), cacheWrite: USD(microdollars: 300_000), output: .dollars(2))
        #expect(price.cost(of: ModelUsage()) == USD(microdollars: 0))
        #expect(price.cost(of: ModelUsage(uncachedInput: 1)) == USD(microdollars: 1))
        #expect(price.cost(of: ModelUsage(uncachedInput: 4)) == USD(microdollars: 1))
        #expect(price.cost(of: ModelUsage(uncachedInput: 5)) == USD(microdollars: 2))
        let all = ModelUsage(uncachedInput: 1000, cacheRead: 1000, cacheWrite: 1000, output: 1000, reasoning: 900)
        #expect(price.cost(of: all) == USD(microdollars: 250 + 25 + 300 + 2000))
        let most = ModelUsage(uncachedInput: .max, cacheRead: .max, cacheWrite: .max, output: .max)
        #expect(price.cost(of: most) == .max)
    }

    @Test func anUnknownPriceIsNeverNothing() {
        let price = ModelPrice(model: "m", from: Self.january, uncachedInput: .dollars(1), output: .dollars(1))
        #expect(price.cost(of: ModelUsage(uncachedInput: 5, cacheRead: 1)) == nil)
        #expect(price.cost(of: ModelUsage(cacheWrite: 1)) == nil)
        #expect(price.cost(of: ModelUsage(uncachedInput: 5)) != nil)
        let told = ModelUsage(cacheRead: 1, reportedCost: USD(microdollars: 7))
        #expect(PriceTable([price]).cost(of: told, of: "m", at: Self.june) == USD(microdollars: 7))
    }

    @Test func aListIsRead() throws {
        let list = #"""
            [{"model":"v/small-*","from":"2026-06-01","input":"0.25","cache_read":"0.025","output":"2"},
             {"model":"v/big","from":"2026-06-01","input":"3","cache_write":"3.75","output":"15.5"}]
            """#
        let table = try PriceTable.read(Data(list.utf8))
        #expect(
            table.prices == [
                ModelPrice(
                    model: "v/small-*", from: Self.june, uncachedInput: USD(microdollars: 250_000),
                    cacheRead: USD(microdollars: 25_000), output: .dollars(2)),
                ModelPrice(
                    model: "v/big", from: Self.june, uncachedInput: .dollars(3),
                    cacheWrite: USD(microdollars: 3_750_000), output: USD(microdollars: 15_500_000)),
            ])
    }

    @Test(arguments: [
        ("{}", "is no JSON list"), ("[1]", "price 1 of the list"), (#"[{"model":"m"}]"#, "'/from' is missing"),
        (#"[{"model":"m","from":"2026-06-01","input":1,"output":"1"}]"#, "'/input' is a whole number; it takes a text"),
        (#"[{"model":"m","from":"2026-06-01","input":"1","output":"1","outputt":"1"}]"#, "did you mean 'output'?"),
        (#"[{"model":"","from":"2026-06-01","input":"1","output":"1"}]"#, "'/model' is empty"),
        (#"[{"model":"m","from":"yesterday","input":"1","output":"1"}]"#, "'/from' is no day"),
        (#"[{"model":"m","from":"2026-02-30","input":"1","output":"1"}]"#, "'/from' is no day"),
        (#"[{"model":"m","from":"2026-06-01","input":"-1","output":"1"}]"#, "'/input' is no amount"),
        (#"[{"model":"m","from":"2026-06-01","input":"1","output":"1e3"}]"#, "'/output' is no amount"),
        (
            #"[{"model":"m","from":"2026-06-01","input":"1","output":"1","cache_read":"x"}]"#,
            "'/cache_read' is no amount"
        ),
    ])
    func aBadListNamesThePlace(list: String, problem: String) {
        let error = #expect(throws: PriceTableError.self) { try PriceTable.read(Data(list.utf8)) }
        #expect(error?.message.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func openRoutersListIsRead() throws {
        let list = #"""
            {"data":[{"id":"v/m","pricing":{"prompt":"0.00000025","completion":"0.000002",
            "input_cache_read":"0.0000000250001"}},
            {"id":"v/free","pricing":{"prompt":"0","completion":"0"}},
            {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},
            {"id":"v/none"},7]}
            """#
        let table = try PriceTable.readOpenRouterModels(Data(list.utf8), from: Self.june)
        #expect(
            table.prices == [
                ModelPrice(
                    model: "v/m", from: Self.june, uncachedInput: USD(microdollars: 250_000),
                    cacheRead: USD(microdollars: 25_001), output: .dollars(2)),
                ModelPrice(
                    model: "v/free", from: Self.june, uncachedInput: .dollars(0), output: .dollars(0)),
            ])
        #expect(throws: PriceTableError.self) { try PriceTable.readOpenRouterModels(Data("[]".utf8), from: Self.june) }
    }
}

@Suite("Estimates before a call")
struct CallEstimateTests {
    private let price = ModelPrice(
        model: "m", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(1), cacheWrite: .dollars(2),
        output: .dollars(8))

    @Test func areOnTheSideOfTheDearestTokens() {
        var request = ModelRequest(model: "m", messages: [.user(String(repeating: "a", count: 300))])
        request.outputTokensMax = 50
        let estimate = CallEstimate(request, price: price)
        #expect(estimate.inputTokens == 100 + 1 + 2 * CallEstimate.tokensPerPart)
        #expect(estimate.tokens == estimate.inputTokens + 50)
        #expect(estimate.usdPerMillionTokens == .dollars(8))
        #expect(estimate.costMax == USD(microdollars: estimate.inputTokens * 2 + 400))
        request.outputTokensMax = nil
        #expect(CallEstimate(request, price: price).outputTokensMax == 4096)
    }

    @Test func growWithAllThatIsSent() {
        let plain = CallEstimate(Conversation.plain, price: nil).inputTokens
        #expect(CallEstimate(Conversation.full, price: nil).inputTokens > plain + CallEstimate.tokensPerImage)
    }

    @Test func withoutAPriceHaveNoCost() {
        let estimate = CallEstimate(Conversation.plain, price: nil)
        #expect(estimate.costMax == nil && estimate.usdPerMillionTokens == nil)
        #expect(estimate.outputTokens(within: nil, usd: .dollars(1)) == nil)
        #expect(estimate.outputTokens(within: 1_000_000, usd: nil) == 4096)
    }

    @Test func capTheAnswerByWhatIsLeft() {
        var request = Conversation.plain
        request.outputTokensMax = 1000
        let estimate = CallEstimate(request, price: price)
        let input = estimate.inputTokens
        #expect(estimate.outputTokens(within: nil, usd: nil) == 1000)
        #expect(estimate.outputTokens(within: input + 10, usd: nil) == 10)
        #expect(estimate.outputTokens(within: input, usd: nil) == nil)
        #expect(estimate.outputTokens(within: nil, usd: USD(microdollars: input * 2 + 8)) == 1)
        #expect(estimate.outputTokens(within: nil, usd: USD(microdollars: input * 2 + 7)) == nil)
        #expect(estimate.outputTokens(within: .min, usd: USD(microdollars: .min)) == nil)
        // What is allowed is never dearer than the allowance.
        let usd = USD(microdollars: input * 2 + 4321)
        let tokens = Int64(estimate.outputTokens(within: nil, usd: usd) ?? 0)
        #expect(USD(microdollars: input * 2 + tokens * 8) <= usd)
    }

    @Test func standForUsageThatNobodyTold() {
        let none = ModelUsage.estimated(Conversation.plain, answer: [])
        #expect(none.isEstimated && none.output == 0 && none.input > 0)
        #expect(ModelUsage.estimated(Conversation.plain, answer: [.text("abcdef")]).output > 0)
    }
}
