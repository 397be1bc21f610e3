import Glibc
import TuttiCore
import TuttiStore
import TuttiTeams

/// One run as `runs show` tells of it.
struct RunPage {
    let summary: RunSummary
    let title: String?
    /// Of a roundtable that has its result.
    let result: RoundtableFacts?
    /// Where the run's files lie; `nil` when it has none.
    let folder: String?
    let steps: [StoredStep]
    let owner: RunOwners.Owner?
    let now: Timestamp

    static func folder(of run: RunID, home: String) -> String? {
        let folder = "\(home)/runs/\(run)"
        return unsafe access(folder, F_OK) == 0 ? folder : nil
    }

    // MARK: For people

    var lines: [StyledLine] {
        let head =
            summary.stateLine(owner) + StyledLine("  \(summary.id)", .strong) + StyledLine("  \(summary.workflow)")
        return [head] + facts + failure + [""] + StepTree(steps).lines + next
    }

    private var facts: [StyledLine] {
        var lines: [StyledLine] = []
        if let title { lines.append(fact("Title", title)) }
        if let result {
            let rounds = CountText.text(result.rounds, "round")
            let ending = RoundtableEnding(result.outcome).state
            lines.append(
                label("Outcome") + StyledLine(result.outcome.rawValue, ending.role)
                    + StyledLine(" after \(rounds): \(result.reason)"))
            lines.append(fact("Open", SeverityCounts(result.open).sentence))
        }
        lines.append(fact("Started", "\(summary.created), \(AgeText.text(now - summary.created)) ago"))
        if let finished = summary.finished {
            lines.append(fact("Ended", "\(finished), after \(TimeText.short(finished - summary.created))"))
        }
        if let deadline = summary.deadline, !summary.status.isFinal { lines.append(fact("Deadline", "\(deadline)")) }
        if summary.fence > 1 { lines.append(fact("Attempts", "taken up \(summary.fence) times")) }
        if let owner { lines.append(fact("Process", "\(owner.process), \(owner.health.rawValue) (\(owner.executor))")) }
        if let folder { lines.append(fact("Files", folder)) }
        return lines
    }

    private var failure: [StyledLine] {
        guard let error = summary.error else { return [] }
        var lines = [label("Error") + StyledLine("\(error.code): \(error.message)", .bad)]
        if !error.origin.isEmpty { lines.append(fact("Where", error.origin)) }
        return lines
    }

    private var next: [StyledLine] {
        let command: String
        switch (summary.status, owner?.health) {
        case (.running, .stopped):
            let process = owner.map { "\($0.process)" } ?? ""
            command = "kill -CONT \(process)   or   tutti runs resume --take-over \(summary.id)"
        case (.running, _): command = "tutti runs logs -f \(summary.id)"
        case (.waiting, _) where summary.isInterrupted, (.blocked, _): command = "tutti runs resume \(summary.id)"
        default: return []
        }
        return ["", label("Next") + StyledLine(command)]
    }

    private static let labelWidth = 10

    private func label(_ name: String) -> StyledLine {
        StyledLine(TerminalText.padded(name + ":", to: Self.labelWidth), .muted)
    }

    private func fact(_ name: String, _ text: String) -> StyledLine { label(name) + StyledLine(text) }

    // MARK: For programs

    var json: JSONValue {
        guard case .object(var members) = summary.json(title: title, owner: owner, at: now) else { return .null }
        members["result"] = result?.json ?? .null
        members["folder"] = .text(folder)
        members["steps"] = .array(steps.map(\.json))
        return .object(members)
    }
}
