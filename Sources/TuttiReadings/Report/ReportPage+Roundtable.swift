import TuttiCore
package import TuttiDocuments
package import TuttiTeams

extension ReportPage {
    /// The page of a roundtable's report.
    ///
    /// - Parameter changes: from the first version to the one that is returned.
    package init(_ report: RoundtableReport, changes: LineDiff) {
        let open = (report.decisiveRound?.findings ?? []).map { tracked in
            Finding(tracked.finding, state: tracked.state == .new ? .new : .repeated)
        }
        let fixed = report.rounds.prefix(report.documentVersion).flatMap { round in
            round.fixed.map { finding in
                var page = Finding(finding, state: .fixed)
                let reason = round.reason(of: finding).map { " \($0.critic): \($0.text)" } ?? ""
                page.suggestion = "Fixed in version \(round.round).\(reason)"
                return page
            }
        }
        self.init(
            title: report.title, ending: RoundtableEnding(report.outcome), summary: report.reason,
            rounds: report.rounds.map { round in
                Round(
                    number: round.round, findings: SeverityCounts(FindingCounts(round.findings.map(\.finding))),
                    note: round.verdict.reason)
            },
            findings: open + fixed,
            diff: changes.isEmpty ? "" : changes.unifiedText(oldName: "before", newName: "after"),
            document: report.document,
            runID: report.run.id, facts: Self.facts(report))
    }

    private static func facts(_ report: RoundtableReport) -> [Fact] {
        let critics = report.critics.joined(separator: ", ")
        let evidence = report.kindEvidence.isEmpty ? "" : " (\(report.kindEvidence.joined(separator: ", ")))"
        let silenced = report.rounds.last?.critics.flatMap(\.silenced).count ?? 0
        var facts = [
            Fact("kind", report.kind + evidence), Fact("critics", critics), Fact("bar", report.bar.rawValue),
            Fact("rounds", "\(report.rounds.count) of at most \(report.maxIterations)"),
            Fact("started", report.run.started), Fact("finished", report.run.finished),
        ]
        for round in report.rounds {
            for critic in round.critics {
                guard let error = critic.error else { continue }
                facts.append(Fact("no review from \(critic.critic) in round \(round.round)", error))
            }
            for left in round.unresolved ?? [] {
                facts.append(Fact("left by the moderator in round \(round.round)", left))
            }
            for refused in round.refusedEdits ?? [] {
                facts.append(Fact("refused edit of round \(round.round)", refused))
            }
        }
        for critic in report.decisiveRound?.critics ?? [] {
            if let assessment = critic.assessment { facts.append(Fact("\(critic.critic) says", assessment)) }
        }
        if let costs = report.costs, let spent = report.spent {
            facts.append(Fact("spent", "\(spent)"))
            for cost in costs { facts.append(Fact("spent by \(cost.agent)", "\(cost.spending)")) }
        }
        if silenced > 0 { facts.append(Fact("silenced by the author", "\(silenced)")) }
        return facts
    }
}

extension ReportPage.Finding {
    fileprivate init(_ finding: TuttiDocuments.Finding, state: State) {
        self.init(
            state: state, severity: finding.severity, critic: finding.critic, code: finding.code,
            line: state == .fixed ? nil : finding.line, section: finding.section.isEmpty ? nil : finding.section,
            message: finding.message, suggestion: finding.suggestion.isEmpty ? nil : finding.suggestion,
            quote: finding.quote.isEmpty ? nil : finding.quote)
    }
}

extension RoundRecord {
    /// Why a finding is called fixed, by whom: its own critic before all others.
    fileprivate func reason(of finding: TuttiDocuments.Finding) -> (critic: String, text: String)? {
        let answers = critics.compactMap { record -> (critic: String, text: String)? in
            let answer = record.answers?.first { $0.identity == finding.identity && $0.isFixed }
            return answer.map { (record.critic, $0.reason) }
        }
        return answers.first { $0.critic == finding.critic } ?? answers.first
    }
}
