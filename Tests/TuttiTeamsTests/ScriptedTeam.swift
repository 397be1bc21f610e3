import Synchronization
import TuttiCore
import TuttiDocuments
import TuttiTeams

/// A critic that says in each round what its script has for it; the last line holds for all later rounds.
struct ScriptedCritic: Critic {
    enum Line: Sendable {
        /// Findings by what they are about.
        case finds([String: Severity])
        /// It cannot be reached.
        case fails
        /// It cannot be reached at first, and can after so many attempts.
        case answersAfter(failures: Int)
    }

    let id: String
    let lines: [Line]

    init(_ id: String, _ lines: Line...) {
        self.id = id
        self.lines = lines
    }

    func review(_ request: ReviewRequest) async throws -> Review {
        switch lines[min(request.round, lines.count) - 1] {
        case .finds(let subjects):
            let findings = subjects.keys.sorted().map { subject in
                Finding(
                    critic: id, code: "scripted", severity: subjects[subject] ?? .low, subject: subject,
                    message: "There is \(subject).")
            }
            return Review(critic: id, findings: findings)
        case .fails: throw Absence(isRetryable: false)
        case .answersAfter(let failures):
            if Attempt.current <= failures { throw Absence(isRetryable: true) }
            return Review(critic: id, findings: [])
        }
    }
}

/// Nobody was there.
struct Absence: CodedError, Equatable {
    let code = "absent"
    let message = "nobody is at the desk"
    var isRetryable: Bool
}

/// A moderator that hands in one version after the other, and when there are no more, what it was given.
struct ScriptedModerator: Moderator {
    let id = "scripted"
    let versions: [String]

    init(_ versions: String...) { self.versions = versions }

    func refine(_ request: RefineRequest) async throws -> Revision {
        guard request.round <= versions.count else { return Revision(text: request.document) }
        let edit = Edit(rule: "scripted", line: 1, what: "the script says so", why: "of the script")
        return Revision(text: versions[request.round - 1], edits: [edit])
    }
}

/// A rule that stops in a certain round.
struct ScriptedRule: StopRule {
    let round: Int
    let decision: StopDecision

    init(inRound round: Int, _ reason: String = "enough", isGoalReached: Bool) {
        self.round = round
        decision = StopDecision(reason: reason, isGoalReached: isGoalReached)
    }

    func decide(_ state: RoundState) async throws -> StopDecision? { state.round == round ? decision : nil }
}

/// Texts of 100 words whose difference is known.
enum Words {
    /// - Parameter changed: how many of the words differ from those of `text(0)`, or from those with another mark.
    static func text(_ changed: Int, mark: String = "changed") -> String {
        (0..<100).map { $0 < changed ? "\(mark)\($0)" : "word\($0)" }.joined(separator: " ") + "\n"
    }

    static let first = text(0)
}
