import TuttiCore
import TuttiTerminal

@testable import TuttiReadings

extension ReportPage {
    /// A page as a person would get it.
    static var sample: ReportPage {
        ReportPage(
            title: "A plan for the tea shop", ending: .stable,
            summary: "Two rounds changed 3 % of the text; 3 questions are left for its author.",
            rounds: [
                .init(number: 1, findings: .init(critical: 1, high: 2, medium: 4, low: 1), note: "the bar is high"),
                .init(number: 2, findings: .init(high: 1, medium: 1, low: 1), note: "the text changed by 3 %"),
            ],
            findings: [
                .init(
                    state: .new, severity: .low, critic: "product", code: "STY-02", line: 4, section: "Goals",
                    message: "The sentence has 48 words."),
                .init(
                    state: .repeated, severity: .high, critic: "engineering", code: "REQ-01", line: 3, section: "Goals",
                    message: "\"Fast\" cannot be measured.",
                    suggestion: "Say how many milliseconds, at which percentile.", quote: "The shop must be fast."),
                .init(
                    state: .fixed, severity: .critical, critic: "ai-risk", line: 9, message: "There is no rollback."),
                .init(state: .new, severity: .medium, critic: "product", message: "Nobody owns the launch."),
            ],
            diff: """
                --- plan.md
                +++ plan.md (round 2)
                @@ -1,3 +1,4 @@
                 # Plan
                -The shop opens.
                +The shop opens on Monday.
                +
                 The shop must be fast.

                """, document: "# Plan\nThe shop opens on Monday.\n\nThe shop must be fast.\n",
            runID: "run_01k9a3", facts: [.init("kind", "prd"), .init("critics", "product, engineering, ai-risk")])
    }

    /// Every text of it wants to be more than text.
    static var hostile: ReportPage {
        let script =
            "</title><script>alert('x')</script>\"' onload=x &amp; ``` | [a](javascript:b) \u{202E}\u{1B}[31m\u{0}"
        let finding = Finding(
            state: .new, severity: .critical, critic: script, code: script, line: .max, section: script,
            message: script, suggestion: script, quote: script)
        return ReportPage(
            title: script, ending: .failed, summary: script,
            rounds: [.init(number: .max, findings: .init(critical: 1_000_000), note: script)], findings: [finding],
            diff: "--- \(script)\n+++ \(script)\n@@ -1 +1 @@\n-\(script)\n+\(script)\n",
            document: "`````\n\(script)\n</li></ol>", runID: script, facts: [.init(script, script)])
    }

    /// A page of a run that found nothing.
    static var empty: ReportPage {
        ReportPage(
            title: "", ending: .converged, summary: "", rounds: [], findings: [], diff: "", document: "", runID: "",
            facts: [])
    }
}
