import TuttiCore

/// A report as one HTML file that needs nothing else: no script, no font, no picture, no network.
package enum HTMLReport {
    /// The whole file.
    package static func text(_ page: ReportPage) -> String {
        let body = [
            header(page), summary(page), rounds(page), FindingsSection(page: page).html, diff(page), document(page),
            facts(page),
        ].filter { !$0.isEmpty }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escaped(page.title))</title>
            <style>
            \(HTMLStyle.text)
            </style>
            </head>
            <body>
            <main>
            \(body.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private static func header(_ page: ReportPage) -> String {
        let state = page.ending.state
        let outcome = "<span class=\"glyph\" aria-hidden=\"true\">\(state.glyph)</span> \(page.ending.rawValue)"
        return .element(
            "header",
            .element("p", class: "maker", text: "tutti roundtable") + .element("h1", text: page.title)
                + .element("p", class: "outcome " + HTMLStyle.name(of: state), outcome))
    }

    private static func summary(_ page: ReportPage) -> String {
        let counts = page.openCounts
        let tiles = Severity.allCases.map { severity in
            let kind = counts[severity] > 0 ? severity.rawValue : "none"
            return String.element(
                "li", class: kind,
                .element("b", text: "\(counts[severity])") + .element("span", text: severity.rawValue))
        }
        return .element("p", class: "summary", text: page.summary)
            + .element("ul", class: "tiles", tiles.joined())
    }

    // MARK: Rounds

    private static func rounds(_ page: ReportPage) -> String {
        guard !page.rounds.isEmpty else { return "" }
        let heads =
            ["Round", "Open findings"].map { String.element("th", text: $0) }
            + Severity.allCases.map { .element("th", class: "number", text: $0.rawValue.capitalStart) }
            + [.element("th", text: "What it came to")]
        let widest = page.rounds.map(\.findings.total).max() ?? 0
        let rows = page.rounds.map { round in
            let numbers = Severity.allCases.map { severity in
                String.element("td", class: "number", text: "\(round.findings[severity])")
            }
            return String.element(
                "tr",
                .element("th", text: "\(round.number)") + .element("td", class: "bar", bar(round, widest: widest))
                    + numbers.joined() + .element("td", text: round.note))
        }
        let table = String.element(
            "table",
            .element("thead", .element("tr", heads.joined()))
                + .element("tbody", rows.joined(separator: "\n")))
        return section("rounds", "Rounds", .element("div", class: "scroll", table))
    }

    private static func bar(_ round: ReportPage.Round, widest: Int) -> String {
        let parts = Severity.allCases.filter { round.findings[$0] > 0 }.map { severity in
            // Whole percents: the same bytes on every machine.
            let percent = round.findings[severity] * 100 / max(widest, 1)
            return "<i class=\"\(severity.rawValue)\" style=\"width:\(max(percent, 1))%\"></i>"
        }
        return parts.joined() + .element("span", text: "\(round.findings.total)")
    }

    // MARK: Texts

    private static func diff(_ page: ReportPage) -> String {
        guard !page.diff.isEmpty else { return "" }
        let diff = DiffText(page.diff)
        let lines = diff.lines.map { String.element("span", class: HTMLStyle.name(of: $0.kind), text: $0.text) }
        var content = String.element("div", class: "diff", lines.joined(separator: "\n"))
        if diff.omitted > 0 {
            content += .element("p", class: "muted", text: "Left out here: \(diff.omitted.counted("line")).")
        }
        let counts = "+\(diff.inserted) −\(diff.deleted) lines"
        return fold("changes", "Changes", note: counts, content, isOpen: true)
    }

    private static func document(_ page: ReportPage) -> String {
        var isCode = false
        let items = page.documentLines.enumerated().map { index, line in
            let isFence = line.hasPrefix("```") || line.hasPrefix("~~~")
            let kind = isCode || isFence ? " class=\"code\"" : line.hasPrefix("#") ? " class=\"heading\"" : ""
            if isFence { isCode.toggle() }
            return "<li id=\"L\(index + 1)\"\(kind)>\(HTMLText.escaped(String(line)))</li>"
        }
        let list = String.element("ol", class: "document", items.joined(separator: "\n"))
        return fold("document", "The document now", note: items.count.counted("line"), list, isOpen: true)
    }

    private static func facts(_ page: ReportPage) -> String {
        let facts = [ReportPage.Fact("run", page.runID)] + page.facts
        let rows = facts.map { String.element("dt", text: $0.name) + .element("dd", text: $0.value) }
        return .element("footer", .element("dl", rows.joined(separator: "\n")))
    }

    // MARK: Frames

    static func section(_ name: String, _ heading: String, _ content: String) -> String {
        "<section id=\"\(name)\">\(String.element("h2", text: heading))\n\(content)</section>"
    }

    static func fold(_ name: String, _ heading: String, note: String, _ content: String, isOpen: Bool) -> String {
        let summary = String.element(
            "summary", .element("h2", text: heading) + " " + .element("span", class: "muted", text: note))
        return "<details id=\"\(name)\"\(isOpen ? " open" : "")>\(summary)\n\(content)</details>"
    }
}

extension Int {
    /// `1 line`, `2 lines`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}

extension String {
    /// The text with a capital first letter.
    fileprivate var capitalStart: String { prefix(1).uppercased() + dropFirst() }
}
