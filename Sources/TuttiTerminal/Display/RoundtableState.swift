import TuttiCore
import TuttiReadings

/// What a display knows of a roundtable: events in, state out. The clock is a parameter.
package struct RoundtableState: Sendable, Hashable {
    /// More critics are counted, not listed.
    package static let criticsMax = 64
    /// Of more rounds only the last are kept.
    package static let roundsMax = 10

    enum CriticState: Sendable, Hashable {
        case running(since: Duration)
        case done(SeverityCounts, seconds: Double)
        case failed(String)
    }

    struct Critic: Sendable, Hashable {
        let id: String
        var state: CriticState
    }

    enum Moderator: Sendable, Hashable {
        case running(since: Duration)
        case done(inserted: Int, deleted: Int)
    }

    struct Round: Sendable, Hashable {
        let number: Int
        /// `nil` until the first critic is done.
        var findings: SeverityCounts?
    }

    let title: String
    private(set) var round = 0
    private(set) var maximum = 0
    private(set) var critics: [Critic] = []
    private(set) var moderator: Moderator?
    private(set) var rounds: [Round] = []
    private(set) var verdict: String?
    private(set) var ending: RoundtableEnding?

    package init(title: String) { self.title = title }

    /// Takes one event in.
    package mutating func apply(_ event: RoundtableProgress, at now: Duration) {
        switch event {
        case .recalled, .triedAgain: break  // the rounds tell what comes of it
        case .roundStarted(let round, let maximum):
            (self.round, self.maximum) = (round, maximum)
            (critics, moderator, verdict) = ([], nil, nil)
            rounds.append(Round(number: round))
            rounds = rounds.suffix(Self.roundsMax)
        case .criticStarted(let id): set(id, .running(since: now))
        case .criticFinished(let id, let findings, let seconds):
            set(id, .done(findings, seconds: seconds))
            recount()
        case .criticFailed(let id, let message): set(id, .failed(message))
        case .verdict(let text): verdict = text
        case .moderatorStarted: moderator = .running(since: now)
        case .moderatorFinished(let inserted, let deleted):
            moderator = .done(inserted: inserted, deleted: deleted)
        case .finished(let ending): self.ending = ending
        }
    }

    private mutating func set(_ id: String, _ state: CriticState) {
        if let index = critics.firstIndex(where: { $0.id == id }) {
            critics[index].state = state
        } else if critics.count < Self.criticsMax {
            critics.append(Critic(id: id, state: state))
        }
    }

    /// Counts the round anew, so that a critic which is tried again does not count twice.
    private mutating func recount() {
        guard let last = rounds.indices.last else { return }
        rounds[last].findings = critics.reduce(SeverityCounts()) { sum, critic in
            if case .done(let findings, _) = critic.state { sum + findings } else { sum }
        }
    }
}
