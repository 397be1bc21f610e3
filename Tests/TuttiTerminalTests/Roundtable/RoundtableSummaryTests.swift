import Testing
import TuttiConfiguration
import TuttiCore
import TuttiDocuments

@testable import TuttiReadings
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
        _ outcome: RoundtableOutcome = .stable, reason: String = "the moderator has nothing left to change",
        open: Int = 3,
        showsAll: Bool = false, width: Int? = nil, source: String? = "plan.md", isChanged: Bool = true
    ) -> RoundtableSummary {
        let document = isChanged ? second : first
        let record = RoundRecord(
            round: 1, sha256: "", change: nil, critics: [],
            findings: findings.prefix(open).map { TrackedFinding(finding: $0, state: .new) }, fixed: [],
            verdict: Verdict(outcome: outcome, reason: reason, isGoalReached: outcome == .converged), edits: [])
        let result = RoundtableResult(
            outcome: outcome, reason: reason, isGoalReached: outcome == .converged, document: document,
            rounds: isChanged ? [record, record] : [record], versions: [first, document],
            started: Timestamp(milliseconds: 0), finished: Timestamp(milliseconds: 0))
        let report = RoundtableReport(
            run: RunID(trusted: "run_01"), input: RoundtableInput(document: first), result: result)
        return RoundtableSummary(
            report: report, changes: result.changes,
            files: .init(
                folder: "/home/ada/.tutti/run_01", document: "/home/ada/new.md", reports: ["/home/ada/r.html"]),
            source: source, bar: .high, showsAll: showsAll, width: width)
    }

    private static func text(_ summary: RoundtableSummary) -> String { RoundtableViewTests.text(summary.lines) }

    private static let change = """
        Changes: +4 −0 lines
          @@ -1,3 +1,7 @@
           # Tea

           The shop must be fast.
          +
          +## Rollback
          +
          +- **Question:** How long does it take to close the shop?

        Document: /home/ada/new.md
        Report:   /home/ada/r.html
        Run:      run_01 in /home/ada/.tutti/run_01
        Next:     answer the questions in the document, then: tutti roundtable /home/ada/new.md
        """

    private static let narrow = """

        ◆ stable after 2 rounds: the last refinement changed 3 % of the text, less
          than 5 %; 2 open findings are high or worse
          open: 1 critical, 1 high, 1 medium

        critical line 1    missing-section
          The document does not say who buys the tea, nor how many of them there are on
          a usual Saturday.
          → Name the people who buy, and how many of them come in an hour.

        high     line 7    missing-rollback
          Nothing says how to go back.

        1 more, medium or low: --all shows them

        \(change)
        """

    private static let wide = """

        ◆ stable after 2 rounds: the last refinement changed 3 % of the text, less than 5 %; 2 open findings are high or
          worse
          open: 1 critical, 1 high, 1 medium

        critical line 1    missing-section
          The document does not say who buys the tea, nor how many of them there are on a usual Saturday.
          → Name the people who buy, and how many of them come in an hour.

        high     line 7    missing-rollback
          Nothing says how to go back.

        1 more, medium or low: --all shows them

        \(change)
        """

    private static let long =
        "the last refinement changed 3 % of the text, less than 5 %; 2 open findings are high or worse"

    @Test(
        "looks so",
        arguments: [(80, narrow), (120, wide), (nil, wide.replacing("high or\n  worse", with: "high or worse"))])
    func snapshot(width: Int?, expected: String) {
        #expect(Self.text(Self.summary(reason: Self.long, width: width)) == expected)
    }

    @Test("stays within the window but for paths and commands", arguments: [40, 80, 120])
    func width(columns: Int) {
        for line in Self.summary(reason: Self.long, showsAll: true, width: columns).lines
        where !line.text.contains("/home/ada") {
            #expect(line.width < columns, "\(line.text)")
        }
    }

    @Test func showsAllThatIsOpen() {
        let text = Self.text(Self.summary(showsAll: true))
        #expect(text.contains("medium   line 3    vague-requirement\n  \"fast\" has no number.\n  → Say how fast.\n"))
        #expect(!text.contains("--all"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func cutsALongDiff() {
        let lines = (1...40).map { "line \($0)\n" }.joined()
        var summary = Self.summary()
        summary = RoundtableSummary(
            report: summary.report, changes: LineDiff(from: "", to: lines), files: summary.files, source: nil,
            bar: .high,
            showsAll: false, width: nil)
        let text = Self.text(summary)
        #expect(text.contains("  +line 15\n  … 25 more lines in the report\n"))
    }

    @Test(
        "says what to do next",
        arguments: [
            (RoundtableOutcome.converged, 0, true, "diff plan.md /home/ada/new.md"),
            (.converged, 0, false, "tutti runs show run_01"),
            (.stable, 1, true, "mend the findings, then: tutti roundtable /home/ada/new.md"),
            (.exhausted, 2, true, "answer the questions in the document, then: tutti roundtable /home/ada/new.md"),
        ])
    func next(outcome: RoundtableOutcome, open: Int, isChanged: Bool, expected: String) {
        let text = Self.text(Self.summary(outcome, open: open, isChanged: isChanged))
        #expect(text.hasSuffix("Next:     " + expected))
        #expect(text.contains("\(outcome.rawValue) after \(isChanged ? "2 rounds" : "1 round"): "))
        #expect(text.contains("Changes: ") == isChanged)
    }

    @Test func saysShowForWhatCameByAPipe() {
        #expect(Self.text(Self.summary(.converged, open: 0, source: "-")).hasSuffix("tutti runs show run_01"))
        #expect(Self.text(Self.summary(.converged, open: 0, source: nil)).hasSuffix("tutti runs show run_01"))
    }
}
