import Testing
import TuttiCore
import TuttiObservability
import TuttiTesting

struct TracerTests {
    private let clock = ManualClock()
    private let spans = Collected<TraceSpan>()

    private func tracer(_ sampler: Sampler = .standard) -> Tracer {
        Tracer(sampler: sampler, clock: clock, random: LockedGenerator(SeededGenerator(seed: 1))) { [spans] in
            spans.add($0)
        }
    }

    @Test func spansStandBelowEachOther() async {
        let tracer = tracer()
        await tracer.span(SpanDraft("outer", kind: .server)) { outer in
            clock.advance(by: .milliseconds(5))
            #expect(TraceContext.current == outer.context)
            await tracer.span(SpanDraft("inner")) { inner in
                inner["count"] = 3
                inner.event("half way")
                clock.advance(by: .nanoseconds(1500))
                #expect(inner.context.trace == outer.context.trace)
            }
        }
        #expect(TraceContext.current == nil)
        let (inner, outer) = (spans.all[0], spans.all[1])
        #expect(inner.name == "inner" && inner.parent == outer.context.span && outer.parent == nil)
        #expect(outer.kind == .server && inner.kind == .internal)
        #expect(inner.start == outer.start + 5_000_000 && inner.end == inner.start + 1500 && inner.end == outer.end)
        #expect(inner.attributes["count"] == 3)
        #expect(inner.events.map(\.name) == ["half way"] && inner.events.first?.time == inner.start)
    }

    @Test func anErrorIsToldByItsTypeAlone() async {
        struct Planted: Error { var text = "planted-key" }
        let tracer = tracer()
        await #expect(throws: Planted.self) {
            try await tracer.span(SpanDraft("fails")) { _ in throw Planted() }
        }
        await #expect(throws: CancellationError.self) {
            try await tracer.span(SpanDraft("ends early")) { _ in throw CancellationError() }
        }
        #expect(spans.all.map { $0.attributes["error.type"] } == ["Planted", "cancelled"])
        #expect(spans.all.allSatisfy { $0.status == .error("") })
        #expect(!"\(spans.all)".contains("planted"))
    }

    @Test func endsOnceAndHearsNothingAfterwards() {
        let span = tracer().begin(SpanDraft("once"))
        span.end()
        span["late"] = true
        span.event("late")
        span.end()
        #expect(spans.all.count == 1 && spans.all[0].attributes.pairs.isEmpty && spans.all[0].events.isEmpty)
        #expect(!span.isRecorded)
    }

    @Test func followsWhoeverBeganTheTrace() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
        let unsampled = TraceContext.read(traceparent: [parent], tracestate: ["a=1"])
        let span = tracer().begin(SpanDraft("quiet"), parent: unsampled)
        span.set({ preconditionFailure("nobody will see them") }())
        span.end()
        #expect(spans.all.isEmpty)
        #expect(span.context.trace == unsampled?.trace && !span.context.isSampled && span.context.state == "a=1")
    }

    @Test func idsCanBeKnownBefore() throws {
        let trace = try #require(TraceID(UUIDBits(high: 1, low: 2)))
        let id = SpanID.derived(in: trace, from: "review#1/1")
        for _ in 0..<2 { tracer().begin(SpanDraft("step"), trace: trace, id: id).end() }
        #expect(Set(spans.all.map(\.context)).count == 1)
        #expect(spans.all[0].context.span == id && spans.all[0].context.trace == trace)
    }

    @Test func takesSpansThatWerePutTogetherElsewhere() {
        tracer().take(makeSpan("past"))
        #expect(spans.all.map(\.name) == ["past"])
    }

    @Test func holdsNoMoreThanItsLimits() {
        let span = tracer().begin(
            SpanDraft("full", links: fixedContext.map { link in (0..<200).map { _ in .init(link) } } ?? []))
        for index in 0..<200 {
            span["key.\(index)"] = 1
            span.event("event \(index)")
        }
        span["key.0"] = .string(String(repeating: "é", count: 9000))
        span.end()
        let ended = spans.all[0]
        #expect(ended.attributes.pairs.count == 128 && ended.attributes.dropped == 72)
        #expect(ended.events.count == 128 && ended.eventsDropped == 72)
        #expect(ended.links.count == 128 && ended.linksDropped == 72)
        guard case .string(let text)? = ended.attributes["key.0"] else { return #expect(Bool(false)) }
        #expect(text.utf8.count <= 4096 && text.hasSuffix("…"))
    }
}

struct SamplerTests {
    private let parent = fixedContext

    @Test func ratiosKeepTheirPart() {
        var random = SeededGenerator(seed: 3)
        let time = Timestamp(milliseconds: 1_763_645_106_120)
        // Identifiers of runs, whose first bits are hardly random.
        let traces = (0..<4000).compactMap { _ in TraceID(.version7(at: time, using: &random)) }
        let kept = traces.filter { Sampler.ratio(0.25).isSampled($0, parent: nil) }
        #expect((850...1150).contains(kept.count))
        #expect(kept.allSatisfy { Sampler.ratio(0.5).isSampled($0, parent: nil) })
        #expect(traces.allSatisfy { Sampler.ratio(1).isSampled($0, parent: nil) })
        #expect(!traces.contains { Sampler.ratio(0).isSampled($0, parent: nil) })
    }

    @Test func parentsDecideOnlyWhereTheyAreAsked() throws {
        let parent = try #require(parent)
        let quiet = parent.child(parent.span, isSampled: false)
        #expect(Sampler.parentBased(.never).isSampled(parent.trace, parent: parent))
        #expect(!Sampler.parentBased(.never).isSampled(parent.trace, parent: nil))
        #expect(!Sampler.parentBased(.always).isSampled(parent.trace, parent: quiet))
        #expect(Sampler.always.isSampled(parent.trace, parent: quiet))
        #expect(!Sampler.never.isSampled(parent.trace, parent: parent))
    }
}
