import Testing

@testable import TuttiDocuments

struct SilencingTests {
    private func review(_ text: String) -> Review {
        let filler = "\n\n## Filler\n\n" + String(repeating: "Some more words stand here to fill the page. ", count: 60)
        return Rulebook.standard.review(Document(text: text + filler), kind: .generic, critic: "product")
    }

    @Test func withoutAReasonNothingIsSilenced() {
        let review = review("# T\n\n<!-- tutti-ignore placeholder -->\n\nThe limit is TBD.")
        #expect(review.findings.map(\.code) == ["placeholder", "bad-silence"])
        #expect(review.silenced == [])
    }

    @Test func anUnknownCodeIsAFinding() {
        let review = review("# T\n\n<!-- tutti-ignore placeholders: later -->\n\nThe limit is TBD.")
        #expect(review.findings.map(\.code) == ["placeholder", "bad-silence"])
        #expect(review.findings[1].message.contains("placeholders"))
    }

    @Test func itSilencesTheNextParagraphOnly() {
        let review = review(
            "# T\n\n<!-- tutti-ignore placeholder: by Friday -->\nThe limit is TBD.\n\nThe size is TBD.")
        #expect(review.findings.map(\.line) == [6])
        #expect(review.silenced.map(\.finding.line) == [4])
        #expect(review.silenced.map(\.reason) == ["by Friday"])
    }

    @Test func aListIsOneBlock() {
        let review = review("# T\n\n<!-- tutti-ignore placeholder: by Friday -->\n- a TBD\n- b TBD\n\nThe size is TBD.")
        #expect(review.findings.map(\.line) == [7])
        #expect(review.silenced.count == 2)
    }

    @Test func beforeAHeadingItSilencesTheSection() {
        let text =
            "# T\n\n<!-- tutti-ignore placeholder, empty-section: draft -->\n\n"
            + "## A\n\nTBD x.\n\n### B\n\nTBD y.\n\n## C\n\nTBD z."
        let review = review(text)
        #expect(review.findings.map(\.line) == [15])
        #expect(review.silenced.count == 2)
    }

    @Test func theDocumentFormSilencesEverywhere() {
        let review = review("# T\n\nTBD x.\n\n<!-- tutti-ignore-document placeholder: draft -->\n\n## C\n\nTBD z.")
        #expect(review.findings == [])
        #expect(review.silenced.count == 2)
    }

    @Test func aSilencedGapGetsNoQuestion() {
        let text = "# T\n\n<!-- tutti-ignore placeholder: by Friday -->\n\nThe limit is TBD."
        let document = Document(text: text)
        let findings = Rulebook.standard.review(document, kind: .generic, critic: "product").findings
        #expect(Editor().revise(document, kind: .generic, findings: findings).text == text)
    }
}
