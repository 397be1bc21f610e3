import Glibc
import TuttiCore
import TuttiEngine
import TuttiReadings
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
    var surroundings = RunSurroundings()
    /// With all that it has started.
    var cost: StepCost?
    /// The limits that it spends from, which are those of the run that began it all.
    var budget: [BudgetState] = []
    let owner: RunOwners.Owner?
    let now: Timestamp

    static func folder(of run: RunID, home: String) -> String? {
        let folder = "\(home)/runs/\(run)"
        return unsafe access(folder, F_OK) == 0 ? folder : nil
    }

    // MARK: For people

    var lines: [StyledLine] {
        let head =
            summary.stateLine(owner, asks: asks) + StyledLine("  \(summary.id)", .strong)
            + StyledLine("  \(summary.workflow)")
        return [head] + facts + failure + [""] + StepTree(steps, surroundings).lines + questions + next
    }

    /// The names of what it waits for.
    private var asks: [String] { summary.waitsForAnswer ? surroundings.questions.map(\.name) : [] }

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
        if let parent = summary.parent { lines.append(fact("Parent", parent.text)) }
        if let source = summary.forkedFrom { lines.append(fact("Fork of", source.text)) }
        if summary.generation > 0 { lines.append(fact("Retried", CountText.text(summary.generation, "time"))) }
        if summary.fence > 1 { lines.append(fact("Attempts", "taken up \(summary.fence) times")) }
        if let cost { lines.append(fact("Cost", CostText.sentence(cost))) }
        for (index, state) in budget.enumerated() {
            let whose = summary.parent == nil ? "" : " (of \(summary.root))"
            lines.append(index == 0 ? fact("Budget", state.line + whose) : indented(StyledLine(state.line)))
        }
        if let owner { lines.append(fact("Process", "\(owner.process), \(owner.health.rawValue) (\(owner.executor))")) }
        if let folder { lines.append(fact("Files", folder)) }
        return lines
    }

    private var failure: [StyledLine] {
        guard let error = summary.error else { return [] }
        var lines = [label("Error") + StyledLine("\(error.code): \(error.message)", .bad)]
        if !error.origin.isEmpty { lines.append(fact("Where", error.origin)) }
        for side in ["recorded", "asked"] where isDiverged {
            guard let text = error.data?[side]?.stringValue else { continue }
            lines.append(fact(side == "asked" ? "Asked" : "Recorded", text))
        }
        return lines
    }

    private var isDiverged: Bool { summary.status == .blocked && summary.reason == BlockReason.diverged.rawValue }

    // MARK: What can be done

    /// Lines of what an approval shows.
    private static let shownMax = 12

    private var questions: [StyledLine] {
        let all = surroundings.questions
        return all.flatMap { question in
            let run = "\(summary.id) \(question.word(among: all))"
            return ["", question.head(at: now)] + question.body(atMost: Self.shownMax, all: all) + [
                StyledLine("  tutti runs approve \(run) --shown \(question.shortHash)"),
                StyledLine("  tutti runs reject \(run) --shown \(question.shortHash)"),
            ]
        }
    }

    private var next: [StyledLine] {
        let commands = nextCommands
        guard let first = commands.first else { return [] }
        return ["", label("Next") + first] + commands.dropFirst().map(indented)
    }

    private var nextCommands: [StyledLine] {
        let id = summary.id
        switch (summary.status, owner?.health) {
        case (.running, .stopped):
            let process = owner.map { "\($0.process)" } ?? ""
            return [StyledLine("kill -CONT \(process)   or   tutti runs resume --take-over \(id)")]
        case (.running, _): return [StyledLine("tutti runs logs -f \(id)")]
        case (.waiting, _) where summary.isOverBudget:
            return [StyledLine(BudgetStop.command(for: summary.root, budget))]
        case (.waiting, _) where summary.isInterrupted: return [StyledLine("tutti runs resume \(summary.root)")]
        case (.blocked, _) where isDiverged: return divergenceCommands
        case (.blocked, _) where summary.reason == BlockReason.undoFailed.rawValue:
            return [StyledLine("tutti runs retry \(summary.root)")]
        case (.blocked, _): return [StyledLine("tutti runs resume \(id)")]
        case (.failed, _) where summary.parent == nil:
            guard summary.error?.code == StepError.outcomeUnknown else { return [StyledLine("tutti runs retry \(id)")] }
            return ["--done", "--again"].map { StyledLine("tutti runs resolve \(id) \($0)") }
        case (.completed, _):
            guard let result, result.outcome == .exhausted else { return [] }
            return [StyledLine("tutti runs continue \(id) --max-iterations \(result.rounds + 1)")]
        case (.cancelled, _): return [StyledLine("tutti runs fork \(id)")]
        default: return []
        }
    }

    /// To keep what is recorded, or to do it again; and to go on as before, when the code is as it was.
    private var divergenceCommands: [StyledLine] {
        let error = summary.error
        let accept = StyledLine("tutti runs resume \(summary.id) --accept-recorded") + StyledLine("   keeps it", .muted)
        let fork =
            StyledLine("tutti runs fork \(summary.id) --at \(ShellWord.quoted(error?.origin ?? ""))")
            + StyledLine("   does it again", .muted)
        return (error?.data?["acceptable"] == true ? [accept] : []) + [fork]
    }

    private static let labelWidth = 10

    private func label(_ name: String) -> StyledLine {
        StyledLine(TerminalText.padded(name + ":", to: Self.labelWidth), .muted)
    }

    private func indented(_ line: StyledLine) -> StyledLine {
        StyledLine([.init(text: String(repeating: " ", count: Self.labelWidth), role: .plain)]) + line
    }

    private func fact(_ name: String, _ text: String) -> StyledLine { label(name) + StyledLine(text) }

    // MARK: For programs

    var json: JSONValue {
        guard case .object(var members) = summary.json(title: title, owner: owner, asks: asks, cost: cost, at: now)
        else {
            return .null
        }
        members["budget"] = .array(budget.map(\.json))
        members["result"] = result?.json ?? .null
        members["folder"] = .text(folder)
        members["approvals"] = .array(surroundings.questions.map(\.json))
        members["steps"] = .array(steps.map { $0.json(surroundings) })
        return .object(members)
    }
}
