import TuttiCore
import TuttiStore

extension RunFilter {
    /// What the tables themselves can decide: everything but the state of a live run, which follows from its task.
    ///
    /// Of the states of live runs only that they live is decided here; whoever reads the rows looks at the rest.
    ///
    /// - Returns: conditions on `run`, the first of them on the tenant, with their values.
    func condition(tenant: String) -> (sql: String, values: [SQLValue]) {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue) {
            values.append(value)
            conditions.append("run.\(condition) ?\(values.count)")
        }
        add("tenant =", .text(tenant))
        if let workflow { add("name =", .text(workflow)) }
        if let from { add("created >=", .int(from.milliseconds)) }
        if let before { add("created <", .int(before.milliseconds)) }
        if let parent { add("parent_run =", .text(parent.text)) }
        if let forkedFrom { add("forked_from =", .text(forkedFrom.text)) }
        if let person = account.person { add("person =", .text(person)) }
        if let project = account.project { add("project =", .text(project)) }
        if let costAbove {
            values.append(.int(costAbove))
            conditions.append("\(CostQuery.microdollarsOfRun) > ?\(values.count)")
        }
        if let behind {
            values += [.int(behind.created.milliseconds), .text(behind.id.text)]
            conditions.append("(run.created, run.id) < (?\(values.count - 1), ?\(values.count))")
        }
        if let text {
            values.append(.text(text))
            let place = values.count
            conditions.append(
                "(instr(lower(run.title), lower(?\(place))) > 0 or run.id >= ?\(place) and run.id < ?\(place) || '~')")
        }
        if let states = stateCondition { conditions.append(states) }
        switch kin {
        case .any: break
        case .roots: conditions.append("run.parent_run is null")
        case .children: conditions.append("run.parent_run is not null")
        }
        return (conditions.joined(separator: " and "), values)
    }

    private var stateCondition: String? {
        guard !statuses.isEmpty else { return nil }
        let stored = statuses.subtracting(RunStatus.live).map(\.rawValue).sorted()
        let ended =
            stored.count == 1 ? "run.status = '\(stored[0])'" : "run.status in ('\(stored.joined(separator: "', '"))')"
        if statuses.isDisjoint(with: RunStatus.live) { return ended }
        return stored.isEmpty ? "run.status is null" : "(run.status is null or \(ended))"
    }
}
