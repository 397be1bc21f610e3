import Testing
import TuttiAccess

/// What records are kept under.
struct LimitKeyTests {
    private func key(_ name: String, _ subject: String, quota: Int = 1) -> LimitKey {
        LimitKey(RateLimit(name: name, quota: quota, window: .seconds(1)), subject: subject)
    }

    @Test func isTheSameForTheSameNameAndSubject() {
        #expect(key("a", "b") == key("a", "b", quota: 2))
        #expect(key("a", "b") != key("a", "c"))
        #expect(key("a", "b") != key("b", "b"))
    }

    @Test func isNotFooledByWhereTheTextsMeet() {
        #expect(key("ab", "c") != key("a", "bc"))
        #expect(key("", "abc") != key("abc", ""))
    }

    /// Equal as texts of Swift, and different as bytes.
    @Test func tellsSpellingsApart() { #expect(key("a", "\u{E9}") != key("a", "e\u{301}")) }

    @Test func hasASizeThatDoesNotDependOnTheSubject() {
        #expect(MemoryLayout<LimitKey>.size == 16)
        let long = String(repeating: "x", count: 100_000)
        #expect(key("a", long) == key("a", long))
    }
}
