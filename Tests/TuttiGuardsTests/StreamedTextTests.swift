import Testing
import TuttiCore
import TuttiModels

@testable import TuttiGuards

/// Wherever a text is cut, what comes out is what comes out of the whole.
struct StreamedTextTests {
    /// Things that are found, things that nearly are, and letters of several bytes.
    private static let words = [
        "ada@example.com", "4111 1111 1111 1111", "4111 1111", "DE89 3704 0044 0532 0130 00", "+49 30 1234567",
        "192.168.7.1", "2001:db8::1", "123-45-6789", "sk" + "-abcdefghijklmnopqrst0123", "x", " ", ". ", "\n", "→", "é",
        "postgres://ada:geheim@db", "ACME-123456", "ACME-12", "Nightshade", "nightshades", "12", "ssn 123456789",
        "-----BEGIN PRIVATE" + " KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
        "-----END PRIVATE KEY-----", "\\n", "\\", "\\u00e9", "\"",
        "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "foobar", "🙂", "a.b", "@", ":", "secret: word",
        "ada@müller.de", "ada@host.xn--p1ai", "-Bob", "2", "(", "+49 30 / 123456", "\u{A0}", "\u{2011}", " (0)", "a.",
        "+1 415 555 2671", "4111\u{A0}1111\u{A0}1111\u{A0}1111", "+2024-01-15", "ada@пример.рф", "hf" + "_a1",
    ]

    private static func guards() throws -> [Guard] {
        [
            try Redaction.finding(GuardKind.allCases),
            try Redaction.finding([], [#"\bNightshade\b"#, #"ACME-\d{6}"#, #"(?<=foo)bar"#, #"(?i)secret:\s+\w+$"#]),
        ]
    }

    @Test(arguments: 0..<200)
    func cutsChangeNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = (0..<Int.random(in: 1...30, using: &random))
            .map { _ in Self.words[Int.random(in: 0..<Self.words.count, using: &random)] }.joined()
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...12, using: &random))
            pieces.append(String(piece))
            rest = rest[piece.endIndex...]
        }
        let guards = try Self.guards()
        #expect(try Redaction.pieces(pieces, guards).text == (try Redaction.whole(text, guards)), "\(pieces)")
    }

    @Test func longTextsAreForgotten() throws {
        let guards = try Self.guards()
        let pieces = (0..<3000).map { "word \($0), " } + ["4111 11", "11 1111 1111", " foo", "bar"]
        let (text, account) = try Redaction.pieces(pieces, guards)
        #expect(text == (try Redaction.whole(pieces.joined(), guards)))
        #expect(text.hasSuffix("[CREDIT_CARD] foo[WORDS]") && account.text == "words=redacted:2")
    }

    /// A text without anything goes out as it comes, but for its last word.
    @Test func littleIsHeldBack() throws {
        var answer = GuardedAnswer(Redaction.search(try Self.guards()))
        #expect(try answer.take(.text("Good morning, "), Redaction.still) == [.text("Good morning, ")])
        #expect(try answer.take(.text("Ada"), Redaction.still) == [])
        #expect(try answer.take(.text("! It"), Redaction.still) == [.text("Ada! ")])
        let (usage, end) = (ModelEvent.usage(ModelUsage(output: 3)), ModelEvent.finished(.stop, native: nil))
        #expect(try answer.take(usage, Redaction.still) == [])
        #expect(try answer.take(end, Redaction.still) == [.text("It"), usage, end])
    }

    @Test func whatIsRefusedNeverGoesOut() throws {
        let refusing = Guard("cards", kinds: [.creditCard], does: .refuse)
        var answer = GuardedAnswer(Redaction.search([refusing]))
        #expect(try answer.take(.text("It is 4111 11"), Redaction.still) == [.text("It is ")])
        do {
            _ = try answer.take(.text("11 1111 1111."), Redaction.still)
            Issue.record("a card went through")
        } catch {
            #expect(error == GuardRefusal("cards", .found("credit_card"), in: nil, of: .answer))
            #expect(!error.message.contains("4111"))
        }
        #expect(answer.account.text == "cards=refused:1")
    }

    /// Thoughts, and arguments of tools that come by turns, are texts of their own; seals stay as they are.
    @Test func everyVoiceIsHeard() throws {
        var answer = GuardedAnswer(Redaction.search([try Redaction.finding([.creditCard])]))
        let seal = ProviderSeal(dialect: "messages", value: "4111 1111 1111 1111")
        func call(_ index: Int, _ arguments: String, begins: Bool = false) -> ModelEvent {
            let start = begins ? ToolCallDelta.Start(id: "c\(index)", name: "pay") : nil
            return .toolCall(ToolCallDelta(index: index, start: start, arguments: arguments))
        }
        let events: [ModelEvent] = [
            .reasoning("so 4111 1111"), .reasoning(" 1111 1111"), .reasoningSeal(seal),
            call(0, "{\"n\":\"4111", begins: true),
            call(1, "{\"n\":\"5555", begins: true), call(0, "111111111111\"}"), call(1, "555555554444"), call(1, "\"}"),
            .finished(.toolCalls, native: nil),
        ]
        let passed = try events.flatMap { try answer.take($0, Redaction.still) }
        let texts = passed.reduce(into: [String: String]()) { texts, event in
            switch event {
            case .reasoning(let text): texts["thought", default: ""] += text
            case .toolCall(let piece): texts["\(piece.index)", default: ""] += piece.arguments
            default: break
            }
        }
        #expect(
            texts == [
                "thought": "so [CREDIT_CARD]", "0": #"{"n":"[CREDIT_CARD]"}"#, "1": #"{"n":"[CREDIT_CARD]"}"#,
            ])
        #expect(passed.contains(.reasoningSeal(seal)) && answer.account.text == "words=redacted:3")
    }
}
