public import TuttiCore
public import TuttiDocuments

/// How a roundtable ended.
public enum RoundtableOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    /// No open finding at or above the bar.
    case converged
    /// The last refinement changed nothing, or less than the threshold.
    case stable
    /// A version came back that had been there before.
    case oscillating
    /// The moderator failed, so there is no next version.
    case stalled
    /// The rounds are used up.
    case exhausted
    /// An own rule or a person decided.
    case custom
}

/// Whether a finding was there in the round before.
public enum FindingState: String, Codable, Sendable, Hashable {
    /// Not in the round before.
    case new
    /// In the round before, too.
    case repeated
}

/// A finding with what the rounds tell about it.
public struct TrackedFinding: Codable, Sendable, Hashable {
    /// What was found.
    public var finding: Finding
    /// Whether it was there before.
    public var state: FindingState

    package init(finding: Finding, state: FindingState) {
        self.finding = finding
        self.state = state
    }
}

/// How many findings there are of each severity.
public struct FindingCounts: Codable, Sendable, Hashable {
    /// Open findings by severity.
    public var critical = 0, high = 0, medium = 0, low = 0

    /// Counts findings.
    public init(_ findings: some Sequence<Finding>) {
        for finding in findings {
            switch finding.severity {
            case .critical: critical += 1
            case .high: high += 1
            case .medium: medium += 1
            case .low: low += 1
            }
        }
    }

    /// All of them.
    public var total: Int { critical + high + medium + low }
}

/// What one critic did in a round.
public struct CriticRecord: Codable, Sendable, Hashable {
    /// The critic's id.
    public var critic: String
    /// How many open findings it has.
    public var counts: FindingCounts
    /// Findings that the author has silenced, with their reasons.
    public var silenced: [SilencedFinding]
    /// Why it has none, when it failed.
    public var error: String?
    /// What it thinks of the document as a whole; `nil` for none.
    public var assessment: String?
    /// What it says of findings that were open before; `nil` when it was not asked.
    public var answers: [FindingAnswer]?
    /// What its calls of models have used; `nil` when there were none.
    public var spending: Spending?

    package init(
        critic: String, counts: FindingCounts, silenced: [SilencedFinding], error: String? = nil,
        assessment: String? = nil, answers: [FindingAnswer]? = nil, spending: Spending? = nil
    ) {
        self.critic = critic
        self.counts = counts
        self.silenced = silenced
        self.error = error
        self.assessment = assessment
        self.answers = answers
        self.spending = spending
    }
}

/// Why the loop went on or stopped after a round.
public struct Verdict: Codable, Sendable, Hashable {
    /// `nil`: the loop goes on.
    public var outcome: RoundtableOutcome?
    /// One sentence.
    public var reason: String
    /// Whether the goal is reached.
    public var isGoalReached: Bool

    private enum CodingKeys: String, CodingKey {
        case outcome, reason
        case isGoalReached = "goalReached"  // the name that the report has for it, too
    }
}

/// What happened in one round.
public struct RoundRecord: Codable, Sendable, Hashable {
    /// Counted from 1; also the number of the version that was reviewed.
    public var round: Int
    /// SHA-256 of the version.
    public var sha256: String
    /// How much of the text the refinement before has changed, 0 to 1; `nil` in the first round.
    public var change: Double?
    /// The critics in the order of the input.
    public var critics: [CriticRecord]
    /// Open findings, the worst first.
    public var findings: [TrackedFinding]
    /// Findings of the round before that are gone.
    public var fixed: [Finding]
    /// How it was decided.
    public var verdict: Verdict
    /// What the moderator did after it; empty when the loop stopped.
    public var edits: [Edit]
    /// What the moderator's calls of models have used; `nil` when there were none.
    public var moderatorSpending: Spending?
    /// Edits that the moderator wanted and that could not be made, each with the reason; `nil` when there were none.
    public var refusedEdits: [String]?
    /// Findings that the moderator left as they are, each with the reason; `nil` when it told of none.
    public var unresolved: [String]?
    /// Why the moderator failed after it; `nil` when it did not.
    public var moderatorError: ModeratorError?
}

/// How a moderator failed.
public struct ModeratorError: Codable, Sendable, Hashable {
    /// Stable and short.
    public var code: String
    /// One sentence for people.
    public var message: String
    /// The key of the step that failed.
    public var origin: String

    init(_ error: StepError) { (code, message, origin) = (error.code, error.message, error.origin) }
}

/// What a roundtable has come to.
public struct RoundtableResult: Codable, Sendable, Hashable {
    /// How it ended.
    public var outcome: RoundtableOutcome
    /// Why, in one sentence.
    public var reason: String
    /// Whether the goal is reached: no open finding at or above the bar, or an own rule says so.
    public var isGoalReached: Bool
    /// The refined document: the version that the last round reviewed, or of a roundtable that a person ended the best
    /// one.
    public var document: String
    /// All rounds.
    public var rounds: [RoundRecord]
    /// The texts of all versions; the first is the input.
    public var versions: [String]
    /// When the first round began.
    public var started: Timestamp
    /// When the last verdict was given.
    public var finished: Timestamp
    /// Why the result is not where its delivery should have taken it; `nil` when it is.
    public var undelivered: String?
    /// Why the critics will not remember what they have found; `nil` when they will, or were not to.
    public var unremembered: String?

    /// How a person ended it; `nil` when nobody did.
    public internal(set) var finish: Finish?

    /// The end that a person has asked for.
    public struct Finish: Codable, Sendable, Hashable {
        /// What was asked.
        public var request: FinishRequest
        /// The key of the journal under which it was heard.
        package var key: String
        /// The version that is returned, counted from 1.
        public var version: Int
    }

    /// The number of the version that is returned, counted from 1.
    public var documentVersion: Int { finish?.version ?? versions.count }

    /// What is still open in the document, the worst first.
    public var open: [TrackedFinding] { rounds.isEmpty ? [] : rounds[min(documentVersion, rounds.count) - 1].findings }
}
