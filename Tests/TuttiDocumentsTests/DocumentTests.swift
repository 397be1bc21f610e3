import Testing

@testable import TuttiDocuments

struct DocumentTests {
    private func titles(_ text: String) -> [String] {
        Document(text: text).sections.dropFirst().map { "\($0.level) \($0.title)" }
    }

    private func sentences(_ text: String) -> [String] {
        let document = Document(text: text)
        return document.sentences.map { ReviewContext.oneLine(document.prose[$0.bytes]) }
    }

    // MARK: - Trouble

    @Test(arguments: ["", "\n", "\u{FEFF}", "   \n\t\n", "\0\0", "<!--", "```", "---", "[", "#", "|", "> > >", "\r"])
    func scrapsAreDocumentsToo(text: String) {
        let document = Document(text: text)
        #expect(document.text == text)
        #expect(Rulebook.standard.rawFindings(document, kind: .generic) == [])
        #expect(Editor().revise(document, kind: .generic, findings: []).text == text)
    }

    @Test func aByteOrderMarkAndWindowsLinesAreUnderstood() {
        let document = Document(text: "\u{FEFF}# Title\r\n\r\nOne. Two.\r\n\r\n## Part\r\n\r\nThree.\r\n")
        #expect(document.sections.dropFirst().map(\.title) == ["Title", "Part"])
        #expect(document.sentences.map(\.line) == [1, 3, 3, 5, 7])
    }

    // MARK: - Headings and sections

    @Test func headingsOfBothSortsAreFound() {
        #expect(titles("# A #\n\ntext\n\nB\n---\n\n### C ##\n") == ["1 A", "2 B", "3 C"])
    }

    @Test func whatOnlyLooksLikeAHeadingIsNone() {
        #expect(titles("#tag\n\n    # code\n\n```\n# code\n```\n\n<!-- # comment -->\n\n####### seven\n") == [])
        #expect(titles("one\ntwo\n---\n\n---\n\n| a |\n|---|\n") == [])
    }

    @Test func plainTextHasHeadingsWhereTheyAreUnambiguous() {
        let text = """
            1. Scope

               This is about cats.

            2. Terms

               A cat is a cat.

            2.1 Small cats

               Lynx.

            SECURITY

               None.
            """
        #expect(titles(text) == ["1 Scope", "1 Terms", "2 Small cats", "1 SECURITY"])
    }

    @Test func spacedOutListsAreNoHeadings() {
        #expect(titles("Steps:\n\n1. Stop\n\n2. Start\n\n3. Check\n") == [])
        #expect(titles("# T\n\n1. Stop\n\ntext\n") == ["1 T"])
    }

    @Test func pathsLeaveOutTheTitleOfTheDocument() {
        let document = Document(text: "# T\n\n## A\n\n### B\n\ntext\n\n## C\n")
        #expect(document.sections.map(\.path) == ["", "T", "A", "A › B", "C"])
        #expect(document.sections[2].lines == 2..<8)
    }

    @Test func anchorsAreThoseOfTheUsualHosts() {
        let document = Document(text: "# Über `x` & y!\n\n## A b\n\n## A b\n\n## C {#see}\n\n<a name=\"old\"></a>\n")
        #expect(document.anchors == ["über-x--y", "a-b", "a-b-1", "c", "see", "old"])
    }

    // MARK: - Prose and what is none

    @Test func codeCommentsAndAddressesAreNoProse() {
        let text = """
            ---
            title: TBD
            ---
            # T

            Use `TODO` and <https://TODO.example>. <!-- TODO -->

            ```
            TODO
            ```

                TODO

            ![TODO](TODO.png)
            """
        let document = Document(text: text)
        #expect(!document.words.contains { $0.key == "todo" })
        #expect(document.wordCount == 5, "code and addresses count as one word each")
    }

    @Test func sentencesEndWhereTheyEnd() {
        #expect(sentences("It costs 3.5 EUR, e.g. here. Then it ends! Does it? Yes (it does.) So.").count == 5)
        #expect(sentences("Ask Dr. Who, Inc. or the U.S. branch") == ["Ask Dr. Who, Inc. or the U.S. branch"])
        #expect(sentences("See v1.2.3 and\nthe next line.") == ["See v1.2.3 and the next line."])
    }

    @Test func itemsCellsAndLabelledLinesAreSentencesOfTheirOwn() {
        #expect(sentences("- one\n- two\n  goes on\n\n  and on") == ["one", "two goes on", "and on"])
        #expect(sentences("| a b | c |\n|---|---|\n| d | e |").count == 4)
        #expect(sentences("Owner: Ana\nStatus: draft") == ["Owner: Ana", "Status: draft"])
    }

    @Test func taskBoxesAndBulletsAreNotPartOfAnItem() {
        #expect(
            sentences("- [ ] open\n- [x] done\n* star\n+ plus\n3) three\n• dot") == [
                "open", "done", "star", "plus", "three", "dot",
            ])
    }

    @Test func linksAreCollectedWithTheirText() {
        let document = Document(text: "See [a b](#x) and [c][y] and [z][] and [^1] but not a[0][1].\n")
        #expect(document.links.map(\.target) == [.anchor("x"), .label("y"), .label("z"), .footnote("1")])
        #expect(document.words.filter { $0.shape.contains(.linked) }.map(\.key) == ["a", "b", "c", "z"])
    }

    @Test func sectionsNameTheirPurposes() {
        let document = Document(
            text: "# T\n\n## 3. Goals and metrics\n\na\n\n## Non-goals\n\nb\n\n**Rollback:** none\n")
        #expect(document.roles.isSuperset(of: [.goals, .metrics, .nonGoals, .rollback]))
        #expect(!document.sections[3].roles.contains(.goals))
    }

    @Test func anUnclosedFenceReachesToTheEnd() {
        let document = Document(text: "text\n\n````\nTODO\n```\nTODO\n")
        #expect(document.missingFence == "````")
        #expect(document.wordCount == 1)
    }

    @Test func theLexiconSpellsOutAlternatives() {
        #expect(Lexicon.expand("(is|are) no(t|) b") == ["is not b", "is no b", "are not b", "are no b"])
    }

    @Test func boldLinesPicturesAndNamesOfSectionsAreHeadingsInPlainText() {
        let bold = Document(text: "**A plan**\n\n**1. Goals**\n\nText.\n\n**2. Users**\n\nText.")
        #expect(bold.sections.dropFirst().map(\.title) == ["A plan", "1. Goals", "2. Users"])
        #expect(bold.sections.dropFirst().map(\.level) == [1, 2, 2])
        let picture = Document(
            text: "\u{1F9F1} Core Parts\n\n1. Gateway (cmd/gateway)\n\nIt is the only way in for all that comes.")
        #expect(picture.sections.dropFirst().map(\.level) == [1, 2])
        let named = Document(
            text: "Goals\n\nThe page has to be found by those who look for it, in one go, by all.\n\nHistory\n\nHistory"
        )
        #expect(named.sections.dropFirst().map(\.title) == ["Goals"])
        #expect(Document(text: "# T\n\n**Bold**\n\nText.").sections.count == 2)
    }

    @Test func aRowOfTildesBelowALineUnderlinesItAndIsNoFence() {
        let document = Document(text: "Title\n=====\n\nSizes\n~~~~~\n\nSome text.\n\n~~~\ncode\n~~~\n")
        #expect(document.sections.dropFirst().map(\.title) == ["Title", "Sizes"])
        #expect(document.missingFence == nil)
        #expect(document.wordCount == 4)
    }

    @Test func codeAndDiagramsCountAmongTheReadableWords() {
        let document = Document(text: "One two.\n\n```\nGET /a | b\n```\n\nDB[\"Postgres\"] --> A\n")
        #expect(document.wordCount == 2)
        #expect(document.readableWordCount == 7)
    }
}
