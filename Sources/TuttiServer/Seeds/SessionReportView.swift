import TuttiCore
import TuttiDocuments
import TuttiReadings
import TuttiStore
import TuttiTeams

/// The report of a session, in the words of the older system.
struct SessionReportView: Codable, Sendable {
    struct Timestamps: Codable, Sendable {
        var start: WireTime
        var end: WireTime
    }

    struct HistoryEntry: Codable, Sendable {
        var iteration: Int
        var version: Int
        var issueCounts: IssueCountsView
        var reason: String
    }

    struct RoundtableParticipant: Codable, Sendable {
        var name: String
        var role: String
    }

    var sessionId: RunID
    var title: String
    var documentType: String
    var initialVersion: Int
    var finalVersion: Int
    var iterations: Int
    var converged: Bool
    var outcome: RoundtableOutcome
    var convergenceReason: String
    var convergenceCriteria: String
    var roundtableParticipants: [RoundtableParticipant]
    var moderatorFocus: String?
    var totalIssuesIdentified: Int
    var finalIssueCount: IssueCountsView
    /// Tokens by agent.
    var tokenUsage: [String: JSONValue]
    var timestamps: Timestamps
    var history: [HistoryEntry]

    init(_ session: RefinementSessions.Session, _ result: RoundtableResult) {
        let table = session.table
        sessionId = session.id
        title = table.input.title
        documentType = table.input.kind.rawValue
        (initialVersion, finalVersion) = (1, table.currentVersion)
        iterations = table.rounds.count
        converged = result.outcome == .converged
        outcome = result.outcome
        convergenceReason = result.reason
        convergenceCriteria = "no open finding that is \(table.input.bar.rawValue) or worse"
        roundtableParticipants =
            table.input.critics.map { RoundtableParticipant(name: $0, role: "rulebook") }
            + (table.input.panel?.participants ?? []).map { RoundtableParticipant(name: $0.name, role: $0.role) }
        moderatorFocus = table.input.panel?.moderatorFocus
        totalIssuesIdentified = Set(table.rounds.flatMap(\.findings).map(\.finding.identity)).count
        finalIssueCount = IssueCountsView(FindingCounts(result.open.map(\.finding)))
        var tokens: [String: Int64] = [:]
        for round in table.rounds {
            for critic in round.critics {
                guard let spending = critic.spending else { continue }
                tokens[critic.critic, default: 0] += spending.inputTokens + spending.outputTokens
            }
            if let spending = round.moderatorSpending {
                tokens["moderator", default: 0] += spending.inputTokens + spending.outputTokens
            }
        }
        tokenUsage = tokens.mapValues { .int($0) }
        timestamps = Timestamps(start: result.started.wire, end: result.finished.wire)
        history = table.rounds.map { round in
            HistoryEntry(
                iteration: round.round, version: round.round,
                issueCounts: IssueCountsView(FindingCounts(round.findings.map(\.finding))),
                reason: round.verdict?.reason ?? "")
        }
    }
}

/// What happened in a session, in the words of the older system.
struct TraceView: Codable, Sendable {
    struct Agent: Codable, Sendable {
        var name: String
        var role: String
        var issues: Int
        var highIssues: Int
        var notes: String?
        var assessment: String?
    }

    struct Iteration: Codable, Sendable {
        var iterationIndex: Int
        /// How much of the text has changed since the version before.
        var delta: Double?
        var issues: [IssueView]
        var issueCounts: IssueCountsView
        var agents: [Agent]
        var documentVersion: Int
        var documentLength: Int
    }

    struct Totals: Codable, Sendable {
        var iterations: Int
        var issues: Int
        var versions: Int
    }

    var runId: RunID
    var title: String
    /// `pending`, `running`, `completed` or `failed`.
    var status: String
    /// `no_high_issues`, `max_iterations`, `delta_threshold`, `custom` or `none`.
    var stoppedBy: String
    var iterations: [Iteration]
    var totals: Totals

    init(_ session: RefinementSessions.Session) {
        let table = session.table
        runId = session.id
        title = table.input.title
        status =
            session.record.summary.status == .queued
            ? "pending" : SessionStatusView.status(of: session.record.summary)
        stoppedBy =
            switch table.result?.outcome {
            case .converged: "no_high_issues"
            case .exhausted: "max_iterations"
            case .stable, .oscillating: "delta_threshold"
            case .custom, .stalled: "custom"
            case nil: "none"
            }
        iterations = table.rounds.map { round in
            Iteration(
                iterationIndex: round.round, delta: round.change, issues: round.findings.map(IssueView.init),
                issueCounts: IssueCountsView(FindingCounts(round.findings.map(\.finding))),
                agents: round.critics.map { critic in
                    Agent(
                        name: critic.critic,
                        role: table.input.panel?.participants.first { $0.name == critic.critic }?.role ?? "rulebook",
                        issues: critic.counts.total, highIssues: critic.counts.critical + critic.counts.high,
                        notes: critic.error, assessment: critic.assessment)
                }, documentVersion: round.round,
                documentLength: table.versions.indices.contains(round.round - 1)
                    ? table.versions[round.round - 1].utf8.count : 0)
        }
        totals = Totals(
            iterations: table.rounds.count, issues: Set(table.rounds.flatMap(\.findings).map(\.finding.identity)).count,
            versions: table.versions.count)
    }
}
