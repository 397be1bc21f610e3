import Testing
import TuttiCore

@testable import TuttiDocuments

struct EditorTests {
    private struct Round {
        var findings: [Finding]
        var revision: Revision
    }

    private func round(_ text: String, _ kind: DocumentKind) -> Round {
        let document = Document(text: text)
        let findings = Rulebook.standard.review(document, kind: kind, critics: CriticProfile.all.map(\.id))
            .flatMap(\.findings)
        return Round(findings: findings, revision: Editor().revise(document, kind: kind, findings: findings))
    }

    /// Long enough for a few findings; says nothing that a rule could mind.
    private let filler = String(repeating: "The shop sells tea to people who like tea. ", count: 60)

    private var rfc: String {
        """
        # RFC: tea

        ## Motivation

        \(filler)

        ## Proposal

        The service is deployed to production. The database gets a migration. Customers see the new endpoint.
        It is switched on in week 1 for all.

        ## Alternatives

        Coffee.

        ## Drawbacks

        One more thing to wash, and the kettle is old.

        ## References

        Books.

        """
    }

    @Test func aGapBecomesASectionWithQuestionsWhereItBelongs() throws {
        let first = round(rfc, .rfc)
        #expect(first.findings.map(\.code) == ["missing-rollback"])
        let text = first.revision.text
        let section = try #require(text.firstRange(of: "\n## Rollback\n\n<!-- tutti-question: missing-rollback "))
        let before = try #require(text.firstRange(of: "## Alternatives"))
        #expect(section.upperBound < before.lowerBound)
        #expect(text.contains("7437182f new-section -->\n"))
        #expect(text.contains("- **Question:** Which switch or steps bring back the state before \"tea\""))
        #expect(first.revision.edits.map(\.rule) == ["missing-rollback"])
    }

    @Test func anUnansweredQuestionIsTheSameFinding() {
        let first = round(rfc, .rfc)
        let second = round(first.revision.text, .rfc)
        #expect(second.findings.map(\.identity) == first.findings.map(\.identity))
        #expect(second.findings.map(\.severity) == first.findings.map(\.severity))
        #expect(second.revision.text == first.revision.text)
    }

    @Test func answersCloseTheGap() {
        let asked = round(rfc, .rfc).revision.text
        let answered = asked.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("- **Question:**") ? line + "\n  The old one, by Ana, in 5 minutes." : line + ""
        }.joined(separator: "\n")
        let second = round(answered, .rfc)
        #expect(second.findings == [])
        #expect(second.revision.text == answered)
    }

    @Test func halfOfTheAnswersCloseNothing() {
        let asked = round(rfc, .rfc)
        var isFirst = true
        let answered = asked.revision.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("- **Question:**"), isFirst else { return String(line) }
            isFirst = false
            return line + " The old one."
        }.joined(separator: "\n")
        #expect(round(answered, .rfc).findings.map(\.identity) == asked.findings.map(\.identity))
    }

    @Test(arguments: ["TBD", "TODO", "?", "-", "to be decided."])
    func aPlaceholderIsNoAnswer(text: String) {
        let asked = round(rfc, .rfc)
        let answered = asked.revision.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("- **Question:**") ? line + " " + text : line + ""
        }.joined(separator: "\n")
        #expect(round(answered, .rfc).findings.map(\.identity) == asked.findings.map(\.identity))
    }

    @Test func oneParagraphBelowAnswersThemAll() {
        let asked = round(rfc, .rfc).revision.text
        let answered = asked.replacing("?\n\n## Alternatives", with: "?\n\nAna switches back.\n\n## Alternatives")
        #expect(answered != asked)
        #expect(round(answered, .rfc).findings == [])
    }

    @Test func textInPlaceOfTheQuestionsIsAnAnswerToo() {
        let text = rfc.replacing("## Alternatives", with: "## Rollback\n\nAna switches back.\n\n## Alternatives")
        #expect(round(text, .rfc).findings == [])
    }

    @Test func aQuestionWhoseGapIsClosedElsewhereIsTakenBack() {
        let asked = round(rfc, .rfc).revision.text
        let closed = asked.replacing("for all.", with: "for all. The flag `tea` switches it off.")
        let second = round(closed, .rfc)
        #expect(second.findings == [])
        #expect(second.revision.text == rfc.replacing("for all.", with: "for all. The flag `tea` switches it off."))
        #expect(round(second.revision.text, .rfc).revision.edits == [])
    }

    @Test func anEmptySectionGetsItsQuestionsInPlace() {
        let text = rfc.replacing("## Drawbacks\n\nOne more thing to wash, and the kettle is old.", with: "## Drawbacks")
            .replacing("week 1 for all.", with: "week 1 for all. A flag switches it off.")
        let first = round(text, .rfc)
        #expect(first.findings.map(\.code) == ["missing-technical-section"])
        #expect(first.revision.text.contains("## Drawbacks\n\n<!-- tutti-question: missing-technical-section "))
        #expect(round(first.revision.text, .rfc).revision.edits == [])
    }

    @Test func questionsWithoutASectionGoToTheOpenOnes() {
        let text = rfc.replacing("for all.", with: "for all. A flag switches it off. The limit is TBD.")
        let own = text + "## Unresolved questions\n\n- Which tea?\n"
        #expect(round(text, .rfc).revision.text.contains("## Open questions\n\n<!-- tutti-question: placeholder "))
        let revised = round(own, .rfc).revision.text
        #expect(revised.hasPrefix(own + "\n<!-- tutti-question: placeholder "))
        #expect(round(revised, .rfc).revision.edits == [])
    }

    @Test(arguments: ["\n", "\r\n"])
    func lineBreaksStayAsTheyAre(lineBreak: String) {
        let text = rfc.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineBreak)
        let revised = round(text, .rfc).revision.text
        #expect(revised != text)
        #expect(revised.utf8.count { $0 == 0x0D } == (lineBreak == "\n" ? 0 : revised.utf8.count { $0 == 0x0A }))
        #expect(round(revised, .rfc).revision.edits == [])
    }

    @Test func headingsLookLikeTheirNeighbours() {
        let numbered = rfc.replacing("## Motivation", with: "## 1. Motivation").replacing("## Pro", with: "## 2. Pro")
            .replacing("## Alt", with: "## 3. Alt").replacing("## Draw", with: "## 4. Draw")
            .replacing("\n## References\n\nBooks.\n", with: "")
        #expect(round(numbered, .rfc).revision.text.contains("\n## 5. Rollback\n"))
        let plain = numbered.replacing("# RFC: tea", with: "RFC: tea").replacing("## ", with: "")
        let revised = round(plain, .rfc).revision.text
        #expect(revised.contains("\n5. Rollback\n\n<!-- tutti-question: missing-rollback "))
        #expect(revised.contains("\n- Question: "))
        #expect(round(revised, .rfc).revision.edits == [])
        let underlined = "RFC: tea\n========\n\nMotivation\n----------\n\n\(filler)\n\nThe limit is TBD.\n"
        #expect(round(underlined, .rfc).revision.text.contains("\nOpen questions\n--------------\n"))
    }

    @Test func anOpenFenceIsClosedBeforeQuestionsAreAdded() {
        let text = "# Notes\n\nThe limit is TBD.\n\n```\ncode\n"
        let revised = round(text, .generic).revision.text
        #expect(revised.hasPrefix(text + "\n```\n\n## Open questions\n"))
        #expect(round(revised, .generic).revision.edits == [])
    }

    @Test func behindAnOpenCommentNothingIsAdded() {
        let text = "# Notes\n\nThe limit is TBD.\n\n<!-- never closed\n"
        #expect(round(text, .generic).revision.text == text)
    }

    @Test func theCommonestSpellingWinsInPlainProseOnly() {
        let text = """
            # E-mail

            Enter the email. The email is checked. E-mail is fast. Two e-mails come, "e-mail" and `e-mail` stay,
            and so does [the e-mail page](x.md). An email ends. Each email counts, and an email is short.

            """
        let first = round(text, .generic)
        #expect(first.findings.map(\.code) == ["inconsistent-term"])
        #expect(
            first.revision.text == """
                # E-mail

                Enter the email. The email is checked. Email is fast. Two emails come, "e-mail" and `e-mail` stay,
                and so does [the e-mail page](x.md). An email ends. Each email counts, and an email is short.

                """)
        #expect(first.revision.edits.count == 2)
        #expect(round(first.revision.text, .generic).revision.edits == [])
    }

    @Test func lowFindingsPutNoQuestionIntoTheText() {
        let text = "# PRD\n\nThe DSR is new. \(filler)"
        let document = Document(text: text)
        let low = Rulebook.standard.rawFindings(document, kind: .prd).filter { $0.severity == .low }
        #expect(!low.isEmpty)
        #expect(Editor().revise(document, kind: .prd, findings: low).text == text)
    }
}
