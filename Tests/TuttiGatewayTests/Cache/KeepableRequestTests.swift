import Testing
import TuttiCore

@testable import TuttiGateway

/// Which requests get one answer, and which never do.
struct KeepableRequestTests {
    private static func scope(_ dialect: CallDialect = .chat) -> AnswerScope {
        AnswerScope(tenant: "default", dialect: dialect, model: "smart")
    }

    private static func key(_ body: String, _ scope: AnswerScope = scope()) throws -> AnswerKey {
        try #require(KeepableRequest(Array(body.utf8), scope)).key
    }

    private static let plain = #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5}"#

    @Test(arguments: [
        #" { "temperature" : 0.50, "messages":[ {"content":"h\u0069","role":"user"} ] , "model":"smart" } "#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":5e-1,"stream":false}"#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"stream":null}"#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"user":"ada","store":true}"#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"metadata":{"a":"b"}}"#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"safety_identifier":"x"}"#,
        #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"prompt_cache_key":"x"}"#,
    ])
    func theSameInOtherWords(body: String) throws {
        #expect(try Self.key(body) == Self.key(Self.plain))
    }

    /// Two of these have never one name.
    @Test func whatDiffersIsTold() throws {
        var keys: [AnswerKey] = []
        for body in [
            Self.plain, #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"temperature":0.6}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}]}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"Hi"}]}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"é"}]}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"e\u0301"}]}"#,
            #"{"model":"smart","messages":[{"role":"system","content":"hi"}]}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"stream":true}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{}}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"seed":1}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"seed":"1"}"#,
            #"{"model":"smart","messages":[{"role":"user","content":"hi"}],"tools":[]}"#,
            #"{"model":"smart","messages":[]}"#,
        ] { keys.append(try Self.key(body)) }
        var scopes = [Self.scope(.messages), Self.scope(.responses)]
        for change: @Sendable (inout AnswerScope) -> Void in [
            { $0.tenant = "other" }, { $0.model = "fast" }, { $0.answerers = ["a/m"] },
            { $0.answerers = ["a/m", "b/m"] },
            { $0.headers = ["anthropic-version": "1"] }, { $0.headers = ["anthropic-beta": "1"] },
            { $0.guards = "cards" }, { ($0.tenant, $0.model) = ("", "defaultsmart") },
            { ($0.tenant, $0.model) = ("defaults", "mart") },
        ] {
            var scope = Self.scope()
            change(&scope)
            scopes.append(scope)
        }
        for scope in scopes { keys.append(try Self.key(Self.plain, scope)) }
        #expect(Set(keys).count == keys.count)
    }

    /// Responses tell what they were asked with, so nothing of a request is passed over.
    @Test(arguments: [#""metadata":{"a":"b"}"#, #""user":"ada""#, #""store":true"#])
    func whatAResponseTellsAgainCounts(member: String) throws {
        let scope = Self.scope(.responses)
        #expect(
            try Self.key(#"{"model":"smart","input":"hi",\#(member)}"#, scope)
                != Self.key(#"{"model":"smart","input":"hi"}"#, scope))
    }

    /// What two readers could read in two ways has no name: one would get the answer that the other was asked for.
    @Test(arguments: [
        "", "[]", "nothing", #"{"model":"smart""#, #"{"messages":[{"role":"user","content":"a","content":"b"}]}"#,
        #"{"a":{"b":{"c":1,"c":1}}}"#, #"{"seed":12345678901234567890}"#, #"{"seed":1e300}"#, #"{"a":1,"\u0061":2}"#,
    ])
    func whatIsNotExactHasNoKey(body: String) {
        #expect(KeepableRequest(Array(body.utf8), Self.scope()) == nil)
    }

    @Test(arguments: [#"{"a":1.0}"#, #"{"a":"b:c\":","d":{"e":[{"f":"{}"}]}}"#, #"{"a":9007199254740993}"#])
    func whatIsUnusualHasOne(body: String) {
        #expect(KeepableRequest(Array(body.utf8), Self.scope()) != nil)
    }

    @Test func aLargeRequestHasNone() {
        let text = String(repeating: "a", count: AnswerLimits.requestBytesMax)
        #expect(KeepableRequest(Array(#"{"a":"\#(text)"}"#.utf8), Self.scope()) == nil)
    }

    // MARK: Questions

    private static func question(
        _ body: String, _ dialect: CallDialect = .chat, embeddings: String = "e/m"
    ) throws -> AnswerQuestion? {
        try #require(KeepableRequest(Array(body.utf8), scope(dialect))).question(embeddings: embeddings)
    }

    @Test(arguments: [
        (CallDialect.chat, #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"Why?"}]}"#),
        (.chat, #"{"messages":[{"role":"user","content":[{"type":"text","text":"Why?"}]}]}"#),
        (.messages, #"{"messages":[{"role":"user","content":"Why?"}]}"#),
        (
            .messages,
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"Why?","cache_control":{"a":1}}]}]}"#
        ),
        (.responses, #"{"input":"Why?"}"#), (.responses, #"{"input":[{"role":"user","content":"Why?"}]}"#),
        (
            .responses,
            #"{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Why?"}]}]}"#
        ),
    ])
    func theLastWordOfAPersonIsAQuestion(dialect: CallDialect, body: String) throws {
        let question = try #require(try Self.question(body, dialect))
        #expect(question.text == "Why?")
        let other = try Self.question(body.replacing("Why?", with: "Why not?"), dialect)
        #expect(other?.text == "Why not?" && other?.kind == question.kind)
        #expect(try Self.question(body, dialect, embeddings: "e/other")?.kind != question.kind)
    }

    @Test(arguments: [
        #"{"messages":[]}"#, #"{"messages":"Why?"}"#, #"{"messages":[{"role":"user","content":""}]}"#,
        #"{"messages":[{"role":"user","content":[]}]}"#, #"{"messages":[{"role":"assistant","content":"Why?"}]}"#,
        #"{"messages":[{"role":"user","content":"Why?"},{"role":"tool","tool_call_id":"1","content":"x"}]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{}}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"x"}]}]}"#,
        #"{"messages":[{"role":"user","content":[{"type":"text","text":"a","citations":[]}]}]}"#,
    ])
    func allElseIsNone(body: String) throws {
        #expect(try Self.question(body) == nil)
    }

    @Test func aLongQuestionIsNone() throws {
        let text = String(repeating: "a", count: AnswerLimits.questionBytesMax)
        #expect(try Self.question(#"{"messages":[{"role":"user","content":"\#(text)"}]}"#)?.text == text)
        #expect(try Self.question(#"{"messages":[{"role":"user","content":"\#(text)a"}]}"#) == nil)
    }

    /// Only the last text may differ: all else says what an answer has to be.
    @Test func questionsOfOtherRequestsAreOfOtherKinds() throws {
        let bodies = [
            #"{"messages":[{"role":"user","content":"a"}]}"#,
            #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"}]}"#,
            #"{"messages":[{"role":"system","content":"t"},{"role":"user","content":"a"}]}"#,
            #"{"messages":[{"role":"user","content":"a"}],"temperature":1}"#,
            #"{"messages":[{"role":"user","content":"a"}],"stream":true}"#,
            #"{"messages":[{"role":"user","content":"x"},{"role":"user","content":"a"}]}"#,
            #"{"messages":[{"role":"user","name":"b","content":"a"}]}"#,
        ]
        let kinds = try bodies.map { try Self.question($0)?.kind }
        #expect(Set(kinds).count == kinds.count && !kinds.contains(nil))
    }
}
