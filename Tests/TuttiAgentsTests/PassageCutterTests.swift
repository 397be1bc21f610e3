import Testing
import TuttiAgents
import TuttiCore

@Suite struct PassageCutterTests {
    private func filler(_ word: String, bytes: Int) -> String {
        String(repeating: word + " ", count: bytes / (word.utf8.count + 1))
    }

    @Test func cutsAtHeadingsAndKnowsThem() {
        let text = """
            # Guide

            \(filler("intro", bytes: 100))

            ## Limits

            \(filler("limit", bytes: 100))

            ### Of queues
            \(filler("queue", bytes: 100))

            ## Retries
            \(filler("retry", bytes: 100))
            """
        let pieces = PassageCutter.cut(text, file: "guide.md")
        #expect(pieces.map(\.heading) == ["Guide", "Guide › Limits", "Guide › Limits › Of queues", "Guide › Retries"])
        #expect(pieces.map(\.firstLine) == [1, 5, 9, 12])
        #expect(pieces.map(\.lastLine) == [3, 7, 10, 13])
    }

    @Test func keepsAHeadingWithWhatFollowsIt() {
        let pieces = PassageCutter.cut("# A\n\n## B\n\n\(filler("b", bytes: 200))\n", file: "a.md")
        #expect(pieces.map(\.firstLine) == [1])
        #expect(pieces.first?.lastLine == 5)
        let underlined = PassageCutter.cut("Title\n=====\n\(filler("b", bytes: 200))\n\nNext\n----\nend", file: "a.md")
        #expect(underlined.map(\.firstLine) == [1, 5])
        #expect(underlined.map(\.heading) == ["Title", "Title › Next"])
    }

    @Test func takesNoCommentInAFenceForAHeading() {
        let text = "# A\n\(filler("a", bytes: 100))\n```sh\n# not one\nmake\n\n# nor this\n```\n"
        #expect(PassageCutter.cut(text, file: "a.md").map(\.heading) == ["A"])
    }

    @Test func cutsCodeBeforeDeclarations() {
        let body = (0..<20).map { "    let value\($0) = compute(\($0), with: previous)\n" }.joined()
        let text = "import A\n\nfunc one() {\n\(body)}\nfunc two() {\n\(body)\n\(body)}\n\n# no heading\nx()\n"
        let pieces = PassageCutter.cut(text, file: "a.swift")
        #expect(
            pieces.map { $0.text.split(separator: "\n").first ?? "" } == ["import A", "func two() {", "# no heading"])
        #expect(pieces.map(\.heading) == ["", "", ""])
    }

    @Test func cutsLongTextAtBlankLinesAndLongLinesAnywhere() {
        let paragraph = filler("word", bytes: 500)
        let text = (0..<8).map { _ in paragraph }.joined(separator: "\n\n")
        let pieces = PassageCutter.cut(text, file: "a.txt")
        #expect(pieces.map(\.firstLine) == [1, 7, 13])
        let line = PassageCutter.cut(filler("word", bytes: 10_000), file: "a.txt")
        #expect(line.count == 5)
        #expect(line.allSatisfy { $0.firstLine == 1 && $0.lastLine == 1 && $0.text.hasSuffix("word ") })
        let solid = PassageCutter.cut(String(repeating: "é", count: 3000), file: "a.txt")
        #expect(solid.map(\.text.unicodeScalars.count) == [1200, 1200, 600])
    }

    @Test(arguments: ["", "\n", " \n\t\n\r\n", "\u{C}"])
    func findsNothingInWhiteSpace(text: String) {
        #expect(PassageCutter.cut(text, file: "a.md").isEmpty)
    }

    @Test func countsLinesWithReturns() {
        let pieces = PassageCutter.cut("one\r\n\r\ntwo\r\nthree", file: "a.md")
        #expect(pieces.map(\.text) == ["one\r\n\r\ntwo\r\nthree"])
        #expect(pieces.first?.lastLine == 4)
    }

    /// Whatever the text is: every line with something on it is in exactly one piece, or one line in several.
    @Test(arguments: 0..<200)
    func losesNothing(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let lines = (0..<Int.random(in: 1...120, using: &random)).map { _ in
            ["", "", "# Heading", "## Other", "func f() {", "}", "```", "    deeper", "---", "plain words"]
                .randomElement(using: &random).map { line in
                    Int.random(in: 0..<12, using: &random) == 0 ? line + filler("long", bytes: 3000) : line
                } ?? ""
        }
        let pieces = PassageCutter.cut(lines.joined(separator: "\n"), file: seed.isMultiple(of: 2) ? "a.md" : "a.c")
        var covered = Set<Int>()
        var last = 0
        for piece in pieces {
            #expect(piece.text.utf8.count <= PassageCutter.bytesMax)
            #expect(piece.firstLine > last || (piece.firstLine == last && piece.firstLine == piece.lastLine))
            last = piece.lastLine
            covered.formUnion(piece.firstLine...piece.lastLine)
            if piece.firstLine < piece.lastLine {
                let expected = lines[piece.firstLine - 1..<piece.lastLine].joined(separator: "\n")
                #expect(piece.text == expected)
            }
        }
        let filled = lines.indices.filter { lines[$0].contains { !$0.isWhitespace } }.map { $0 + 1 }
        #expect(covered.isSuperset(of: filled))
    }
}
