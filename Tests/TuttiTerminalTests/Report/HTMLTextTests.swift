import Testing

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("Text as HTML")
struct HTMLTextTests {
    static let texts: [(String, String)] = [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"), ("&lt;", "&amp;lt;"), ("a\u{0}b\u{1B}c\u{85}", "abc"),
        ("a\n\tb", "a\n\tb"), ("\u{202E}x\u{2066}", "\u{FFFD}x\u{FFFD}"), ("\u{1FFFE}x", "x"),

        ("店 é 👩\u{200D}🔧", "店 é 👩\u{200D}🔧"),
        ("", ""),
    ]

    @Test(arguments: texts) func isOnlyText(text: String, expected: String) {
        #expect(HTMLText.escaped(text) == expected)
    }

    @Test func elementsEscapeTextButNotElements() {
        #expect(String.element("p", text: "a < b") == "<p>a &lt; b</p>")
        #expect(String.element("p", class: "x", .element("b", text: "&")) == "<p class=\"x\"><b>&amp;</b></p>")
        #expect(1.counted("line") == "1 line" && 0.counted("line") == "0 lines" && 2.counted("line") == "2 lines")
    }
}
