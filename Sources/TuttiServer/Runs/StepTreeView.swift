import TuttiReadings
import TuttiStore

/// The steps of a run, with the scopes around them that have no row of their own.
enum StepTreeView {
    static func steps(_ rows: [StoredStep], _ surroundings: RunSurroundings, _ run: RunSummary) -> [StepView] {
        let undone = Set(rows.filter(\.isUndoDone).map(\.key))
        var views = rows.map { row in
            StepView(row, surroundings, isUndone: undone.contains(JournalKey.undo(of: row.key)))
        }
        let known = Set(views.map(\.key))
        var inside: [String: [StepView]] = [:]
        var order: [String] = []
        for view in views {
            var parent = view.parent
            while let scope = parent {
                if !known.contains(scope) {
                    if inside[scope] == nil { order.append(scope) }
                    inside[scope, default: []].append(view)
                }
                parent = StepKey.parent(of: scope)
            }
        }
        let isOver = run.status.isFinal || run.status == .blocked
        views += order.map { StepView(scope: $0, inside: inside[$0] ?? [], isOver: isOver) }
        return views
    }
}
