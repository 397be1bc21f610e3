import FoundationEssentials
import Testing
import TuttiCore
import TuttiObservability

struct OTLPTraceEncoderTests {
    private let encoder = OTLPTraceEncoder(resource: ["service.name": "x"], version: "1")

    private func text(_ span: TraceSpan) -> String { String(decoding: encoder.encode([span]), as: UTF8.self) }

    @Test func writesWhatCollectorsRead() {
        var span = makeSpan(
            "chat m",
            attributes: ["gen_ai.usage.input_tokens": 5, "gen_ai.response.finish_reasons": .strings(["stop"])])
        span.add(TraceSpan.Event(time: 1, name: "exception"))
        span.status = .error("e")
        #expect(
            text(span) == """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"x"}}]},\
                "scopeSpans":[{"scope":{"name":"tutti","version":"1"},"spans":[{\
                "traceId":"000102030405060708090a0b0c0d0e0f","spanId":"0001020304050607","parentSpanId":"",\
                "flags":1,"name":"chat m","kind":1,"startTimeUnixNano":"1700000000000000000",\
                "endTimeUnixNano":"1700000000100000000","attributes":[{"key":"gen_ai.usage.input_tokens",\
                "value":{"intValue":"5"}},{"key":"gen_ai.response.finish_reasons","value":{"arrayValue":{"values":[\
                {"stringValue":"stop"}]}}}],"events":[{"timeUnixNano":"1","name":"exception","attributes":[]}],\
                "links":[],"status":{"code":2,"message":"e"}}]}]}]}
                """)
    }

    @Test(arguments: [
        (SpanValue.string("a\"\\\n\u{1}é"), #"{"stringValue":"a\"\\\n\u0001é"}"#),
        (.bool(true), #"{"boolValue":true}"#),
        (.int(.max), #"{"intValue":"9223372036854775807"}"#), (.double(0.5), #"{"doubleValue":0.5}"#),
        (.double(.nan), #"{"doubleValue":"NaN"}"#), (.double(-.infinity), #"{"doubleValue":"-Infinity"}"#),
        (.strings([]), #"{"arrayValue":{"values":[]}}"#),
    ])
    func writesValues(value: SpanValue, expected: String) {
        #expect(text(makeSpan(attributes: ["a": value])).contains(#"{"key":"a","value":\#(expected)}"#))
    }

    @Test func kindsAndStatusesAreNumbers() throws {
        let context = try #require(fixedContext)
        for (kind, number) in [
            (TraceSpan.Kind.internal, 1), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5),
        ] {
            let span = TraceSpan(context: context, parent: context.span, name: "k", kind: kind, start: 1, end: 2)
            #expect(text(span).contains(#""kind":\#(number),"#))
            #expect(text(span).contains(#""parentSpanId":"0001020304050607""#))
            #expect(text(span).hasSuffix(#""status":{}}]}]}]}"#))
        }
        var span = makeSpan()
        span.status = .ok
        #expect(text(span).contains(#""status":{"code":1}"#))
    }

    @Test func tellsHowMuchWasLeftOut() throws {
        let context = try #require(fixedContext)
        var span = TraceSpan(
            context: context, parent: nil, name: "n", start: 1, end: 2,
            links: (0..<130).map { _ in TraceSpan.Link(context, attributes: ["why": "batch"]) })
        for _ in 0..<129 { span.add(TraceSpan.Event(time: 3, name: "e", attributes: ["a": 1])) }
        for index in 0..<131 { span.attributes["k\(index)"] = 1 }
        let text = text(span)
        #expect(text.contains(#""droppedAttributesCount":3"#))
        #expect(text.contains(#""droppedEventsCount":1"#) && text.contains(#""droppedLinksCount":2"#))
        _ = try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test func aSecretIsNotInIt() throws {
        let redactions = Redactions([SecretText("planted-key")])
        let encoder = OTLPTraceEncoder(resource: [:], version: "1", redactions: redactions)
        var span = makeSpan("a planted-key", attributes: ["planted-key": "x", "b": .strings(["planted-key"])])
        span.attributes["c"] = SpanValue(SecretText("planted-key"))
        span.add(TraceSpan.Event(time: 1, name: "e", attributes: ["d": "key=planted-key&"]))
        span.status = .error("no planted-key")
        let text = String(decoding: encoder.encode([span]), as: UTF8.self)
        #expect(!text.contains("planted"))
        #expect(text.contains(#""name":"a [secret]""#) && text.contains(#""message":"no [secret]""#))
    }
}
