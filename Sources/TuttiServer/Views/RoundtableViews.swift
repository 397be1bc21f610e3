import TuttiCore
import TuttiDocuments
import TuttiReadings
import TuttiTeams

/// The rounds of a roundtable, as far as they have come.
struct RoundsView: Codable, Sendable {
    var rounds: [RoundView]
    /// The severity that keeps the loop going.
    var bar: Severity
    /// A refinement that changes less than this share of the text ends the loop.
    var threshold: Double
    var maxIterations: Int
    var critics: [String]
    var participants: [ParticipantView]

    init(_ table: RoundtableSoFar) {
        let models = table.input.models?.participants ?? [:]
        rounds = table.rounds.map { RoundView($0, models: models) }
        bar = table.input.bar
        threshold = table.input.threshold
        maxIterations = table.input.maxIterations
        critics = table.input.critics
        participants = (table.input.panel?.participants ?? []).map { ParticipantView($0, model: models[$0.name]) }
    }
}

/// One round.
struct RoundView: Codable, Sendable {
    var round: Int
    var version: Int
    var sha256: String
    /// How much of the text the refinement before has changed, 0 to 1; `nil` in the first round.
    var change: Double?
    var counts: CountsView
    var critics: [CriticView]
    var findings: [FindingView]
    var fixed: [FindingView]
    /// `nil` while it is not judged.
    var verdict: VerdictView?
    var edits: [EditView]
    var moderator: ModeratorView

    init(_ round: RoundtableSoFar.Round, models: [String: String]) {
        self.round = round.round
        version = round.round
        sha256 = round.sha256
        change = round.change
        counts = CountsView(FindingCounts(round.findings.map(\.finding)))
        critics = round.critics.map { CriticView($0, model: models[$0.critic]) }
        findings = round.findings.map { FindingView($0.finding, state: $0.state == .new ? .new : .repeated) }
        fixed = round.fixed.map { FindingView($0, state: .fixed) }
        verdict = round.verdict.map(VerdictView.init)
        edits = round.edits.map(EditView.init)
        moderator = ModeratorView(
            spending: round.moderatorSpending.map(SpendingView.init), unresolved: round.unresolved,
            refusedEdits: round.refusedEdits, error: round.moderatorError.map { "\($0.code): \($0.message)" })
    }
}

/// What the moderator did after a round.
struct ModeratorView: Codable, Sendable {
    var spending: SpendingView?
    var unresolved: [String]
    var refusedEdits: [String]
    var error: String?
}

/// What one critic did in a round.
struct CriticView: Codable, Sendable {
    var critic: String
    var model: String?
    var counts: CountsView
    /// Findings that the author has silenced.
    var silenced: Int
    var error: String?
    var assessment: String?
    var spending: SpendingView?

    init(_ record: CriticRecord, model: String?) {
        critic = record.critic
        self.model = model
        counts = CountsView(record.counts)
        silenced = record.silenced.count
        error = record.error
        assessment = record.assessment
        spending = record.spending.map(SpendingView.init)
    }
}

/// What calls of models have used.
struct SpendingView: Codable, Sendable {
    var calls: Int64
    var inputTokens: Int64
    var outputTokens: Int64
    var usd: String?

    init(_ spending: Spending) {
        calls = Int64(spending.calls)
        inputTokens = spending.inputTokens
        outputTokens = spending.outputTokens
        usd = spending.usd?.decimal
    }
}

/// One thing that a critic has found.
struct FindingView: Codable, Sendable {
    enum State: String, Codable, CaseIterable, Sendable {
        case new, repeated, fixed
    }

    /// The same in every round for the same finding.
    var id: String
    var critic: String
    var code: String
    var severity: Severity
    var message: String
    var suggestion: String
    var section: String
    var line: Int
    var quote: String
    var state: State

    init(_ finding: Finding, state: State) {
        id = finding.identity
        critic = finding.critic
        code = finding.code
        severity = finding.severity
        message = finding.message
        suggestion = finding.suggestion
        section = finding.section
        line = finding.line
        quote = finding.quote
        self.state = state
    }
}

/// Why the loop went on or stopped.
struct VerdictView: Codable, Sendable {
    var outcome: RoundtableOutcome?
    var reason: String
    var goalReached: Bool

    init(_ verdict: Verdict) {
        outcome = verdict.outcome
        reason = verdict.reason
        goalReached = verdict.isGoalReached
    }
}

/// One change that the moderator has made.
struct EditView: Codable, Sendable {
    var rule: String
    var line: Int

    init(_ edit: Edit) {
        rule = edit.rule
        line = edit.line
    }
}

/// Somebody at a roundtable who is a model.
struct ParticipantView: Codable, Sendable {
    var name: String
    var role: String
    var expertise: String
    var perspective: String
    var instructions: String
    var focus: [String]
    var leaves: [String]?
    var model: String?
    var style: ParticipantStyle?

    init(_ participant: Participant, model: String? = nil) {
        name = participant.name
        role = participant.role
        expertise = participant.expertise
        perspective = participant.perspective
        instructions = participant.instructions
        focus = participant.focus
        leaves = participant.leaves
        self.model = model ?? participant.model?.description
        style = participant.style
    }

    /// - Throws: a ``Problem`` for a model's name that is none.
    func participant(at field: String) throws -> Participant {
        var reference: ModelReference?
        if let model, !model.isEmpty {
            reference = ModelReference(model)
            if reference == nil {
                throw Problem.badField(
                    "\(field)/model", "model",
                    "'\(CleanText.line(model, bytesMax: 80))' does not fit; it takes "
                        + ModelReference.expectation)
            }
        }
        return Participant(
            name: name, role: role, expertise: expertise, perspective: perspective, instructions: instructions,
            focus: focus, leaves: leaves ?? [], model: reference, style: style)
    }
}

/// The versions of a document.
struct VersionsView: Codable, Sendable {
    struct Version: Codable, Sendable {
        var version: Int
        var sha256: String
        var bytes: Int
        var change: Double?
    }

    var versions: [Version]
    /// The one that counts.
    var current: Int

    init(_ table: RoundtableSoFar) {
        versions = table.versions.enumerated().map { index, text in
            Version(
                version: index + 1, sha256: Digest.sha256Hex(text), bytes: text.utf8.count,
                change: index == 0 ? nil : TextDiff.changeRatio(from: table.versions[index - 1], to: text))
        }
        current = table.currentVersion
    }
}

/// The difference of two versions.
struct DiffView: Codable, Sendable {
    struct Line: Codable, Sendable {
        /// A blank, `+` or `-`.
        var op: String
        var text: String
    }

    struct Hunk: Codable, Sendable {
        /// The first lines, from 1.
        var fromLine: Int
        var toLine: Int
        var lines: [Line]
    }

    var from: Int
    var to: Int
    var inserted: Int
    var deleted: Int
    var hunks: [Hunk]

    init(_ diff: LineDiff, from: Int, to: Int) {
        self.from = from
        self.to = to
        inserted = diff.insertedCount
        deleted = diff.deletedCount
        hunks = diff.hunks.map { hunk in
            Hunk(
                fromLine: hunk.old.lowerBound + 1, toLine: hunk.new.lowerBound + 1,
                lines: hunk.lines.map { Line(op: $0.kind.rawValue, text: $0.text) })
        }
    }
}
