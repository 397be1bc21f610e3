import FoundationEssentials
import Testing
import TuttiCore
import TuttiReadings
import TuttiStore
import TuttiTeams

@testable import TuttiTerminal

@Suite("From events to progress")
struct ProgressTranslatorTests {
    /// What reaches a display: hints of steps that start, and events, in any order between the two.
    enum News: Sendable, Hashable {
        case start(String)
        case event(String, key: String, JSONValue)
    }

    private static let noCounts: JSONValue = ["critical": 0, "high": 1, "medium": 0, "low": 0]

    /// Two rounds of two critics, one of which fails in the second.
    private static let events: [News] = [
        .event("run.started", key: "", [:]),
        .event("critic.completed", key: "review#1/a/review#1", ["round": 1, "critic": "a", "counts": noCounts]),
        .event("step.completed", key: "review#1/a/review#1", [:]),
        .event("critic.completed", key: "review#1/b/review#1", ["round": 1, "critic": "b", "counts": noCounts]),
        .event("round.judged", key: "judge#1", ["round": 1, "reason": "go on", "counts": noCounts]),
        .event("moderator.completed", key: "refine#1", ["round": 1, "edits": 1, "inserted": 2, "deleted": 1]),
        .event("step.retrying", key: "review#2/b/review#1", ["message": "once more"]),
        .event("critic.completed", key: "review#2/a/review#1", ["round": 2, "critic": "a", "counts": noCounts]),
        .event("step.failed", key: "review#2/b/review#1", ["message": "gone"]),
        .event("round.judged", key: "judge#2", ["round": 2, "reason": "enough", "counts": noCounts]),
    ]

    private static let starts: [News] = [
        .start("review#1/a/review#1"), .start("review#1/b/review#1"), .start("judge#1"), .start("refine#1"),
        .start("review#2/a/review#1"), .start("review#2/b/review#1"), .start("review#2/b/review#1"), .start("judge#2"),
    ]

    private func progress(of news: [News]) throws -> [RoundtableProgress] {
        var translator = ProgressTranslator(maximum: 3)
        var progress: [RoundtableProgress] = []
        var dice = Dice(seed: 0)
        let run = RunID(at: Timestamp(milliseconds: 0), using: &dice)
        for (index, item) in news.enumerated() {
            switch item {
            case .start(let key): progress += translator.started(key, at: .seconds(index))
            case .event(let type, let key, let data):
                let event = RunEvent(
                    run: run, n: Int64(index), type: type, key: key.isEmpty ? nil : key,
                    data: try CanonicalJSON.encode(data), time: Timestamp(milliseconds: 0))
                progress += translator.translate(event, at: .seconds(index))
            }
        }
        return progress
    }

    /// Without what depends on the moment.
    private func lines(of progress: [RoundtableProgress]) -> [String] {
        progress.map { item in
            switch item {
            case .triedAgain(let who, let message): "\(who) again: \(message)"
            case .recalled(let findings): "\(findings) recalled"
            case .roundStarted(let round, _): "round \(round)"
            case .criticStarted(let id): "\(id) starts"
            case .criticFinished(let id, _, _): "\(id) ends"
            case .criticFailed(let id, let message): "\(id) fails: \(message)"
            case .verdict(let text): text
            case .moderatorStarted: "moderator starts"
            case .moderatorFinished(let inserted, let deleted): "moderator ends +\(inserted) -\(deleted)"
            case .finished(let ending): ending.rawValue
            }
        }
    }

    @Test func saysWhoIsAskedAgain() {
        let translator = ProgressTranslator(maximum: 3)
        let error = StepError(code: "overloaded", message: "too much to do", origin: "")
        let keys = ["review#1/a/ask#1", "review#1/b/part#1/3/ask#1", "moderator#2/ask#1", "judge#1"]
        #expect(
            lines(of: keys.flatMap { translator.retrying($0, error) }) == [
                "a again: too much to do", "b again: too much to do", "the moderator again: too much to do",
            ])
    }

    private static let inOrder = [
        "round 1", "a starts", "b starts", "a ends", "b ends", "go on", "moderator starts", "moderator ends +2 -1",
        "round 2", "a starts", "b starts", "a ends", "b fails: gone", "enough",
    ]

    @Test func tellsARoundtableInItsOrder() throws {
        let news =
            [Self.events[0], Self.starts[0], Self.starts[1]] + Self.events[1...4] + [Self.starts[3], Self.events[5]]
            + Self.starts[4...6] + Self.events[6...]
        #expect(lines(of: try progress(of: news)) == Self.inOrder)
    }

    @Test func needsNoHintAtAll() throws {
        let lines = lines(of: try progress(of: Self.events))
        #expect(lines.sorted() == Self.inOrder.sorted())
        expectOrder(lines)
    }

    @Test("any order of hints and events tells the same", arguments: 0..<200)
    func interleaved(seed: Int) throws {
        var random = Dice(seed: UInt64(seed))
        var (starts, events) = (Self.starts[...], Self.events[...])
        var news: [News] = []
        while !starts.isEmpty || !events.isEmpty {
            let takesStart = events.isEmpty || !starts.isEmpty && Bool.random(using: &random)
            if let next = takesStart ? starts.popFirst() : events.popFirst() { news.append(next) }
        }
        let lines = lines(of: try progress(of: news))
        #expect(lines.sorted() == Self.inOrder.sorted(), "each thing is told once")
        expectOrder(lines)
    }

    /// But for starts, all is in the order of the events; a start stands in its round and before its end.
    private func expectOrder(_ lines: [String]) {
        #expect(lines.filter { !$0.hasSuffix("starts") } == Self.inOrder.filter { !$0.hasSuffix("starts") })
        for round in lines.split(separator: "round 2", omittingEmptySubsequences: false) {
            for who in ["a", "b", "moderator"] {
                guard let start = round.firstIndex(of: "\(who) starts") else {
                    #expect(who == "moderator" && !round.contains("go on"))
                    continue
                }
                let end = round.firstIndex { $0.hasPrefix("\(who) ends") || $0.hasPrefix("\(who) fails") }
                #expect(end.map { start < $0 } == true)
                if who == "moderator" { #expect(round.firstIndex(of: "go on").map { $0 < start } == true) }
            }
        }
    }

    @Test func measuresFromTheHint() throws {
        let seconds = try progress(of: [Self.starts[0], Self.events[0], Self.events[1]]).compactMap { item in
            if case .criticFinished(_, _, let seconds) = item { seconds } else { nil }
        }
        #expect(seconds == [2])
    }

    @Test func isNotStartledByOtherKeys() throws {
        let news: [News] = [
            .start(""), .start("/"), .start("review#x/a/review#1"), .start("other#1"), .start("refine#"),
            .event("step.failed", key: "other#1", ["message": "m"]),
            .event("critic.completed", key: "k", ["round": "?"]),
        ]
        #expect(try progress(of: news) == [])
    }
}

/// Reproducible chance (SplitMix64).
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
