import Testing
import TuttiTerminal

@testable import TuttiReadings

@Suite("Terminal text")
struct TerminalTextTests {
    static let hostile: [(String, String)] = [
        ("\u{1B}[2J\u{1B}[Hgone", "gone"), ("\u{1B}]0;title\u{7}text", "text"),
        ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("\u{1B}]never ends", "never ends"),
        ("\u{1B}P+q\u{1B}\\x", "x"), ("\u{9B}31mred", "red"), ("\u{9D}0;t\u{9C}x", "x"), ("\u{1B}(0x", "x"),
        ("\u{1B}cx", "x"), ("\u{1B}", ""), ("\u{1B}[", ""), ("\u{1B}[1;2", ""), ("\u{1B}\u{1B}[31mx", "x"),
        ("a\u{8}\u{8}b", "ab"), ("a\r\nb\tc\nd", "a b c d"), ("a\u{0}b\u{7F}", "ab"),
        ("\u{202E}abc\u{2066}", "abc"), ("a\u{200B}b\u{FEFF}", "ab"), ("a\u{2028}b", "a b"),
        ("  two  spaces", "  two  spaces"), ("👩\u{200D}🔧", "👩\u{200D}🔧"),
    ]

    @Test(arguments: hostile) func obeysNothing(text: String, expected: String) {
        #expect(TerminalText.sanitized(text) == expected)
    }

    @Test func sanitizingEndsQuickly() {
        let text = String(repeating: "\u{1B}]", count: 100_000)
        let time = ContinuousClock().measure { #expect(TerminalText.sanitized(text) == "") }
        #expect(time < .seconds(60))
    }

    static let widths: [(String, Int)] = [
        ("", 0), ("tea", 3), ("é", 1), ("e\u{301}", 1), ("店", 2), ("ｔ", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
        ("🫖", 2), ("👍🏽", 2), ("👩\u{200D}🔧", 2), ("🇩🇪", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("1\u{FE0F}\u{20E3}", 2),
        ("○◐◆◇■●✕–", 8), ("█▓▒░", 4), ("\u{301}", 0), ("का", 2),
    ]

    @Test(arguments: widths) func knowsWidths(text: String, width: Int) {
        #expect(TerminalText.width(of: text) == width)
    }

    static let cuts: [(String, Int, String)] = [
        ("tea", 3, "tea"), ("teapot", 3, "te…"), ("teapot", 1, "…"), ("teapot", 0, ""), ("", 0, ""),
        ("店は開く", 5, "店は…"), ("店は開く", 4, "店…"), ("店は開く", 8, "店は開く"), ("店", 1, "…"), ("abc", -1, ""),
    ]

    @Test(arguments: cuts) func isCutBehindAnEllipsis(text: String, columns: Int, expected: String) {
        #expect(TerminalText.truncated(text, to: columns) == expected)
    }

    @Test(arguments: ["", "tea", "teapot and more", "店は開く", "👩\u{200D}🔧 x", "e\u{301}e\u{301}"], 0...9)
    func paddingIsExact(text: String, columns: Int) {
        for alignment in [TerminalText.Alignment.leading, .trailing] {
            let padded = TerminalText.padded(text, to: columns, alignment: alignment)
            #expect(TerminalText.width(of: padded) == columns)
        }
    }

    @Test(arguments: 0...14) func styledLinesAreCutOnce(columns: Int) {
        let line = StyledLine("店は", .strong) + StyledLine("open") + StyledLine("", .muted) + StyledLine("開", .bad)
        let cut = line.truncated(to: columns)
        #expect(cut.width <= columns)
        #expect(columns >= line.width ? cut == line : cut.text.last == "…" || columns == 0)
        #expect(line.padded(to: columns).width == columns)
    }
}

@Suite("Style")
struct StyleTests {
    static let cases: [([String: String], Bool, Bool, Bool)] = [
        (["TERM": "xterm"], true, false, true), (["TERM": "xterm"], false, false, false),
        (["TERM": "xterm"], true, true, false), (["TERM": "dumb"], true, false, false), ([:], true, false, false),
        (["TERM": "xterm", "NO_COLOR": "1"], true, false, false),
        (["TERM": "xterm", "NO_COLOR": ""], true, false, true),
    ]

    @Test(arguments: cases)
    func isForTerminalsAndTheWilling(environment: [String: String], tty: Bool, declined: Bool, coloured: Bool) {
        #expect(Style(environment: environment, isTerminal: tty, isDeclined: declined).isColoured == coloured)
    }

    @Test(arguments: Role.allCases) func withoutColourNothingIsAdded(role: Role) {
        #expect(Style(isColoured: false).apply(role, to: "tea") == "tea")
        #expect(Style(isColoured: true).apply(role, to: "") == "")
        #expect(TerminalText.sanitized(Style(isColoured: true).apply(role, to: "tea")) == "tea")
    }

    @Test func everyStateHasItsOwnGlyphOfOneColumn() {
        #expect(StateGlyph.allCases.map(\.glyph).joined() == "○◐◆◇■●✕–")
        #expect(StateGlyph.allCases.allSatisfy { TerminalText.width(of: $0.glyph) == 1 })
        #expect(StateGlyph(runState: "completed") == .done)
        #expect(StateGlyph(runState: "blocked") == .blocked)
        #expect(StateGlyph(runState: "asleep") == nil)
    }
}
