public import FoundationEssentials
public import TuttiCore
import TuttiDocuments

/// The report of a roundtable: everything that was found, decided and changed. Its JSON has stable fields.
///
/// But for ``run`` it depends on the input alone: the same document gives the same bytes.
public struct RoundtableReport: Codable, Sendable, Hashable {
    /// Names the form; a change that breaks readers gets another name.
    public static let schema = "tutti.roundtable/1"

    /// What differs between two runs on the same document.
    public struct Run: Codable, Sendable, Hashable {
        /// The run's name.
        public var id: String
        /// RFC 3339, UTC.
        public var started: String
        /// RFC 3339, UTC.
        public var finished: String
    }

    /// One version of the document.
    public struct Version: Codable, Sendable, Hashable {
        /// Counted from 1, the input.
        public var version: Int
        /// SHA-256 of its bytes.
        public var sha256: String
        /// Its size.
        public var bytes: Int
        /// What changed since the version before, as a unified diff; `nil` for the first.
        public var diff: String?
    }

    /// What one agent's calls of models have used.
    public struct Cost: Codable, Sendable, Hashable {
        /// A participant's name, or `moderator`.
        public var agent: String
        /// Over all rounds, as far as their reviews were recorded.
        public var spending: Spending
    }

    /// ``RoundtableReport/schema``
    public var schema: String
    /// The run.
    public var run: Run
    /// The document's title.
    public var title: String
    /// What sort of document it is taken for.
    public var kind: String
    /// Why.
    public var kindEvidence: [String]
    /// `converged`, `stable`, `oscillating`, `exhausted` or `custom`.
    public var outcome: RoundtableOutcome
    /// Why, in one sentence.
    public var reason: String
    /// Whether the goal is reached.
    public var goalReached: Bool
    /// The severity that keeps the loop going.
    public var bar: Severity
    /// The most rounds there could be.
    public var maxIterations: Int
    /// A refinement that changes less than this many percent of the text ends the loop.
    public var thresholdPercent: Double
    /// Open findings of the document.
    public var open: FindingCounts
    /// What was read and decided, round by round.
    public var rounds: [RoundRecord]
    /// The versions of the document.
    public var versions: [Version]
    /// The refined document.
    public var document: String
    /// The number of the version that it is.
    public var documentVersion: Int
    /// What was spent by whom; `nil` when no model was asked.
    public var costs: [Cost]?
    /// Everything that was spent; `nil` when no model was asked.
    public var spent: Spending? { costs.map { $0.reduce(Spending()) { $0 + $1.spending } } }

    /// Who has had a review, or should have had one, in the order of the first round.
    package var critics: [String] { rounds.first?.critics.map(\.critic) ?? [] }

    /// The round that reviewed the document.
    package var decisiveRound: RoundRecord? {
        rounds.indices.contains(documentVersion - 1) ? rounds[documentVersion - 1] : rounds.last
    }

    /// The report of a run that has its result.
    public init(run: RunID, input: RoundtableInput, result: RoundtableResult) {
        schema = Self.schema
        self.run = Run(id: run.text, started: "\(result.started)", finished: "\(result.finished)")
        title = input.title
        kind = input.kind.rawValue
        kindEvidence = input.kindEvidence
        outcome = result.outcome
        reason = result.reason
        goalReached = result.isGoalReached
        bar = input.bar
        maxIterations = input.maxIterations
        thresholdPercent = (input.threshold * 1e6).rounded() / 1e4  // 0.07 * 100 is no 7
        self.open = FindingCounts(result.open.map(\.finding))
        rounds = result.rounds
        versions = result.versions.enumerated().map { index, text in
            Version(
                version: index + 1, sha256: Digest.sha256Hex(text), bytes: text.utf8.count,
                diff: index == 0 ? nil : Self.diff(from: result.versions[index - 1], to: text, index))
        }
        document = result.document
        documentVersion = result.documentVersion
        costs = Self.costs(of: result.rounds)
    }

    private static func costs(of rounds: [RoundRecord]) -> [Cost]? {
        var costs: [Cost] = []
        func add(_ agent: String, _ spending: Spending?) {
            guard let spending else { return }
            if let index = costs.firstIndex(where: { $0.agent == agent }) {
                costs[index].spending += spending
            } else {
                costs.append(Cost(agent: agent, spending: spending))
            }
        }
        for round in rounds {
            for record in round.critics { add(record.critic, record.spending) }
        }
        for round in rounds { add("moderator", round.moderatorSpending) }
        return costs.isEmpty ? nil : costs
    }

    private static func diff(from old: String, to new: String, _ index: Int) -> String {
        LineDiff(from: old, to: new).unifiedText(oldName: "version-\(index)", newName: "version-\(index + 1)")
    }

    /// The report as JSON: members in the order of their names, in `snake_case`.
    ///
    /// - Throws: `EncodingError`, which no report of ours brings about.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(self)
    }
}
