import Testing

@testable import TuttiCore

@Suite("Clean texts")
struct CleanTextTests {
    @Test(arguments: [
        ("", ""), ("  a \n", "a"), ("a\r\nb\tc", "a b c"), ("\u{1B}[31mred\u{7}", "[31mred"), ("a\u{0}b", "ab"),
        ("a\u{202E}b\u{2066}c", "abc"), ("\u{FEFF}a", "a"), ("a\u{2028}b", "a b"), ("👩‍👩‍👧 é", "👩‍👩‍👧 é"), ("\u{9B}x", "x"),
    ]) func areOnOneLine(text: String, clean: String) {
        #expect(CleanText.line(text, bytesMax: 100) == clean)
    }

    @Test(arguments: [
        ("\n\n a\r\n\tb\r\rc\u{85}\n", "a\n\tb\n\nc"), ("a\u{8}b", "ab"), ("\u{7}\u{7} a", "a"), ("\u{7}", ""),
    ]) func keepTheirLines(text: String, clean: String) {
        #expect(CleanText.paragraphs(text, bytesMax: 100) == clean)
    }

    @Test func verbatimKeepsBlanks() {
        #expect(CleanText.verbatim("  a\r\n\u{1B}\n", bytesMax: 100) == "  a\n\n")
    }

    @Test(arguments: 0..<40) func areBoundedAndCutBetweenCharacters(bytesMax: Int) {
        for text in [String(repeating: "a", count: 39), "👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", String(repeating: "é店", count: 12)] {
            let cut = CleanText.line(text, bytesMax: max(3, bytesMax))
            #expect(cut.utf8.count <= max(3, bytesMax))
            #expect(cut == text || (cut.hasSuffix("…") && text.hasPrefix(cut.dropLast())))
        }
    }

    @Test func hugeTextsTakeNoTime() {
        let text = String(repeating: "\u{1}a", count: 5 << 20)
        #expect(CleanText.line(text, bytesMax: 10) == "aaaaaaa…")
    }
}
