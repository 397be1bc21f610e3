import TuttiCore
import TuttiReadings
import TuttiStore

/// A list of runs as it is shown.
struct RunListing {
    let runs: [RunSummary]
    let titles: [RunID: String]
    /// The names of the approvals that runs wait for.
    var asks: [RunID: [String]] = [:]
    /// Of each run with all that it has started.
    var costs: [RunID: StepCost] = [:]
    /// How many there are, those that are not shown included.
    let total: Int
    /// Children that the listing leaves out.
    var hiddenChildren = 0
    let owners: RunOwners
    let now: Timestamp

    /// `run_`, the ten digits of the time, and enough of the rest to tell runs of one millisecond apart.
    private static let idLengthMin = 16

    // MARK: For people

    func lines(width: Int?) -> [StyledLine] {
        guard !runs.isEmpty else { return ["There are no such runs."] + children }
        let idLength = idLength
        let columns: [TextTable.Column] = [
            .init("RUN"), .init("STATE"), .init("WORKFLOW"), .init("TITLE", isFlexible: true),
            .init("AGE", alignment: .trailing), .init("TOOK", alignment: .trailing),
        ]
        let cost: [TextTable.Column] = costs.isEmpty ? [] : [.init("COST", alignment: .trailing)]
        var table = TextTable(columns + cost)
        for run in runs {
            let cost = costs[run.id].map(CostText.dollars) ?? ""
            let cells = [
                StyledLine(String(run.id.text.prefix(idLength))), run.stateLine(owners[run], asks: asks[run.id] ?? []),
                StyledLine(run.workflow), StyledLine(titles[run.id] ?? ""),
                StyledLine(AgeText.text(now - run.created), .muted),
                StyledLine(run.duration(at: now).map(TimeText.short) ?? "", .muted),
            ]
            table.add(cells + (costs.isEmpty ? [] : [StyledLine(cost, .muted)]))
        }
        var lines = table.lines(width: width)
        if total > runs.count {
            lines.append(StyledLine("… and \(total - runs.count) more; --limit \(total) lists all", .muted))
        }
        return lines + children
    }

    private var children: [StyledLine] {
        guard hiddenChildren > 0 else { return [] }
        let count = hiddenChildren == 1 ? "1 child is" : "\(hiddenChildren) children are"
        return [StyledLine("\(count) not shown; --children lists them", .muted)]
    }

    /// The shortest beginning that tells the shown runs apart.
    private var idLength: Int {
        var length = Self.idLengthMin
        while length < 30, Set(runs.map { $0.id.text.prefix(length) }).count < runs.count { length += 1 }
        return length
    }

    /// What somebody may want to do now.
    var hints: [StyledLine] {
        var lines: [StyledLine] = []
        let asking = runs.filter { asks[$0.id]?.isEmpty == false }
        if let first = asking.first {
            let count = asking.count == 1 ? "1 of these waits" : "\(asking.count) of these wait"
            lines.append(
                StyledLine("\(count) for an answer; look at it with: ", .muted)
                    + StyledLine("tutti runs show \(first.id.text.prefix(idLength))"))
        }
        let broke = runs.filter { $0.isOverBudget && $0.parent == nil }
        if let first = broke.first {
            let count = broke.count == 1 ? "1 of these has" : "\(broke.count) of these have"
            lines.append(
                StyledLine("\(count) used up the budget; see how it goes on with: ", .muted)
                    + StyledLine("tutti runs show \(first.id.text.prefix(idLength))"))
        }
        let interrupted = runs.filter { run in
            run.isInterrupted && !run.isOverBudget && run.parent == nil && asks[run.id]?.isEmpty != false
        }
        if let first = interrupted.first {
            let count = interrupted.count == 1 ? "1 of these was" : "\(interrupted.count) of these were"
            lines.append(
                StyledLine("\(count) interrupted; go on with: ", .muted)
                    + StyledLine("tutti runs resume \(first.id.text.prefix(idLength))"))
        }
        for owner in owners.all where owner.health == .stopped {
            guard let run = runs.first(where: { $0.executor == owner.executor }) else { continue }
            lines.append(
                StyledLine(
                    "process \(owner.process) is stopped; wake it with `kill -CONT \(owner.process)`, or: ", .muted)
                    + StyledLine("tutti runs resume --take-over \(run.id.text.prefix(idLength))"))
        }
        return lines
    }

    // MARK: For programs

    var json: JSONValue {
        .array(
            runs.map { run in
                run.json(
                    title: titles[run.id], owner: owners[run], asks: asks[run.id] ?? [], cost: costs[run.id], at: now)
            })
    }
}
