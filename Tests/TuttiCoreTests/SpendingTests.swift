import Testing
import TuttiCore

@Suite struct SpendingTests {
    @Test("tells what was spent, with one sign of the currency")
    func text() {
        let known = Spending(calls: 3, inputTokens: 1_200, outputTokens: 300, usd: USD(microdollars: 4_200))
        #expect(known.description == "3 calls, 1200 + 300 tokens, $0.0042")
        let unknown = Spending(calls: 1, inputTokens: 1, outputTokens: 2, usd: nil)
        #expect(unknown.description == "1 call, 1 + 2 tokens, price not known")
    }
}
