import Testing

@testable import TuttiDocuments

struct HeadingStyleTests {
    private func heading(_ text: String) -> [String] {
        let style = HeadingStyle(Document(text: text))
        return style.lines(for: "Rollback", number: style.nextNumber)
    }

    @Test func takesTheLevelBelowTheTitle() {
        #expect(heading("# Title\n\n## One\n\nText.\n\n## Two\n\nText.") == ["## Rollback"])
        #expect(heading("### One\n\nText.\n\n### Two\n\nText.") == ["### Rollback"])
    }

    @Test func goesOnCounting() {
        #expect(heading("# T\n\n## 1. One\n\nText.\n\n## 2. Two\n\nText.") == ["## 3. Rollback"])
        #expect(heading("1. One\n\nText here.\n\n2. Two\n\nText here.") == ["3. Rollback"])
        #expect(heading("# T\n\n## 1. One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.") == ["## Rollback"])
    }

    @Test func underlinesWhereTheOthersAreUnderlined() {
        #expect(heading("Title\n=====\n\nOne\n---\n\nText.") == ["Rollback", "--------"])
    }

    @Test func writesCapitalsAndBoldTypeLikeItsNeighbours() {
        #expect(heading("FIRST PART\n\nSome text.\n\nSECOND PART\n\nSome text.") == ["ROLLBACK"])
        #expect(heading("**Title**\n\n**1. One**\n\nText.\n\n**2. Two**\n\nText.") == ["**3. Rollback**"])
    }

    @Test func knowsWhereBoldTypeIsAtHome() {
        #expect(HeadingStyle(Document(text: "# T\n\nText.")).isMarkdown)
        #expect(HeadingStyle(Document(text: "**Title**\n\n**One**\n\nText.")).isMarkdown)
        #expect(!HeadingStyle(Document(text: "FIRST PART\n\nSome text.")).isMarkdown)
    }
}
