import TuttiCore
import TuttiDocuments
import TuttiStore
import TuttiTeams

/// What happened at a roundtable, in a few lines of Markdown for whoever chats with it.
struct RoundtableAccount {
    let run: RunID
    let result: RoundtableResult

    /// Open findings that are told one by one.
    static let findingsMax = 12

    init(run: RunID, _ result: RoundtableResult) {
        self.run = run
        self.result = result
    }

    /// What all calls of models have used, as far as the rounds tell.
    var spending: Spending {
        result.rounds.flatMap { $0.critics.map(\.spending) + [$0.moderatorSpending] }.compactMap(\.self)
            .reduce(Spending(), +)
    }

    var text: String {
        let rounds = Self.count(result.rounds.count, "round")
        var lines = ["Outcome: **\(result.outcome.rawValue)** after \(rounds): \(result.reason).", ""]
        for round in result.rounds { lines.append(Self.line(of: round)) }
        let open = result.open
        if !open.isEmpty {
            lines += ["", "Open:", ""]
            lines += open.prefix(Self.findingsMax).map { tracked in
                let finding = tracked.finding
                let message = CleanText.line(finding.message, bytesMax: 300)
                return "- \(finding.severity.rawValue), line \(finding.line) (\(finding.critic)): \(message)"
            }
            if open.count > Self.findingsMax { lines.append("- and \(open.count - Self.findingsMax) more") }
        }
        let used = spending.calls == 0 ? "" : "; \(spending)"
        lines += ["", "Run `\(run)`\(used)."]
        return lines.joined(separator: "\n")
    }

    private static func line(of round: RoundRecord) -> String {
        let counts = FindingCounts(round.findings.map(\.finding))
        var parts = ["\(count(counts.total, "open finding"))\(told(counts))"]
        if !round.fixed.isEmpty { parts.append("\(round.fixed.count) fixed") }
        if !round.edits.isEmpty { parts.append("\(count(round.edits.count, "edit")) made") }
        return "- Round \(round.round): \(parts.joined(separator: ", "))"
    }

    // MARK: While it goes on

    /// What an event tells whoever waits.
    static func line(of event: RunEvent) -> String? {
        func read<Value: Decodable>(_ type: Value.Type) -> Value? { try? CanonicalJSON.decode(type, from: event.data) }
        switch event.type {
        case RoundtableEvent.CriticCompleted.type:
            guard let told = read(RoundtableEvent.CriticCompleted.self) else { return nil }
            let found = count(told.counts.total, "finding") + Self.told(told.counts)
            return "Round \(told.round): \(told.critic) has \(found)."
        case RoundtableEvent.RoundJudged.type:
            guard let told = read(RoundtableEvent.RoundJudged.self) else { return nil }
            return "Round \(told.round): \(told.outcome?.rawValue ?? "it goes on"), \(told.reason)."
        case RoundtableEvent.ModeratorCompleted.type:
            guard let told = read(RoundtableEvent.ModeratorCompleted.self) else { return nil }
            return "Round \(told.round): \(count(told.edits, "edit")) made, \(told.inserted) lines more and "
                + "\(told.deleted) less."
        default: return nil
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// ` (1 high, 2 low)`, and nothing where there is none.
    private static func told(_ counts: FindingCounts) -> String {
        let parts = [
            (counts.critical, "critical"), (counts.high, "high"), (counts.medium, "medium"), (counts.low, "low"),
        ].filter { $0.0 > 0 }
        return parts.isEmpty ? "" : " (\(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")))"
    }
}
