import Testing

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("Text that comes in pieces") struct StreamedTextTests {
    private static let hostile =
        "a\u{1B}[31mb\u{1B}]0;title\u{7}c\u{9B}2Jd\re\r\nf\tg\u{202E}h\u{8}i\u{1B}P1;2|x\u{1B}\\j\u{0}k"
    private static let shown = "abcde\nf\tghijk"

    @Test func aWholeText() {
        #expect(StreamedText.harmless(Self.hostile) == Self.shown)
    }

    @Test("however it is cut", arguments: 1...7) func pieces(size: Int) {
        var (text, shown) = (StreamedText(), "")
        var rest = Array(Self.hostile.unicodeScalars)[...]
        while !rest.isEmpty {
            shown += text.take(String(String.UnicodeScalarView(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        #expect(shown + text.finish() == Self.shown)
    }

    @Test func plainTextIsNotHeldBack() {
        var text = StreamedText()
        #expect(text.take("one\n  two") == "one\n  two")
        #expect(text.take("\u{1B}") == "")
        #expect(text.take("[1") == "")
        #expect(text.take("mthree") == "three")
        #expect(text.finish() == "")
    }

    @Test func whatOnlyBeginsLikeASequenceIsNotHeldForEver() {
        var text = StreamedText()
        #expect(text.take("\u{1B}]never ended") == "")
        #expect(text.take("\nnext line") == "never ended\nnext line")
        var long = StreamedText()
        let body = String(repeating: "x", count: EscapeSequence.stringLengthMax + 10)
        #expect(long.take("\u{1B}]" + body) + long.finish() == body)
        var halves = StreamedText()
        #expect(halves.take("\u{1B}]held").isEmpty)
        #expect(halves.finish() == "held")
    }

    @Test func picturesAndScriptsStay() {
        let text = "👩‍👩‍👧 né Приве́т 日本 e\u{301}"
        #expect(StreamedText.harmless(text) == text)
    }
}
