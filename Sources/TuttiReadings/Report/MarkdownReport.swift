import TuttiCore

/// A report as Markdown, for reviews and wikis.
package enum MarkdownReport {
    /// The whole file.
    package static func text(_ page: ReportPage) -> String {
        [heading(page), rounds(page), findings(page), fixed(page), diff(page), document(page), facts(page)]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func heading(_ page: ReportPage) -> String {
        """
        # \(MarkdownText.escaped(page.title))

        **\(page.ending.state.glyph) \(page.ending.rawValue)** · \(page.openCounts.sentence)

        \(MarkdownText.escaped(page.summary))

        """
    }

    private static func rounds(_ page: ReportPage) -> String {
        guard !page.rounds.isEmpty else { return "" }
        let rows = page.rounds.map { round in
            let numbers = Severity.allCases.map { "\(round.findings[$0])" }
            return row(["\(round.number)"] + numbers + [MarkdownText.escaped(round.note)])
        }
        let heads = ["Round"] + Severity.allCases.map(\.rawValue) + ["What it came to"]
        let rule = "| ---: | ---: | ---: | ---: | ---: | --- |\n"
        return "## Rounds\n\n" + row(heads) + rule + rows.joined()
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

    private static func findings(_ page: ReportPage) -> String {
        let open = page.openFindings
        guard !open.isEmpty else { return "## Open findings\n\nNothing is open.\n" }
        return "## Open findings (\(open.count))\n\n" + open.map(item).joined()
    }

    private static func fixed(_ page: ReportPage) -> String {
        let fixed = page.fixedFindings
        return fixed.isEmpty ? "" : "## Fixed (\(fixed.count))\n\n" + fixed.map(item).joined()
    }

    private static func item(_ finding: ReportPage.Finding) -> String {
        var place = ["**\(finding.severity.rawValue)**"]
        if let line = finding.line { place.append("line \(line)") }
        if let section = finding.section { place.append(MarkdownText.escaped(section)) }
        if let code = finding.code { place.append(MarkdownText.escaped(code)) }
        place.append(MarkdownText.escaped(finding.critic))
        if finding.state == .repeated { place.append("seen before") }
        var text = "- \(place.joined(separator: " · "))  \n  \(MarkdownText.escaped(finding.message))\n"
        if let quote = finding.quote { text += "  > \(MarkdownText.escaped(quote))\n" }
        if let suggestion = finding.suggestion { text += "\n  → \(MarkdownText.escaped(suggestion))\n" }
        return text
    }

    private static func diff(_ page: ReportPage) -> String {
        page.diff.isEmpty ? "" : "## Changes\n\n" + MarkdownText.fenced(page.diff, language: "diff")
    }

    private static func document(_ page: ReportPage) -> String {
        "## The document now\n\n" + MarkdownText.fenced(page.document, language: "markdown")
    }

    private static func facts(_ page: ReportPage) -> String {
        let facts = [ReportPage.Fact("run", page.runID)] + page.facts
        return "## Facts\n\n"
            + facts.map { "- \(MarkdownText.escaped($0.name)): \(MarkdownText.escaped($0.value))\n" }.joined()
    }
}
