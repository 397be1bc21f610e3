import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore

@Suite struct KeyLimitsTests {
    /// Keys that were stored by an earlier release keep their limits.
    @Test("stands in one flat object of JSON")
    func stored() throws {
        let text = """
            {"models": ["a/*"], "requests_a_minute": 6, "tokens_a_minute": 7, "tokens_a_day": 1, "tokens_a_month": 2,
            "tokens": 3, "usd_a_day": 4, "usd_a_month": 5, "usd": 6}
            """
        let limits = try JSONDecoder().decode(KeyLimits.self, from: Data(text.utf8))
        #expect(limits.models == ["a/*"] && limits.requestsAMinute == 6 && limits.tokensAMinute == 7)
        #expect(limits.spending.tokensADay == 1 && limits.spending.tokensAMonth == 2 && limits.spending.tokens == 3)
        #expect(limits.spending.usdADay == USD(microdollars: 4) && limits.spending.usd == USD(microdollars: 6))
        #expect(try JSONDecoder().decode(KeyLimits.self, from: try JSONEncoder().encode(limits)) == limits)
        #expect(
            limits.sentence == "models a/*, 6 requests a minute, 7 tokens a minute, 1 tokens a day, 2 tokens a month, "
                + "3 tokens in all, $0.000004 a day, $0.000005 a month, $0.000006 in all")
        #expect(KeyLimits().sentence == "none" && KeyLimits().isEmpty)
    }

    @Test("names the field that is out of range")
    func range() throws {
        var limits = KeyLimits()
        limits.spending.tokensAMonth = 0
        #expect(throws: AccountError.self) { try limits.check() }
        limits.spending.tokensAMonth = 1
        try limits.check()
        limits.spending.usd = USD(microdollars: 0)
        let error = #expect(throws: AccountError.self) { try limits.check() }
        #expect(error?.field == "/limits/usd" && error?.rule == "range")
        limits.spending.usd = nil
        limits.requestsAMinute = 0
        #expect(throws: AccountError.self) { try limits.check() }
    }
}
