import TuttiCore

/// The findings of an HTML report: open ones as cards, mended ones folded away.
struct FindingsSection {
    private let page: ReportPage
    /// Lines that can be linked to.
    private let lines: ClosedRange<Int>

    init(page: ReportPage) {
        self.page = page
        lines = 1...max(1, page.documentLines.count)
    }

    var html: String {
        let (open, fixed) = (page.openFindings, page.fixedFindings)
        var parts: [String] = []
        if open.isEmpty {
            parts.append(
                HTMLReport.section(
                    "findings", "Open findings", .element("p", class: "empty", text: "Nothing is open.")))
        } else {
            parts.append(HTMLReport.section("findings", "Open findings (\(open.count))", list(open)))
        }
        if !fixed.isEmpty {
            parts.append(
                HTMLReport.fold("fixed", "Fixed", note: fixed.count.counted("finding"), list(fixed), isOpen: false))
        }
        return parts.joined(separator: "\n")
    }

    private func list(_ findings: [ReportPage.Finding]) -> String {
        .element("ol", class: "findings", findings.map(card).joined(separator: "\n"))
    }

    private func card(_ finding: ReportPage.Finding) -> String {
        var parts = [String.element("p", class: "where", place(of: finding))]
        parts.append(.element("p", class: "message", text: finding.message))
        if let quote = finding.quote { parts.append(.element("blockquote", text: quote)) }
        if let suggestion = finding.suggestion {
            parts.append(.element("p", class: "suggestion", text: suggestion))
        }
        return .element("li", class: finding.severity.rawValue, parts.joined(separator: "\n"))
    }

    /// Severity, line, section, rule, critic, and whether it was there before.
    private func place(of finding: ReportPage.Finding) -> String {
        var parts = [String.element("b", class: "severity", text: finding.severity.rawValue)]
        if let line = finding.line {
            // The lines of fixed findings belong to an older version.
            let text = "line \(line)"
            parts.append(
                finding.state != .fixed && lines.contains(line)
                    ? "<a href=\"#L\(line)\">\(text)</a>" : .element("span", text: text))
        }
        if let section = finding.section { parts.append(.element("span", text: section)) }
        if let code = finding.code { parts.append(.element("code", text: code)) }
        parts.append(.element("span", class: "muted", text: finding.critic))
        if finding.state == .repeated { parts.append(.element("span", class: "muted", text: "seen before")) }
        return parts.joined(separator: " ")
    }
}
