package import TuttiCore
package import TuttiStore

/// What stands beside a run's own steps: what it asks, who has answered, and the runs that it has started.
package struct RunSurroundings {
    /// What a person is asked at the moment.
    package var questions: [ApprovalQuestion] = []
    /// Answers by the key of the journal that they were used for.
    package var answers: [String: InboxAnswer] = [:]
    /// Children by the key under which they were started.
    package var children: [String: Child] = [:]

    /// Nothing beside the steps.
    package init() {}

    /// A run that was started as a child.
    package struct Child {
        package var summary: RunSummary
        /// The names of the approvals that it waits for.
        package var asks: [String]
        /// With all that it has started.
        package var cost: StepCost?
    }

    package static func of(
        _ run: RunID, _ steps: [StoredStep], in store: some JournalStore, tenant: String
    ) async throws -> RunSurroundings {
        var found = RunSurroundings()
        found.questions = try await ApprovalQuestion.open(of: run, in: store)
        for message in try await store.inbox(of: run, limit: InboxLimits.waitingMax) {
            if let key = message.consumedBy, let answer = message.answer { found.answers[key] = answer }
        }
        for step in steps where step.kind == .child {
            guard let child = try await store.child(of: run, at: step.key, tenant: tenant) else {
                continue
            }
            found.children[step.key] = Child(
                summary: child.summary, asks: try await child.summary.openApprovals(in: store))
        }
        let costs = try await store.costs(of: found.children.values.map(\.summary.id))
        for (key, child) in found.children { found.children[key]?.cost = costs[child.summary.id] }
        return found
    }
}

extension RunSummary {
    /// Whether it stands still until a person answers.
    package var waitsForAnswer: Bool { status == .waiting && reason == WaitReason.approval.rawValue }

    /// The names of the approvals that it waits for; none for a run that waits for something else.
    package func openApprovals(in store: some JournalStore) async throws -> [String] {
        guard waitsForAnswer else { return [] }
        return try await store.inbox(of: id, limit: InboxLimits.waitingMax).filter(\.isOpenApproval).map(\.name)
    }
}

extension InboxAnswer {
    /// Such as `approved by ada` or `rejected by bob: too early`.
    package var sentence: String {
        guard by != InboxAnswer.engine else { return verdict.rawValue }
        let edited = edited == nil ? "" : " with changes"
        return "\(verdict.rawValue)\(edited) by \(by)" + (reason.map { ": \($0)" } ?? "")
    }

    /// As `runs show --json` has it.
    package var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue), "by": .string(by), "at": .time(at), "reason": .text(reason),
            "edited": .bool(edited != nil),
        ]
    }
}
