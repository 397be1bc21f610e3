import TuttiCore
import TuttiStore

extension RunFilter {
    /// What the tables themselves can decide: everything but the state of a live run, which follows from its task.
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
        if let costAbove {
            values.append(.int(costAbove))
            conditions.append("\(CostQuery.microdollarsOfRun) > ?\(values.count)")
        }
        switch kin {
        case .any: break
        case .roots: conditions.append("run.parent_run is null")
        case .children: conditions.append("run.parent_run is not null")
        }
        return (conditions.joined(separator: " and "), values)
    }
}
