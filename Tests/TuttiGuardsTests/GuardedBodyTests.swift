import Testing
import TuttiCore

@testable import TuttiGuards

/// Bodies are looked through wherever words may stand, and what is replaced changes nothing else.
struct GuardedBodyTests {
    private static func request(_ body: String, _ guards: [Guard]) throws(GuardedBody.Failure) -> String? {
        try GuardedBody.request(Array(body.utf8), GuardSet(guards), Redaction.still).bytes.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static let cards = [Guard("cards", kinds: [.creditCard], does: .redact)]

    @Test(arguments: [
        (#"{ "a" : "pay 4111111111111111" , "b": 1.50e3 }"#, #"{ "a" : "pay [CREDIT_CARD]" , "b": 1.50e3 }"#),
        (#"{"a":["x",{"b":"4111 1111 1111 1111"}]}"#, #"{"a":["x",{"b":"[CREDIT_CARD]"}]}"#),
        (#"{"a":"\u00e9\n\u0034111111111111111\t\ud83d\ude42\/"}"#, #"{"a":"\u00e9\n[CREDIT_CARD]\t\ud83d\ude42\/"}"#),
        (#"{"a":"\ud83d 4111111111111111"}"#, #"{"a":"\ud83d [CREDIT_CARD]"}"#),
        (#"{"a":"{\"n\":\"\\n4111111111111111\"}"}"#, #"{"a":"{\"n\":\"\\n[CREDIT_CARD]\"}"}"#),
        (#"{"input":{"id":"4111111111111111"}}"#, #"{"input":{"id":"[CREDIT_CARD]"}}"#),
        (#"{"input":{"card":4111111111111111}}"#, #"{"input":{"card":"[CREDIT_CARD]"}}"#),
        (#"{"source":{"data":"card 4111111111111111"}}"#, #"{"source":{"data":"card [CREDIT_CARD]"}}"#),
        (#"{"i\u0064":"4111111111111111"}"#, #"{"i\u0064":"[CREDIT_CARD]"}"#),
    ])
    func stringsAreReplaced(body: String, wanted: String) throws {
        #expect(try Self.request(body, Self.cards) == wanted)
    }

    /// Names that programs have for things, and what is sealed or drawn.
    @Test func whatIsNoWordsIsLeftAlone() throws {
        let long = String(repeating: "A", count: 300) + "+4111111111111111"
        for body in [
            #"{"model":"4111111111111111","role":"4111111111111111"}"#,
            #"{"messages":[{"tool_call_id":"4111111111111111"}],"input":[{"id":"4111111111111111"}]}"#,
            #"{"data":"\#(long)","x":{"signature":"\#(long)"}}"#, #"{"url":"data:image/png;base64,\#(long)"}"#,
        ] {
            #expect(try Self.request(body, Self.cards) == nil)
        }
        let dashed = long.replacing("+", with: "-")  // in front of the card, as base64 for addresses has it
        for text in [
            #"{"url":"data:text/plain,4111111111111111"}"#, #"{"text":"data:a;base64,\#(dashed)"}"#,
            #"{"input":{"url":"data:a;base64,\#(dashed)"}}"#,
        ] {
            #expect(try Self.request(text, Self.cards)?.contains("[CREDIT_CARD]") == true)
        }
    }

    @Test(arguments: [
        #"{"a":"\x41"}"#, #"{"a":"\u00g0"}"#, #"{"a":"\"}"#, #"{"a":words}"#, #"{"a":nul}"#,
        "{", #"{"a":}"#, #"{"a":"x"} y"#, #"{"a" "b"}"#, #"{"a":"x}"#, #"{"a":['x']}"#, #"{a:"x"}"#,
        String(repeating: "[", count: 200) + String(repeating: "]", count: 200), "",
    ])
    func whatIsNoJSONIsNotRead(body: String) {
        #expect(throws: GuardedBody.Failure.self) { try Self.request(body, Self.cards) }
    }

    @Test func whatIsNoUTF8IsNotRead() {
        let body = Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(throws: GuardedBody.Failure.self) {
            try GuardedBody.request(body, GuardSet(Self.cards), Redaction.still)
        }
    }

    @Test func hugeBodiesAreRead() throws {
        let line = #""a \"quoted\" word and another one","#
        let body = #"{"a":["# + String(repeating: line, count: 30_000) + #""4111111111111111"]}"#
        let changed = try #require(try Self.request(body, Self.cards))
        #expect(changed == body.replacing("4111111111111111", with: "[CREDIT_CARD]"))
    }

    /// The member is named, and never what stands in it.
    @Test func aRefusalNamesTheMember() throws {
        let guards = [Guard("secrets", kinds: [.email], does: .refuse)]
        let body = #"{"messages":[{"content":"x"},{"content":[{"ada@x.org":{"text":"ada@example.com"}}]}]}"#
        do throws(GuardedBody.Failure) {
            _ = try Self.request(body, guards)
            Issue.record("it went through")
        } catch {
            guard case .refused(let refusal) = error.reason else { throw error }
            #expect(
                refusal
                    == GuardRefusal("secrets", .found("email"), in: "messages[1].content[0].*.text", of: .request))
            #expect(
                refusal.message == "the guard 'secrets' lets no email through, and there is one in "
                    + "'messages[1].content[0].*.text'; take it out and ask again")
            #expect(error.account.text == "secrets=refused:1")
        }
    }

    @Test(
        arguments: [
            ([GuardSizes.Size.requestBytes: 10], GuardSizes.Size.requestBytes, nil, 95),
            ([.messages: 1], .messages, "messages", 2), ([.inputTokens: 3], .inputTokens, nil, 4),
            ([.outputTokens: 99], .outputTokens, "max_tokens", 100),
        ] as [([GuardSizes.Size: Int64], GuardSizes.Size, String?, Int64)])
    func sizesAreLimited(
        limits: [GuardSizes.Size: Int64], size: GuardSizes.Size, member: String?, count: Int64
    ) throws {
        let body = #"{"model":"m","max_tokens":100,"messages":[{"content":"hello there"},{"content":["x"]}],"i":[1]}"#
        let guards = [Guard("sizes", sizes: GuardSizes(limits), does: .refuse)]
        do throws(GuardedBody.Failure) {
            _ = try Self.request(body, guards)
            Issue.record("it went through")
        } catch {
            guard case .refused(let refusal) = error.reason else { throw error }
            let max = try #require(limits[size])
            #expect(refusal == GuardRefusal("sizes", .tooLarge(size, is: count, max: max), in: member, of: .request))
        }
        let wide = GuardSizes(limits.mapValues { _ in 1000 })
        #expect(try Self.request(body, [Guard("sizes", sizes: wide, does: .refuse)]) == nil)
    }

    /// Tokens are not there to be read, but they can be counted.
    @Test func tokensAreCounted() throws {
        let guards = [Guard("sizes", sizes: GuardSizes([.inputTokens: 4]), does: .refuse)]
        #expect(try Self.request(#"{"input":[[1,2],[3,4]]}"#, guards) == nil)
        let refusal = GuardRefusal("sizes", .tooLarge(.inputTokens, is: 5, max: 4), in: nil, of: .request)
        #expect(try Self.refusal(of: #"{"input":[[1,2],[3,4,5]]}"#, guards) == refusal)
        #expect(try Self.refusal(of: #"{"input":[1,2,3,4,5]}"#, guards) == refusal)
    }

    /// What cannot be compared with a limit could be anything.
    @Test func sizesAreNumbers() throws {
        let guards = [Guard("sizes", sizes: GuardSizes([.outputTokens: 99]), does: .refuse)]
        for value in ["1e19", "\"100000\"", "[1]", "true"] {
            let refusal = try #require(try Self.refusal(of: #"{"max_tokens":\#(value)}"#, guards))
            #expect(
                refusal == GuardRefusal("sizes", .uncounted(.outputTokens, max: 99), in: "max_tokens", of: .request))
            #expect(refusal.message.contains("'max_tokens' is no such number; write one"))
        }
        #expect(try Self.refusal(of: #"{"max_tokens":null,"max_output_tokens":98.5}"#, guards) == nil)
        #expect(try Self.refusal(of: #"{"max_tokens":"many"}"#, Self.cards) == nil)
    }

    private static func refusal(of body: String, _ guards: [Guard]) throws -> GuardRefusal? {
        do throws(GuardedBody.Failure) {
            _ = try request(body, guards)
            return nil
        } catch {
            guard case .refused(let refusal) = error.reason else { throw error }
            return refusal
        }
    }

    /// The tokens of an answer with their likelihoods say its text once more.
    @Test func likelihoodsGoWithWhatIsReplaced() throws {
        let answer = Self.answer
        let body =
            #"{"content":"4111111111111111","logprobs":{"content":[{"token":"4111"}]},"#
            + #""x":{"logprobs":[{"token":"4"}]}}"#
        #expect(try answer(body) == #"{"content":"[CREDIT_CARD]","logprobs":null,"x":{"logprobs":[]}}"#)
        #expect(try answer(body.replacing("4111111111111111", with: "fine")) == nil)
    }

    private static func answer(_ body: String) throws -> String? {
        let search = GuardSearch(cards, in: .answer)
        let changed = try GuardedBody.answer(Array(body.utf8), search, Redaction.still).bytes
        return changed.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A member may have that name and be something else, or stand within another one.
    @Test(arguments: [
        (#"{"logprobs":{"logprobs":1},"a":"4111111111111111"}"#, #"{"logprobs":null,"a":"[CREDIT_CARD]"}"#),
        (#"{"logprobs":{"logprobs":[1],"b":"4111111111111111"}}"#, #"{"logprobs":null}"#),
        (
            #"{"logprobs":[{"logprobs":[]},{"logprobs":{}}],"a":"4111111111111111"}"#,
            #"{"logprobs":[],"a":"[CREDIT_CARD]"}"#
        ),
        (#"{"logprobs":"4111111111111111"}"#, #"{"logprobs":"[CREDIT_CARD]"}"#),
        (#"{"input":{"logprobs":"4111111111111111"}}"#, #"{"input":{"logprobs":"[CREDIT_CARD]"}}"#),
        (#"{"input":{"logprobs":["x"],"a":"4111111111111111"}}"#, #"{"input":{"logprobs":["x"],"a":"[CREDIT_CARD]"}}"#),
    ])
    func likelihoodsAreLookedThrough(body: String, wanted: String) throws {
        #expect(try Self.answer(body) == wanted)
    }

    @Test func accountsAreCompared() {
        var account = GuardAccount()
        account.add("a", "reported")
        let before = account
        account.add("b", "reported", count: 2)
        #expect(account.since(before).text == "b=reported:2" && account.since(account).isEmpty)
        account.add("a", "reported")
        #expect(account.since(before).text == "a=reported:1,b=reported:2")
    }

    @Test func accountsAreShort() {
        var account = GuardAccount()
        for index in 0..<40 { account.add("guard-\(index)", "redacted", count: index + 1) }
        account.add("guard-0", "redacted")
        #expect(account.text.hasPrefix("guard-0=redacted:2,guard-1=redacted:2,"))
        #expect(account.text.utf8.count <= 200)
        #expect(account.text.hasSuffix(",guard-9=redacted:10,more=30"), "\(account.text)")
    }
}
