package import TuttiCore

/// The data of the events that a roundtable tells of beside those of the engine. Their fields are stable.
package enum RoundtableEvent {
    /// `memory.recalled`: critics are told what they have found before.
    package struct MemoryRecalled: Codable, Sendable {
        package static let type = "memory.recalled"
        package var memory: String
        /// How many findings all critics together are told.
        package var findings: Int
    }

    /// `critic.completed`: a review is recorded.
    package struct CriticCompleted: Codable, Sendable {
        package static let type = "critic.completed"
        package var round: Int
        package var critic: String
        package var counts: FindingCounts
        /// What its calls of models have used; `nil` for those without any.
        package var spending: Spending?
    }

    /// `round.judged`: it is decided whether the loop goes on.
    package struct RoundJudged: Codable, Sendable {
        package static let type = "round.judged"
        package var round: Int
        package var outcome: RoundtableOutcome?
        package var reason: String
        package var counts: FindingCounts
    }

    /// `moderator.completed`: there is a next version, or nothing to change.
    package struct ModeratorCompleted: Codable, Sendable {
        package static let type = "moderator.completed"
        package var round: Int
        package var edits: Int
        /// Lines that the version gained and lost.
        package var inserted: Int
        package var deleted: Int
        /// What its calls of models have used; `nil` for one without any.
        package var spending: Spending?
    }
}
