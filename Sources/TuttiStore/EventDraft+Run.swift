import FoundationEssentials
package import TuttiCore

/// The events of a run's life that stores and engine write.
extension EventDraft {
    package static func runStarted(workflow: String) -> EventDraft {
        EventDraft(type: "run.started", data: json(["workflow": .string(workflow)]))
    }

    package static func runForked(workflow: String, from source: RunID, key: String?) -> EventDraft {
        var members: [String: JSONValue] = ["workflow": .string(workflow), "forked_from": .string(source.text)]
        if let key { members["at"] = .string(key) }
        return EventDraft(type: "run.started", data: json(members))
    }

    package static func runRetried(generation: Int) -> EventDraft {
        EventDraft(type: "run.retried", data: json(["generation": .int(Int64(generation))]))
    }

    package static var undoStarted: EventDraft { EventDraft(type: "run.undoing", data: json([:])) }

    /// Told only of steps whose beginning is recorded.
    package static func stepStarted(_ key: String) -> EventDraft {
        EventDraft(type: "step.started", key: key, data: json([:]))
    }

    package static func stepUndone(_ key: String, attempt: Int) -> EventDraft {
        EventDraft(type: "step.undone", key: key, data: json(["attempt": .int(Int64(attempt))]))
    }

    package static func costUnknown(_ unit: BudgetUnit, _ amount: Int64, key: String) -> EventDraft {
        EventDraft(
            type: "budget.cost_unknown", key: key.isEmpty ? nil : key,
            data: json(["unit": .string(unit.rawValue), "booked": .int(amount)]))
    }

    /// - Parameter rises: by how much limits were raised.
    package static func budgetRaised(_ id: String, by rises: BudgetAmounts) -> EventDraft {
        var members: [String: JSONValue] = ["id": .string(id)]
        for (unit, amount) in rises { members[unit.rawValue] = .int(amount) }
        return EventDraft(type: "budget.raised", data: json(members))
    }

    package static func childStarted(_ child: RunID, _ workflow: String, key: String) -> EventDraft {
        EventDraft(
            type: "child.started", key: key, data: json(["run": .string(child.text), "workflow": .string(workflow)]))
    }

    package static func childEnded(_ child: RunID, _ status: RunStatus, key: String) -> EventDraft {
        EventDraft(
            type: "child.ended", key: key, data: json(["run": .string(child.text), "status": .string(status.rawValue)]))
    }

    package static var runCompleted: EventDraft { EventDraft(type: "run.completed", data: json([:])) }

    package static func runFailed(_ error: StepError) -> EventDraft {
        EventDraft(type: "run.failed", key: error.origin, data: json(members(of: error)))
    }

    package static var runCancelled: EventDraft { EventDraft(type: "run.cancelled", data: json([:])) }

    package static var cancelRequested: EventDraft { EventDraft(type: "run.cancel_requested", data: json([:])) }

    package static func waitStarted(_ key: String, for reason: WaitReason, until deadline: Timestamp?) -> EventDraft {
        var members: [String: JSONValue] = ["for": .string(reason.rawValue)]
        if let deadline { members["until"] = .string(deadline.description) }
        return EventDraft(type: "wait.started", key: key, data: json(members))
    }

    package static func waitEnded(_ key: String) -> EventDraft {
        EventDraft(type: "wait.ended", key: key, data: json([:]))
    }

    package static func signalReceived(_ name: String, id: String) -> EventDraft {
        EventDraft(type: "signal.received", data: json(["name": .string(name), "id": .string(id)]))
    }

    package static func approvalRequested(_ name: String, key: String, draft: ApprovalDraft) -> EventDraft {
        var members: [String: JSONValue] = [
            "name": .string(name), "id": .string(draft.id), "shown": .string(draft.shownHash),
        ]
        if let expires = draft.expires { members["expires"] = .string(expires.description) }
        return EventDraft(type: "approval.requested", key: key, data: json(members))
    }

    package static func approvalAnswered(_ name: String, _ command: AnswerCommand) -> EventDraft {
        var members: [String: JSONValue] = [
            "name": .string(name), "verdict": .string(command.verdict.rawValue), "by": .string(command.by),
            "edited": .bool(command.edited != nil),
        ]
        if let reason = command.reason { members["reason"] = .string(reason) }
        return EventDraft(type: "approval.answered", data: json(members))
    }

    package static func runBlocked(_ reason: BlockReason, _ error: StepError) -> EventDraft {
        var members = members(of: error)
        members["reason"] = .string(reason.rawValue)
        return EventDraft(type: "run.blocked", key: error.origin, data: json(members))
    }

    package static func stepFailed(_ key: String, _ error: StepError, attempt: Int, isFinal: Bool) -> EventDraft {
        var members = members(of: error)
        members["attempt"] = .int(Int64(attempt))
        return EventDraft(type: isFinal ? "step.failed" : "step.retrying", key: key, data: json(members))
    }

    package static func stepCompleted(_ key: String, attempt: Int) -> EventDraft {
        EventDraft(type: "step.completed", key: key, data: Data("{\"attempt\":\(attempt)}".utf8))
    }

    private static func members(of error: StepError) -> [String: JSONValue] {
        ["code": .string(error.code), "message": .string(error.message)]
    }

    /// Members that always encode; only a number that JSON cannot write would not.
    private static func json(_ members: [String: JSONValue]) -> Data {
        (try? CanonicalJSON.encode(JSONValue.object(members))) ?? Data("{}".utf8)
    }
}

extension StepError {
    /// The evidence of a run that took one executor after another with it.
    package static func recoveryExhausted(after recoveries: Int) -> StepError {
        StepError(
            code: "recovery_exhausted",
            message:
                "\(recoveries) processes died with this run and none closed a step; `tutti runs resume` tries again",
            origin: "")
    }
}
