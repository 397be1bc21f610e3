import Testing

@testable import TuttiDocuments

@Suite("Parts of long documents")
struct DocumentSectionsTests {
    private static func cut(_ text: String, tokensMax: Int) -> [String] {
        DocumentSections.cut(text, tokensMax: tokensMax).map(\.text)
    }

    @Test func aShortTextIsOnePart() {
        for text in ["", "abc", "# A\n\n# B\n"] {
            #expect(DocumentSections.cut(text, tokensMax: 1000) == [DocumentPart(whole: text)])
        }
        #expect(DocumentSections.cut("abc", tokensMax: .max).count == 1)
        #expect(Self.cut("abcdef", tokensMax: 0) == ["abc", "def"])
    }

    @Test func headingsComeFirstAndSmallSectionsStayTogether() {
        let text = "# A\n\nOne.\n\n## A.1\n\nTwo words.\n\n# B\n\nThree.\n\n# C\n\nFour.\n"
        #expect(
            Self.cut(text, tokensMax: 11)
                == ["# A\n\nOne.\n\n## A.1\n\nTwo words.\n\n", "# B\n\nThree.\n\n# C\n\nFour.\n"])
        #expect(
            Self.cut(text, tokensMax: 7)
                == ["# A\n\nOne.\n\n", "## A.1\n\nTwo words.\n\n", "# B\n\nThree.\n\n", "# C\n\nFour.\n"])
    }

    @Test func thenParagraphsThenLinesThenCharacters() {
        #expect(Self.cut("One two.\n\nThree.\n\nFour.\n", tokensMax: 6) == ["One two.\n\nThree.\n\n", "Four.\n"])
        #expect(Self.cut("One two\nthree four\nfive six\n", tokensMax: 7) == ["One two\nthree four\n", "five six\n"])
        #expect(Self.cut("abcdefgh\r\ni", tokensMax: 3) == ["abcdefgh", "\r\ni"])
        #expect(Self.cut("👩‍👩‍👧👩‍👩‍👧", tokensMax: 1) == ["👩‍👩‍👧", "👩‍👩‍👧"])
    }

    @Test func codeIsCutOnlyWhenItIsTooLongAlone() {
        let code = "```\n# no heading\n\nlet a\n\n# none\n```\n"
        let text = "Some words here.\n\n" + code + "\nMore words here.\n"
        #expect(Self.cut(text, tokensMax: 13) == ["Some words here.\n\n", code + "\n", "More words here.\n"])
        #expect(
            Self.cut(code, tokensMax: 7) == ["```\n# no heading\n\n", "let a\n\n# none\n```\n"])
    }

    @Test func partsKnowTheirPlace() {
        let text = "# A\n\nOne two three.\n\n# B\n\n" + String(repeating: "x", count: 40) + "\nEnd"
        let parts = DocumentSections.cut(text, tokensMax: 8)
        #expect(parts.map(\.lines) == [1...4, 5...6, 7...7, 7...8])
        #expect(parts.map(\.number) == [1, 2, 3, 4] && parts.allSatisfy { $0.count == 4 })
        #expect(parts.map(\.beginsInsideLine) == [false, false, false, true])
        #expect(parts.allSatisfy { $0.outline == "1: # A\n5: # B\n" })
    }

    @Test func theOutlineIsBounded() throws {
        let text = (1...400).map { "# Chapter\n\n## Part \($0)\n\nText.\n\n" }.joined()
        let outline = try #require(DocumentSections.cut(text, tokensMax: 100).first?.outline)
        #expect(outline.utf8.count <= DocumentSections.outlineSizeMax)
        let few = "# One\n\n" + (1...300).map { "## Some part \($0)\n\nText.\n\n" }.joined()
        #expect(DocumentSections.cut(few, tokensMax: 100).first?.outline == "1: # One\n")
    }

    private static let pieces = [
        "# A\n", "## B\n\n", "###### F\r\n", "Title\n=====\n", "\n", "\n\n", "\r\n", "\r", "word ", "A sentence. ",
        "- item\n",
        "```\n", "~~~~\n", "```swift\ncode\n\n# no\n```\n", "| a | b |\n", "é", "e\u{301}", "👩‍👩‍👧", "店", "\u{0}",
        "\u{FEFF}",
        "<!-- x", "-->", "---\na: b\n---\n", "\u{2028}", String(repeating: "x", count: 300), "\t", "    code\n",
    ]

    @Test(arguments: 0..<300) func cuttingAndJoiningGivesTheText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...60, using: &random)
        let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
        let tokensMax = Int.random(in: 1...80, using: &random)
        let parts = DocumentSections.cut(text, tokensMax: tokensMax)
        #expect(DocumentSections.join(parts.map(\.text)).utf8.elementsEqual(text.utf8))
        var before = ""
        for part in parts {
            #expect(part.text.utf8.count <= 3 * tokensMax || part.text.count == 1)
            #expect(part.firstLine == 1 + before.utf8.count { $0 == 0x0A })
            #expect(part.beginsInsideLine == (before.utf8.last ?? 0x0A != 0x0A))
            #expect(parts.count == 1 || !part.text.isEmpty)
            before += part.text
        }
        // Never inside of a character.
        #expect(parts.count == 1 || parts.reduce(0) { $0 + $1.text.count } == text.count || text.contains("\r"))
    }
}
