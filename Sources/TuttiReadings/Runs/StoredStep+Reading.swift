package import TuttiCore
package import TuttiStore

extension StoredStep {
    /// As `runs show --json` shows it: everything but the result, with what stands beside it.
    package func json(_ surroundings: RunSurroundings) -> JSONValue {
        guard case .object(var members) = json else { return .null }
        members["answer"] = surroundings.answers[key]?.json ?? .null
        members["child"] =
            surroundings.children[key].map { child in
                [
                    "id": .string(child.summary.id.text), "state": .string(child.summary.status.rawValue),
                    "cost": child.cost?.json ?? .null,
                ]
            } ?? .null
        return .object(members)
    }
}
