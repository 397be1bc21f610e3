import Testing
import TuttiAgents

@Suite struct SearchTermsTests {
    @Test(
        arguments: [
            ("", []), (" \n", []), ("\"*^(){}:;--'", []), ("Retry, retry!", ["retry"]),
            ("maxRetryCount", ["maxretrycount", "max", "retry", "count"]), ("snake_case", ["snake", "case"]),
            ("HTTPClient2", ["httpclient2", "http", "client2"]), ("日本語", ["日本", "本語"]), ("語", ["語"]),
            ("a\u{0}b", ["a", "b"]), ("NEAR OR AND NOT", ["near", "or", "and", "not"]), ("naïve", ["naïve"]),
            ("🙂", []), ("v1.2", ["v1", "2"]),
        ] as [(String, [String])])
    func takesWordsApart(text: String, terms: [String]) {
        #expect(SearchTerms.ofQuery(text, max: 64) == terms)
    }

    @Test func isBounded() {
        let many = (0..<1000).map { "w\($0)" }.joined(separator: " ")
        #expect(SearchTerms.ofQuery(many, max: 64).count == 64)
        #expect(SearchTerms.ofQuery(String(repeating: "x", count: 1 << 20), max: 64).map(\.count) == [64])
    }

    @Test func addsOnlyPartsToTheIndex() {
        #expect(SearchTerms.hidden(in: "plain words in a sentence").isEmpty)
        #expect(SearchTerms.hidden(in: "see openFile()") == "open file")
    }
}
