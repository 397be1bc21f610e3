import FoundationEssentials
import TuttiCore
import TuttiReadings
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
    private var starts: [Place: Duration] = [:]
    private var ended: Set<Place> = []
    private var held: [(place: Place, time: Duration)] = []

    init(maximum: Int) { self.maximum = maximum }

    /// A step's closure has started.
    mutating func started(_ key: String, at now: Duration) -> [RoundtableProgress] {
        if let place = Place(key) { held.append((place, now)) }
        return release()
    }

    /// An attempt of a step failed, and another one follows.
    func retrying(_ key: String, _ error: StepError) -> [RoundtableProgress] {
        let who: String? =
            switch Place(key) {
            case .review(_, let critic): critic
            case .refine: "the moderator"
            case nil: nil
            }
        return who.map { [.triedAgain(who: $0, message: error.message)] } ?? []
    }

    /// An event was recorded.
    mutating func translate(_ event: RunEvent, at now: Duration) -> [RoundtableProgress] {
        guard let key = event.key else { return [] }
        var news: [RoundtableProgress] = []
        switch event.type {
        case RoundtableEvent.MemoryRecalled.type:
            guard let data = decode(RoundtableEvent.MemoryRecalled.self, event), data.findings > 0 else { break }
            news = [.recalled(findings: data.findings)]
        case RoundtableEvent.CriticCompleted.type:
            guard let data = decode(RoundtableEvent.CriticCompleted.self, event) else { break }
            let counts = SeverityCounts(data.counts)
            let place = Place.review(round: data.round, critic: data.critic)
            news = enter(data.round) + begin(place, with: .criticStarted(id: data.critic), at: now)
            news.append(.criticFinished(id: data.critic, findings: counts, seconds: end(place, at: now)))
        case "step.failed":
            guard case .review(let round, let critic)? = Place(key) else { break }
            let place = Place.review(round: round, critic: critic)
            guard !ended.contains(place) else { break }
            let message = decode([String: JSONValue].self, event)?["message"]?.stringValue ?? ""
            news = enter(round) + begin(place, with: .criticStarted(id: critic), at: now)
            news.append(.criticFailed(id: critic, message: message))
            _ = end(place, at: now)
        case RoundtableEvent.RoundJudged.type:
            guard let data = decode(RoundtableEvent.RoundJudged.self, event) else { break }
            judged = data.round
            news = [.verdict(data.reason)]
        case RoundtableEvent.ModeratorCompleted.type:
            guard let data = decode(RoundtableEvent.ModeratorCompleted.self, event) else { break }
            refined = data.round
            let place = Place.refine(round: data.round)
            news = begin(place, with: .moderatorStarted, at: now)
            news.append(.moderatorFinished(inserted: data.inserted, deleted: data.deleted))
            _ = end(place, at: now)
        default: break
        }
        return news + release()
    }

    /// Tells of the steps whose turn has come; of several steps of one critic the first counts.
    private mutating func release() -> [RoundtableProgress] {
        var news: [RoundtableProgress] = []
        var waiting: [(place: Place, time: Duration)] = []
        for start in held where starts[start.place] == nil {
            switch start.place {
            case .review(let round, let critic) where round <= refined + 1:
                news += enter(round) + [.criticStarted(id: critic)]
            case .refine(let round) where round <= judged:
                news.append(.moderatorStarted)
            default:
                waiting.append(start)
                continue
            }
            starts[start.place] = start.time
        }
        held = waiting
        return news
    }

    private mutating func enter(_ number: Int) -> [RoundtableProgress] {
        guard number > round else { return [] }
        round = number
        return [.roundStarted(round: number, maximum: maximum)]
    }

    /// Tells of the start of what has ended already, when nobody told of it before.
    private mutating func begin(
        _ place: Place, with news: RoundtableProgress, at now: Duration
    ) -> [RoundtableProgress] {
        guard starts[place] == nil else { return [] }
        starts[place] = held.first { $0.place == place }?.time ?? now
        return [news]
    }

    /// Ends what was begun and gives its seconds; 0 when its start was never heard of.
    private mutating func end(_ place: Place, at now: Duration) -> Double {
        ended.insert(place)
        guard let start = starts[place] else { return 0 }
        let (seconds, attoseconds) = (now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ event: RunEvent) -> Value? {
        try? CanonicalJSON.decode(type, from: event.data)
    }

    /// What a key of the roundtable is about: `review#2/product/review#1`, `review#2/ops/part#1/3/ask#1`, `refine#2`,
    /// `moderator#2/ask#1`.
    private enum Place: Hashable {
        case review(round: Int, critic: String)
        case refine(round: Int)

        init?(_ key: String) {
            let parts = key.split(separator: "/")
            if parts.count >= 3, let round = Self.number(parts[0], of: "review") {
                self = .review(round: round, critic: String(parts[1]))
            } else if let first = parts.first,
                let round = Self.number(first, of: parts.count == 1 ? "refine" : "moderator")
            {
                self = .refine(round: round)
            } else {
                return nil
            }
        }

        private static func number(_ part: Substring, of name: String) -> Int? {
            part.hasPrefix(name + "#") ? Int(part.dropFirst(name.utf8.count + 1)) : nil
        }
    }
}
