import TuttiConfiguration
import TuttiCore
import TuttiDocuments
import TuttiReadings
import TuttiTeams

/// What is shown at the end of a roundtable: outcome, findings, the diff in short, where the files lie, what is next.
struct RoundtableSummary {
    let report: RoundtableReport
    /// From the first version to the one that is returned.
    let changes: LineDiff
    let files: RunFiles.Places
    /// The input file as it was typed; `nil` for a run that was taken up again.
    let source: String?
    let bar: SeverityBar
    let showsAll: Bool
    /// Columns of the terminal; `nil` elsewhere, where nothing is cut.
    let width: Int?

    /// Lines of the diff that are shown.
    private static let diffLinesMax = 16

    var lines: [StyledLine] {
        [StyledLine("")] + outcome + findings + diff + costs + places
    }

    // MARK: Outcome

    private var outcome: [StyledLine] {
        let ending = RoundtableEnding(report.outcome)
        let rounds = report.rounds.count == 1 ? "1 round" : "\(report.rounds.count) rounds"
        let head = "\(ending.state.glyph) \(report.outcome.rawValue)"
        let text = TerminalText.sanitized("\(head) after \(rounds): \(report.reason)")
        let wrapped = TextWrap.wrap(text, columns: width.map { $0 - 3 } ?? .max).split(separator: "\n")
        let first =
            StyledLine(head, ending.state.role) + StyledLine(String((wrapped.first ?? "").dropFirst(head.count)))
        return [first] + wrapped.dropFirst().map { StyledLine("  " + $0) }
            + ["  " + StyledLine("open: ", .muted) + StyledLine(SeverityCounts(report.open).sentence), ""]
    }

    // MARK: Findings

    private var shown: [TrackedFinding] {
        let open = report.decisiveRound?.findings ?? []
        return showsAll ? open : open.filter { $0.finding.severity >= .high }
    }

    private var findings: [StyledLine] {
        var lines = shown.flatMap(describe)
        let rest = (report.decisiveRound?.findings.count ?? 0) - shown.count
        if rest > 0 { lines += [StyledLine("\(rest) more, medium or low: --all shows them", .muted), ""] }
        return lines
    }

    private func describe(_ tracked: TrackedFinding) -> [StyledLine] {
        let finding = tracked.finding
        let severity = StyledLine(finding.severity.rawValue.padded(to: 9), Role(finding.severity))
        let place = StyledLine("line \(finding.line)".padded(to: 10), .muted)
        let who = report.critics.count > 1 ? "  \(TerminalText.sanitized(finding.critic))" : ""
        var lines = [severity + place + StyledLine(finding.code + who, .muted)]
        lines += wrapped(finding.message, indent: 2)
        if !finding.suggestion.isEmpty { lines += wrapped("→ " + finding.suggestion, indent: 2) }
        return lines + [""]
    }

    private func wrapped(_ text: String, indent: Int) -> [StyledLine] {
        let columns = max(30, min(width ?? 100, 100)) - indent - 1
        return TextWrap.wrap(TerminalText.sanitized(text), columns: columns).split(separator: "\n").map { line in
            StyledLine(String(repeating: " ", count: indent) + line)
        }
    }

    // MARK: Diff

    private var diff: [StyledLine] {
        guard !changes.isEmpty else { return [] }
        // Without the names of the files, and what stands behind the last line feed.
        let all = changes.unifiedText().split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2).dropLast()
        var lines = [
            StyledLine("Changes: ", .strong) + StyledLine("+\(changes.insertedCount) −\(changes.deletedCount) lines")
        ]
        lines += all.prefix(Self.diffLinesMax).map { line in
            let role: Role = line.hasPrefix("+") ? .insertion : line.hasPrefix("-") ? .deletion : .muted
            return cut("  " + StyledLine(TerminalText.sanitized(String(line)), role))
        }
        let rest = all.count - Self.diffLinesMax
        if rest > 0 {
            lines.append(StyledLine("  … \(rest) more \(rest == 1 ? "line" : "lines") in the report", .muted))
        }
        return lines + [""]
    }

    private func cut(_ line: StyledLine) -> StyledLine { width.map { line.truncated(to: $0 - 1) } ?? line }

    // MARK: Costs

    private var costs: [StyledLine] {
        guard let costs = report.costs, let spent = report.spent else { return [] }
        let width = (costs.map(\.agent.count).max() ?? 0) + 2
        let lines = costs.map { cost in
            StyledLine("  \(TerminalText.sanitized(cost.agent).padded(to: width))\(cost.spending)", .muted)
        }
        return [StyledLine("Spent:    ", .strong) + StyledLine("\(spent)")] + lines + [StyledLine("")]
    }

    // MARK: Where it lies, and what next

    private var places: [StyledLine] {
        var lines = [StyledLine("Document: ", .strong) + StyledLine(files.document)]
        for report in files.reports { lines.append(StyledLine("Report:   ", .strong) + StyledLine(report)) }
        lines.append(StyledLine("Run:      ", .strong) + StyledLine("\(report.run.id) in \(files.folder)"))
        lines.append(StyledLine("Next:     ", .strong) + StyledLine(next))
        return lines
    }

    private var next: String {
        let questions = report.decisiveRound?.findings.reduce(0) { $0 + $1.finding.questions.count } ?? 0
        if report.goalReached {
            guard let source, source != "-", !changes.isEmpty else { return "tutti runs show \(report.run.id)" }
            return "diff \(ShellWord.quoted(source)) \(ShellWord.quoted(files.document))"
        }
        if report.outcome == .stalled {
            return "tutti runs continue \(report.run.id) --max-iterations \(report.maxIterations + 1), which asks the "
                + "moderator again"
        }
        let absent = report.decisiveRound?.critics.filter { $0.error != nil }.map(\.critic) ?? []
        if questions == 0, report.open.total == 0, !absent.isEmpty {
            return "review it again when \(absent.joined(separator: ", ")) can answer"
        }
        let ask = questions > 0 ? "answer the questions in the document" : "mend the findings"
        return "\(ask), then: tutti roundtable \(ShellWord.quoted(files.document))"
    }
}

extension String {
    /// With spaces behind it, for ASCII words in columns.
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(1, count - self.count))
    }
}
