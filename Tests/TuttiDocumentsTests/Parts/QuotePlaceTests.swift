import Testing

@testable import TuttiDocuments

@Suite("Places of quotations")
struct QuotePlaceTests {
    private static let finder = QuoteFinder(
        Document(
            text: "# Plan\n\nUsers can *upload*\nfiles — “all” of them.\n\n## Limits\n\nFast.\nUsers can wait.\nFast.\n"
        ))

    @Test(
        arguments: [
            ("Users can upload files", nil, 3, "Plan"), ("users can UPLOAD files - \"all\" of them...", 9, 3, "Plan"),
            ("files — “all” of", nil, 4, "Plan"), ("Users can wait…", 1, 9, "Limits"),
            ("Fast", 1, 8, "Limits"),
            ("Fast", 10, 10, "Limits"),
        ] as [(String, Int?, Int, String)]) func areFound(quote: String, near: Int?, line: Int, section: String)
    {
        #expect(
            Self.finder.place(of: quote, near: near) == QuotePlace(line: line, section: section, isFound: true))
    }

    @Test(
        arguments: [
            ("", 3, 3), ("no such words", 9, 9), ("no such words", nil, 1), ("pload", 3, 3), ("x", -5, 1),
            ("x", 900, 10), ("…", 2, 2),
        ] as [(String, Int?, Int)]) func orAreWhereTheyAreSaidToBe(quote: String, near: Int?, line: Int)
    {
        let place = Self.finder.place(of: quote, near: near)
        #expect(place.line == line && !place.isFound)
    }

    @Test func anEmptyTextHasAPlace() {
        #expect(QuoteFinder(Document(text: "")).place(of: "a", near: 4).line == 1)
    }
}
