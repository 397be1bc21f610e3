import Synchronization
import Testing
import TuttiCore
import TuttiObservability
import TuttiTesting

private struct Unreachable: Error {}

struct OTLPTraceExporterTests {
    private let clock = HastyClock()
    private let requests = Collected<OTLPRequest>()

    /// Answers one after the other, the last for ever; `nil` is none.
    private func export(_ answers: [OTLPAnswer?]) async -> SpanExportOutcome {
        var settings = OTLPSettings(endpoint: "http://c:4318/v1/traces")
        settings.headers = [OTLPHeader("x-key", "planted-key")]
        settings.exportTimeout = .seconds(100_000)
        settings.requestTimeout = .seconds(50_000)
        let exporter = OTLPTraceExporter(
            settings: settings, version: "1", clock: NeverLate(clock),
            random: LockedGenerator(SeededGenerator(seed: 1))
        ) { [requests] request in
            let count = requests.add(request)
            guard let answer = answers[min(count, answers.count) - 1] else { throw Unreachable() }
            return answer
        }
        return await exporter.export([makeSpan(), makeSpan()])
    }

    @Test(arguments: [400, 401, 403, 404, 413, 500, 501, 302, 100])
    func givesUpAtOnce(status: Int) async {
        #expect(await export([OTLPAnswer(status: status, retryAfter: "1")]) == .dropped(.refused))
        #expect(requests.all.count == 1 && clock.uptime() == .zero)
    }

    @Test(arguments: [429, 502, 503, 504])
    func triesAgainWhenItIsAskedTo(status: Int) async {
        let busy = OTLPAnswer(status: status, retryAfter: "7")
        #expect(await export([busy, busy, OTLPAnswer(status: 200)]) == .exported(rejected: 0))
        #expect(requests.all.count == 3 && clock.uptime() == .seconds(14))
    }

    @Test func triesAgainWhenNobodyAnswers() async {
        #expect(await export([nil, OTLPAnswer(status: 200)]) == .exported(rejected: 0))
        #expect(requests.all.count == 2 && clock.uptime() <= .seconds(1))
    }

    @Test func losesPatience() async {
        #expect(await export([nil]) == .dropped(.unreachable))
        #expect(requests.all.count == 5 && clock.uptime() <= .seconds(1 + 2 + 4 + 8))
    }

    @Test(arguments: ["99999", "9999999999999999999999"])
    func neverWaitsForVeryLong(retryAfter: String) async {
        _ = await export([OTLPAnswer(status: 503, retryAfter: retryAfter), OTLPAnswer(status: 200)])
        #expect(clock.uptime() <= .seconds(30))
    }

    @Test(arguments: [
        (#"{}"#, 0), ("", 0), ("no json", 0), (#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":""}}"#, 1),
        (#"{"partialSuccess":{"rejectedSpans":2}}"#, 2), (#"{"partialSuccess":{}}"#, 0),
    ])
    func readsHowManyWereRefused(body: String, rejected: Int) async {
        #expect(await export([OTLPAnswer(status: 200, body: Array(body.utf8))]) == .exported(rejected: rejected))
    }

    @Test func postsJSONWithItsKeys() async {
        _ = await export([OTLPAnswer(status: 200)])
        let request = requests.all[0]
        #expect(request.url == "http://c:4318/v1/traces")
        #expect(request.headers.map(\.name) == ["Content-Type", "x-key"])
        #expect(request.headers.map(\.value.revealed) == ["application/json", "planted-key"])
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(#"{"resourceSpans":["#))
        #expect(!"\(request)".contains("planted"))
    }

    @Test func oneBatchTakesNoLongerThanItsLimit() async {
        let clock = ManualClock()
        var settings = OTLPSettings(endpoint: "http://c/v1/traces")
        settings.requestTimeout = .seconds(60)
        let exporter = OTLPTraceExporter(settings: settings, version: "1", clock: clock) { _ in
            try await clock.sleep(for: .seconds(1000))  // an answer that never comes
            return OTLPAnswer(status: 200)
        }
        async let outcome = exporter.export([makeSpan()])
        await clock.untilSleeping(3)  // the answer, and the two limits
        clock.advance(by: .seconds(30))
        #expect(await outcome == .dropped(.unreachable))
    }
}
