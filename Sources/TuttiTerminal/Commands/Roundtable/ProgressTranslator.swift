import FoundationEssentials
import TuttiCore
import TuttiStore
import TuttiTeams

/// Turns the events of a run, and what is known of its steps before they are recorded, into the progress of a
/// roundtable.
///
/// The two come from different sources, so the news of a step may come before the event that led to it. Such news is
/// held until that event has been seen: what is shown is in order.
struct ProgressTranslator: Sendable {
    let maximum: Int
    private var round = 0
    /// The last round whose verdict, and whose refinement, has been seen.
    private var judged = 0
    private var refined = 0
    private var starts: [String: Duration] = [:]
    private var held: [(key: String, time: Duration)] = []

    init(maximum: Int) { self.maximum = maximum }

    /// A step's closure has started.
    mutating func started(_ key: String, at now: Duration) -> [RoundtableProgress] {
        held.append((key, now))
        return release()
    }

    /// An event was recorded.
    mutating func translate(_ event: RunEvent, at now: Duration) -> [RoundtableProgress] {
        guard let key = event.key else { return [] }
        var news: [RoundtableProgress] = []
        switch event.type {
        case RoundtableEvent.CriticCompleted.type:
            guard let data = decode(RoundtableEvent.CriticCompleted.self, event) else { break }
            let counts = SeverityCounts(data.counts)
            news = enter(data.round) + begin(key, with: .criticStarted(id: data.critic), at: now)
            news.append(.criticFinished(id: data.critic, findings: counts, seconds: end(key, at: now)))
        case "step.failed":
            guard case .review(let round, let critic) = Place(key) else { break }
            let message = decode([String: JSONValue].self, event)?["message"]?.stringValue ?? ""
            news = enter(round) + begin(key, with: .criticStarted(id: critic), at: now)
            news.append(.criticFailed(id: critic, message: message))
            _ = end(key, at: now)
        case RoundtableEvent.RoundJudged.type:
            guard let data = decode(RoundtableEvent.RoundJudged.self, event) else { break }
            judged = data.round
            news = [.verdict(data.reason)]
        case RoundtableEvent.ModeratorCompleted.type:
            guard let data = decode(RoundtableEvent.ModeratorCompleted.self, event) else { break }
            refined = data.round
            news = begin(key, with: .moderatorStarted, at: now)
            news.append(.moderatorFinished(inserted: data.inserted, deleted: data.deleted))
            _ = end(key, at: now)
        default: break
        }
        return news + release()
    }

    /// Tells of the steps whose turn has come.
    private mutating func release() -> [RoundtableProgress] {
        var news: [RoundtableProgress] = []
        var waiting: [(key: String, time: Duration)] = []
        for start in held {
            guard let place = Place(start.key), starts[start.key] == nil else { continue }
            switch place {
            case .review(let round, let critic) where round <= refined + 1:
                news += enter(round) + [.criticStarted(id: critic)]
            case .refine(let round) where round <= judged:
                news.append(.moderatorStarted)
            default:
                waiting.append(start)
                continue
            }
            starts[start.key] = start.time
        }
        held = waiting
        return news
    }

    private mutating func enter(_ number: Int) -> [RoundtableProgress] {
        guard number > round else { return [] }
        round = number
        return [.roundStarted(round: number, maximum: maximum)]
    }

    /// Tells of the start of a step that has ended already, when nobody told of it before.
    private mutating func begin(
        _ key: String, with news: RoundtableProgress, at now: Duration
    ) -> [RoundtableProgress] {
        guard starts[key] == nil else { return [] }
        starts[key] = held.first { $0.key == key }?.time ?? now
        return [news]
    }

    /// Ends a step and gives its seconds; 0 when its start was never heard of.
    private mutating func end(_ key: String, at now: Duration) -> Double {
        guard let start = starts[key] else { return 0 }
        let (seconds, attoseconds) = (now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ event: RunEvent) -> Value? {
        try? CanonicalJSON.decode(type, from: event.data)
    }

    /// What a key of the roundtable is about: `review#2/product/review#1`, `refine#2`.
    private enum Place {
        case review(round: Int, critic: String)
        case refine(round: Int)

        init?(_ key: String) {
            let parts = key.split(separator: "/")
            if parts.count == 3, parts[0].hasPrefix("review#"), let round = Int(parts[0].dropFirst("review#".count)) {
                self = .review(round: round, critic: String(parts[1]))
            } else if parts.count == 1, key.hasPrefix("refine#"), let round = Int(key.dropFirst("refine#".count)) {
                self = .refine(round: round)
            } else {
                return nil
            }
        }
    }
}

extension SeverityCounts {
    init(_ counts: FindingCounts) {
        self.init(critical: counts.critical, high: counts.high, medium: counts.medium, low: counts.low)
    }
}
