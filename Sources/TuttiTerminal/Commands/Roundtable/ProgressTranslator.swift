import FoundationEssentials
import TuttiCore
import TuttiStore
import TuttiTeams

/// Turns the events of a run, and what is known of its steps before they are recorded, into the progress of a
/// roundtable. The two come from different sources, so each may be ahead of the other.
struct ProgressTranslator: Sendable {
    let maximum: Int
    private var round = 0
    private var starts: Set<String> = []
    private var ends: Set<String> = []

    init(maximum: Int) { self.maximum = maximum }

    /// A step's closure has started.
    mutating func started(_ key: String) -> [RoundtableProgress] {
        guard let place = Place(key), !ends.contains(key), starts.insert(key).inserted else { return [] }
        switch place {
        case .review(let round, let critic): return enter(round) + [.criticStarted(id: critic)]
        case .refine: return [.moderatorStarted]
        }
    }

    /// An event was recorded.
    mutating func translate(_ event: RunEvent) -> [RoundtableProgress] {
        guard let key = event.key else { return [] }
        switch event.type {
        case RoundtableEvent.CriticCompleted.type:
            guard let data = decode(RoundtableEvent.CriticCompleted.self, event) else { return [] }
            ends.insert(key)
            let counts = SeverityCounts(data.counts)
            return enter(data.round) + [.criticFinished(id: data.critic, findings: counts, seconds: 0)]
        case "step.failed":
            guard case .review(let round, let critic) = Place(key) else { return [] }
            ends.insert(key)
            let message = decode([String: JSONValue].self, event)?["message"]?.stringValue ?? ""
            return enter(round) + [.criticFailed(id: critic, message: message)]
        case RoundtableEvent.RoundJudged.type:
            return decode(RoundtableEvent.RoundJudged.self, event).map { [.verdict($0.reason)] } ?? []
        case RoundtableEvent.ModeratorCompleted.type:
            guard let data = decode(RoundtableEvent.ModeratorCompleted.self, event) else { return [] }
            ends.insert(key)
            return [.moderatorFinished(inserted: data.inserted, deleted: data.deleted)]
        default: return []
        }
    }

    private mutating func enter(_ number: Int) -> [RoundtableProgress] {
        guard number > round else { return [] }
        round = number
        return [.roundStarted(round: number, maximum: maximum)]
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ event: RunEvent) -> Value? {
        try? CanonicalJSON.decode(type, from: event.data)
    }

    /// What a key of the roundtable is about: `review#2/product/review#1`, `refine#2`.
    private enum Place {
        case review(round: Int, critic: String)
        case refine

        init?(_ key: String) {
            let parts = key.split(separator: "/")
            if parts.count == 3, parts[0].hasPrefix("review#"), let round = Int(parts[0].dropFirst("review#".count)) {
                self = .review(round: round, critic: String(parts[1]))
            } else if parts.count == 1, key.hasPrefix("refine#") {
                self = .refine
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
