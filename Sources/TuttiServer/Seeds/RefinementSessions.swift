import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiTeams

/// Roundtables as sessions: a session is named by its first run, and means the newest of those that have continued it.
struct RefinementSessions: Sendable {
    let reads: RunReads
    let roundtables: RoundtableReadRoutes

    /// A session as it stands.
    struct Session: Sendable {
        /// Its name.
        let id: RunID
        /// The run that counts.
        let record: RunRecord
        let table: RoundtableSoFar
        /// Runs before the newest one, the first first.
        let earlier: [RunID]
        /// When the first of them was begun.
        let created: Timestamp
    }

    /// Continuations that are followed.
    static let chainMax = 100

    /// - Throws: a ``Problem`` 404; `StoreError`.
    func session(_ typed: String) async throws -> Session {
        var record = try await reads.record(typed)
        var table = try await roundtables.table(record)
        let (id, created) = (record.summary.id, record.summary.created)
        var earlier: [RunID] = []
        while earlier.count < Self.chainMax, let next = try await continuation(of: record, table) {
            earlier.append(record.summary.id)
            (record, table) = next
        }
        return Session(id: id, record: record, table: table, earlier: earlier, created: created)
    }

    /// The newest run that goes on with a roundtable: a fork that differs in nothing but the limit of rounds.
    private func continuation(
        of record: RunRecord, _ table: RoundtableSoFar
    ) async throws -> (RunRecord, RoundtableSoFar)? {
        let forks = try await reads.runs(
            RunFilter(workflow: Roundtable.name, forkedFrom: record.summary.id, limit: 20))
        for fork in forks {
            let found = try await reads.record(fork.id.text)
            // One that cannot be read by this release goes on with nothing.
            guard let next = try? await roundtables.table(found) else { continue }
            var same = next.input
            same.maxIterations = table.input.maxIterations
            if next.input.maxIterations > table.input.maxIterations, same.isSameWork(as: table.input) {
                return (found, next)
            }
        }
        return nil
    }

    /// The name of the session that a run belongs to.
    func sessionID(of run: RunID) async throws -> RunID {
        var id = run
        for _ in 0..<Self.chainMax {
            guard let source = try await reads.record(id.text).summary.forkedFrom,
                let record = try? await reads.record(source.text), record.summary.workflow == Roundtable.name,
                let newest = try? await session(source.text),
                newest.record.summary.id == run || newest.earlier.contains(id)
            else { return id }
            id = source
        }
        return id
    }
}

/// What a session has come to, in the words of the older system.
struct SessionStatusView: Codable, Sendable {
    var sessionId: RunID
    /// `running`, `completed` or `failed`.
    var status: String
    var currentIteration: Int
    var maxIterations: Int
    var currentVersion: Int
    var converged: Bool
    var convergenceReason: String?

    init(_ session: RefinementSessions.Session) {
        sessionId = session.id
        let run = session.record.summary
        status = Self.status(of: run)
        currentIteration = session.table.rounds.count
        maxIterations = session.table.input.maxIterations
        currentVersion = session.table.currentVersion
        converged = session.table.result?.outcome == .converged
        convergenceReason = session.table.result?.reason ?? run.error?.message
    }

    static func status(of run: RunSummary) -> String {
        switch run.status {
        case .completed: "completed"
        case .failed, .cancelled, .blocked: "failed"
        case .queued, .running, .waiting: "running"
        }
    }
}

/// A finding, in the words of the older system, which knows three severities.
struct IssueView: Codable, Sendable {
    var category: String
    var description: String
    var severity: String
    var suggestedFix: String?
    var reviewer: String

    init(_ finding: TrackedFinding) {
        category = finding.finding.code
        description = finding.finding.message
        severity = Self.word(finding.finding.severity)
        suggestedFix = finding.finding.suggestion.isEmpty ? nil : finding.finding.suggestion
        reviewer = finding.finding.critic
    }

    static func word(_ severity: Severity) -> String {
        switch severity {
        case .critical, .high: "High"
        case .medium: "Medium"
        case .low: "Low"
        }
    }
}

/// What one reviewer has said of a version.
struct ReviewView: Codable, Sendable {
    var reviewerName: String
    var issues: [IssueView]
    var overallAssessment: String
    var timestamp: WireTime

    static func all(of round: RoundtableSoFar.Round, at time: Timestamp) -> [ReviewView] {
        round.critics.map { critic in
            let issues = round.findings.filter { $0.finding.critic == critic.critic }.map(IssueView.init)
            let usual = issues.isEmpty ? "Nothing was found." : "\(issues.count) issues were found."
            return ReviewView(
                reviewerName: critic.critic, issues: issues,
                overallAssessment: critic.error.map { "The review failed: \($0)" } ?? critic.assessment ?? usual,
                timestamp: time.wire)
        }
    }
}

/// How many findings there are, in three severities.
struct IssueCountsView: Codable, Sendable {
    var high: Int
    var medium: Int
    var low: Int

    init(_ counts: FindingCounts) {
        (high, medium, low) = (counts.critical + counts.high, counts.medium, counts.low)
    }
}
