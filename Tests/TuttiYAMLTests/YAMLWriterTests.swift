import Testing

@testable import TuttiYAML

@Suite("Writing YAML")
struct YAMLWriterTests {
    private static func readBack(_ text: String) throws -> [String]? {
        let file = YAMLWriter.write([
            ("a", .text(text)), ("list", .list([.text(text), .mapping([("b", .text(text)), ("c", .text("end"))])])),
            ("d", .mapping([("e", .text(text))])),
        ])
        guard case .mapping(let entries)? = try YAMLDocument.read(file)?.content, entries.count == 3,
            case .sequence(let items) = entries[1].value.content, items.count == 2,
            case .mapping(let inner) = items[1].content, case .mapping(let last) = entries[2].value.content
        else { return nil }
        return [entries[0].value, items[0], inner[0].value, last[0].value].compactMap { value in
            if case .scalar(let text) = value.content { text } else { nil }
        }
    }

    /// Bytes, since texts whose accents are composed otherwise are equal for Swift.
    private static func expectReadBack(_ text: String) throws {
        let texts = try #require(try readBack(text))
        #expect(texts.count == 4)
        for back in texts { #expect(Array(back.utf8) == Array(text.utf8), "of \(text.debugDescription)") }
    }

    @Test(arguments: [
        "", " ", "\n", "\n\n", "a\n", "a\n\n\n", "\na", "\n\n  a\nb", "  a\n b", "\ta\nb", "a\n  ", "a\n  \n",
        "a\n\t\nb", "a \nb",
        "true", "No", "~", "null", "1", "1.0", "0x10", "-", "- a", "a: b", "a:", "a #b", "a#b", "#a", "'a'", "\"a\"",
        "a\"b\\c", "---", "---\na", "...\n", "*a", "&a b", "!a", "%a", "@a", "`a`", "{a}", "[a]\n[b]", "? a", "| a\nb",
        "> a",
        "a\r\nb", "a\rb", "a\u{85}b\nc", "a\u{2028}b\nc", "\u{FEFF}a\nb", "a\u{0}b", "\u{1B}[31m", "\u{7F}\nx",
        "\u{FFFE}",
        "e\u{301}\n\u{301}", "👩‍👩‍👧\n👍🏽", "店: 茶 # 濃い", "\u{10FFFF}", "a ", "été", "${{ steps.a }}",
    ]) func textsComeBack(text: String) throws {
        try Self.expectReadBack(text)
    }

    /// Pieces that mean something to YAML, in any order.
    private static let pieces = [
        "\n", "\n", "\n\n", " ", "  ", "\t", "a", "word", ": ", ":", " #", "#", "- ", "'", "\"", "\\", "|", ">", "{",
        "]",
        "&", "*", "!", "%", "---", "...", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{0}", "\u{7}", "\u{9F}",
        "é", "e\u{301}", "店", "👩‍👩‍👧", "\u{10FFFF}", "true", "1", "~",
    ]

    @Test(arguments: 0..<200) func randomTextsComeBack(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        for _ in 0..<20 {
            let count = Int.random(in: 0..<14, using: &random)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
            try Self.expectReadBack(text)
        }
    }

    @Test func isReadable() {
        let file = YAMLWriter.write([
            ("name", .text("security")), ("yes", .text("a: b")), ("empty", .list([])), ("none", .mapping([])),
            ("text", .text("One.\n\nTwo: \"2\".\n")),
            ("list", .list([.text("first, of all"), .mapping([("a", .text("x")), ("b", .text("  y\nz"))])])),
        ])
        let expected = """
            name: security
            "yes": "a: b"
            empty: []
            none: {}
            text: |
              One.

              Two: "2".
            list:
              - first, of all
              - a: x
                b: |2-
                    y
                  z

            """
        #expect(file == expected)
    }
}

/// Small, and the same numbers for the same seed for ever (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
