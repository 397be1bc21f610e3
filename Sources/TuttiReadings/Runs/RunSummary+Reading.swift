package import TuttiCore
package import TuttiStore

extension RunSummary {
    /// The members that `runs ls --json` and `runs show --json` share.
    package func json(
        title: String?, owner: RunOwners.Owner?, asks: [String], cost: StepCost?, at now: Timestamp
    ) -> JSONValue {
        [
            "id": .string(id.text), "workflow": .string(workflow), "state": .string(status.rawValue),
            "reason": .text(reason), "title": .text(title), "created": .time(created), "finished": .time(finished),
            "deadline": .time(deadline), "duration_ms": .milliseconds(duration(at: now)), "queue": .text(queue),
            "cancel_requested": .bool(isCancelRequested), "taken_up": .int(fence), "executor": owner?.json ?? .null,
            "error": .error(error), "asks": .array(asks.map(JSONValue.string)), "unattended": .bool(isUnattended),
            "parent": .text(parent?.text), "forked_from": .text(forkedFrom?.text), "generation": .number(generation),
            "cost": cost?.json ?? .null,
        ]
    }

    /// Whether somebody has to take it up for it to go on.
    package var isInterrupted: Bool {
        status == .waiting && (isUnattended || reason == WaitReason.interrupted.rawValue)
    }

    /// Whether it stands still until its budget is raised.
    package var isOverBudget: Bool { status == .waiting && reason == WaitReason.budget.rawValue }

    /// From its start to its end, or until now while somebody works on it.
    package func duration(at now: Timestamp) -> Duration? {
        if let finished { return finished - created }
        return status == .running ? now - created : nil
    }
}
