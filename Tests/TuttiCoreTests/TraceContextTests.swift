import Testing
import TuttiCore

private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
private let span = "00f067aa0ba902b7"

struct TraceContextTests {
    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-011",
        "00-\(trace)-\(span)-01-more", "ff-\(trace)-\(span)-01", "0-\(trace)-\(span)-001",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-0G", "00_\(trace)_\(span)_01",
        " 00-\(trace)-\(span)-01", "01-\(trace)-\(span)-01more", "00-\(trace)é\(span)-01", "0x-\(trace)-\(span)-01",
    ])
    func beginsANewTraceFor(broken: String) {
        #expect(TraceContext.read(traceparent: [broken]) == nil)
    }

    @Test func takesOneParentOnly() {
        let parent = "00-\(trace)-\(span)-01"
        #expect(TraceContext.read(traceparent: []) == nil)
        #expect(TraceContext.read(traceparent: [parent, parent]) == nil)
    }

    @Test(arguments: [("00", false), ("01", true), ("03", true), ("fe", false), ("ff", true)])
    func knowsWhetherTheTraceIsRecorded(flags: String, isSampled: Bool) throws {
        let context = try #require(TraceContext.read(traceparent: ["00-\(trace)-\(span)-\(flags)"]))
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent == "00-\(trace)-\(span)-\(isSampled ? "01" : "00")")
    }

    @Test(arguments: [
        "01-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-the-future-brings", "fe-\(trace)-\(span)-01-",
    ])
    func toleratesLaterVersionsAndAnswersInItsOwn(parent: String) throws {
        let context = try #require(TraceContext.read(traceparent: [parent]))
        #expect(context.traceparent == "00-\(trace)-\(span)-01")
    }

    @Test func childrenStayInTheTrace() throws {
        let context = try #require(
            TraceContext.read(traceparent: ["00-\(trace)-\(span)-01"], tracestate: ["congo=t61rcWkgMzE"]))
        var random = SeededGenerator(seed: 1)
        let child = context.child(using: &random)
        #expect(child.trace == context.trace && child.span != context.span)
        #expect(child.isSampled && child.state == "congo=t61rcWkgMzE")
    }

    @Test(arguments: ["", "congo=t61rcWkgMzE,rojo=a b"])
    func isTheSameAgainFromItsText(state: String) throws {
        let context = try #require(TraceContext.read(traceparent: ["00-\(trace)-\(span)-01"], tracestate: [state]))
        #expect(context.state == state && TraceContext.read(context.text) == context)
    }

    @Test(arguments: ["", " ", "rojo=1", "\(trace) rojo=1"]) func isNothingFromOtherTexts(text: String) {
        #expect(TraceContext.read(text) == nil)
    }

    @Test func followsTheTask() async {
        #expect(TraceContext.current == nil)
        let context = TraceContext.read(traceparent: ["00-\(trace)-\(span)-01"])
        await TraceContext.$current.withValue(context) {
            async let seen = TraceContext.current
            #expect(await seen == context)
        }
        #expect(TraceContext.current == nil)
    }
}

struct TraceStateTests {
    private func state(_ values: String...) -> String? {
        TraceContext.read(traceparent: ["00-\(trace)-\(span)-01"], tracestate: values)?.state
    }

    @Test(arguments: [
        "=1", "a", "a=", "A=1", "1a=1", "a b=1", "a=1=2", "a=1,a=2", "a@b@c=1", "@a=1", "a@=1", "a@1b=1", "a=\u{7F}",
        "a=é", "a=\u{1}", String(repeating: "k", count: 257) + "=1", "k=" + String(repeating: "v", count: 257),
        "t@" + String(repeating: "s", count: 15) + "=1", (0..<33).map { "k\($0)=1" }.joined(separator: ","),
    ])
    func isLeftOutWhenBroken(list: String) {
        #expect(state(list)?.isEmpty == true)
    }

    @Test func keepsTheOrderOfAllFields() {
        #expect(state("rojo=1 ,\t congo=2", "", "1a@b_-*/=x y") == "rojo=1,congo=2,1a@b_-*/=x y")
        #expect(state(", ,a=1,,") == "a=1")
        #expect(state((0..<32).map { "k\($0)=1" }.joined(separator: ","))?.hasSuffix("k31=1") == true)
    }

    @Test func shortensByWholeMembersLongOnesFirst() {
        let long = "long=" + String(repeating: "x", count: 200)
        let short = (0..<8).map { "s\($0)=" + String(repeating: "y", count: 50) }
        #expect(state(([long] + short).joined(separator: ",")) == short.joined(separator: ","))
        let many = (0..<20).map { "s\($0)=" + String(repeating: "y", count: 50) }
        let kept = state(many.joined(separator: ",")) ?? ""
        #expect(kept.utf8.count <= 512 && !kept.isEmpty && many.joined(separator: ",").hasPrefix(kept + ","))
    }
}

struct TraceIdentifierTests {
    @Test func aRunNamesItsTrace() throws {
        var random = SeededGenerator(seed: 7)
        let time = Timestamp(milliseconds: 1_763_645_106_120)
        let run = RunID(at: time, using: &random)
        var again = SeededGenerator(seed: 7)
        let bits = UUIDBits.version7(at: time, using: &again)
        #expect(run.bits == bits)
        let trace = try #require(TraceID(bits))
        #expect(trace.description == bits.canonicalText.filter { $0 != "-" })
        #expect(TraceID(trace.description) == trace)
    }

    @Test(arguments: ["run_8zzzzzzzzzzzzzzzzzzzzzzzzz", "run_1", "run_u0000000000000000000000000"])
    func hasNoBitsWhenItIsNotWellFormed(text: String) {
        #expect(RunID(trusted: text).bits == nil)
    }

    @Test func readsTheLargestIdentifier() {
        #expect(RunID(trusted: "run_7zzzzzzzzzzzzzzzzzzzzzzzzz").bits == UUIDBits(high: .max, low: .max))
    }

    @Test func isNeverAllZero() {
        #expect(TraceID(UUIDBits(high: 0, low: 0)) == nil && SpanID(0) == nil)
        #expect(TraceID(UUIDBits(high: 0, low: 1))?.description == String(repeating: "0", count: 31) + "1")
    }

    @Test func derivedSpansRepeat() throws {
        let trace = try #require(TraceID(UUIDBits(high: 1, low: 2)))
        let other = try #require(TraceID(UUIDBits(high: 1, low: 3)))
        let step = SpanID.derived(in: trace, from: "review#1/1")
        #expect(step == SpanID.derived(in: trace, from: "review#1/1"))
        #expect(step != SpanID.derived(in: trace, from: "review#1/2"))
        #expect(step != SpanID.derived(in: other, from: "review#1/1"))
    }
}
