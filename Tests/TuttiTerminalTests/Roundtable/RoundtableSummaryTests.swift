import Testing
import TuttiConfiguration
import TuttiCore
import TuttiDocuments

@testable import TuttiTeams
@testable import TuttiTerminal

@Suite("The end of a roundtable")
struct RoundtableSummaryTests {
    private static let first = "# Tea\n\nThe shop must be fast.\n"
    private static let second = first + "\n## Rollback\n\n- **Question:** How long does it take to close the shop?\n"

    private static let findings = [
        Finding(
            critic: "product", code: "missing-section", severity: .critical, subject: "users",
            message: "The document does not say who buys the tea, nor how many of them there are on a usual Saturday.",
            suggestion: "Name the people who buy, and how many of them come in an hour.", line: 1),
        Finding(
            critic: "engineering", code: "missing-rollback", severity: .high, subject: "rollback",
            message: "Nothing says how to go back.", line: 7, questions: ["How long does it take to close the shop?"]),
        Finding(
            critic: "product", code: "vague-requirement", severity: .medium, subject: "fast",
            message: "\"fast\" has no number.\u{1B}[31m", suggestion: "Say how fast.", line: 3),
    ]

    private static func summary(
        _ outcome: RoundtableOutcome = .stable, reason: String = "the moderator has nothing left to change", open: Int = 3,
        showsAll: Bool = false, width: Int? = nil, source: String? = "plan.md", isChanged: Bool = true
    ) -> RoundtableSummary {
        let document = isChanged ? second : first
        let record = RoundRecord(
            round: 1, sha256: "", change: nil, critics: [],
            findings: findings.prefix(open).map { TrackedFinding(finding: $0, state: .new) }, fixed: [],
            verdict: Verdict(outcome: outcome, reason: reason, isGoalReached: outcome == .converged), edits: [])
        let result = RoundtableResult(
            outcome: outcome, reason: reason, isGoalReached: outcome == .converged, document: document,
            rounds: isChanged ? [record, record] : [record], versions: [first, document])
        let report = RoundtableReport(
            run: .init(id: "run_01", started: "", finished: nil), input: RoundtableInput(document: first), result: result)
        return RoundtableSummary(
            report: report, changes: result.changes,
            files: .init(document: "/home/ada/new.md", reports: ["/home/ada/r.html"], folder: "/home/ada/.tutti/run_01"),
            source: source, bar: .high, showsAll: showsAll, width: width)
    }

    private static func text(_ summary: RoundtableSummary) -> String { RoundtableViewTests.text(summary.lines) }

    @Test("looks so", arguments: [80, 120, nil] as [Int?])
    func snapshot(width: Int?) {
        print("SNAP \(width ?? 0)")
        print(Self.text(Self.summary(width: width)))
        print("ENDSNAP")
    }
}
