import FoundationEssentials
import TuttiCore
import TuttiStore

/// Commands with little to say, for clauses that care about something else.
extension StoreWorld {
    func start(
        _ run: RunID, tenant: String = tenant, workflow: String = "work", input: String = "{}", key: String? = nil,
        queue: String? = nil, by executor: ExecutorID? = nil, at second: Int64 = 1
    ) -> JournalCommand {
        let bytes = Data(input.utf8)
        return .start(
            StartCommand(
                id: run, tenant: tenant, workflow: workflow, input: Payload(bytes),
                inputHash: Digest.sha256Hex(bytes), idempotencyKey: key, queue: queue, executor: executor,
                at: Self.time(second)))
    }

    func startCommand(_ run: RunID, at second: Int64 = 1) -> StartCommand {
        let bytes = Data("{}".utf8)
        return StartCommand(
            id: run, tenant: Self.tenant, workflow: "work", input: Payload(bytes),
            inputHash: Digest.sha256Hex(bytes), at: Self.time(second))
    }

    func startChild(_ number: UInt64, of owner: Owner, at second: Int64 = 2) -> JournalCommand {
        let row = StepRow(
            key: "child#1", kind: .child, result: .waiting(due: nil), started: Self.time(second),
            ended: Self.time(second))
        let record = RecordCommand(owner: owner, rows: [row], events: [], at: Self.time(second))
        return .start(
            StartCommand(
                id: Self.run(number), tenant: Self.tenant, workflow: "child", input: Payload(Data("{}".utf8)),
                inputHash: Digest.sha256Hex(Data("{}".utf8)), executor: owner.executor,
                parent: ParentLink(key: row.key, record: record), at: Self.time(second)))
    }

    func record(
        _ owner: Owner, _ rows: [StepRow], events: [String] = [], resets: Bool = false, at second: Int64 = 2
    ) -> JournalCommand {
        .record(
            RecordCommand(
                owner: owner, rows: rows, events: events.map { EventDraft(type: $0, data: Data("{}".utf8)) },
                resetsRecoveries: resets, at: Self.time(second)))
    }

    func row(
        _ key: String, _ value: String = "1", kind: StepKind = .step, attempt: Int = 1, fingerprint: String? = nil
    ) -> StepRow {
        StepRow(
            key: key, kind: kind, attempt: attempt, fingerprint: fingerprint,
            result: .completed(Payload(Data(value.utf8))), started: Self.time(1), ended: Self.time(2))
    }

    func failedRow(_ key: String, kind: StepKind = .step) -> StepRow {
        StepRow(
            key: key, kind: kind, attempt: 1, result: .failed(error), started: Self.time(1), ended: Self.time(2))
    }

    func openRow(_ key: String, attempt: Int = 1, due second: Int64 = 60) -> StepRow {
        StepRow(
            key: key, kind: .step, attempt: attempt, result: .open(error, due: Self.time(second)),
            started: Self.time(1), ended: Self.time(2))
    }

    func undoableRow(_ key: String) -> StepRow {
        StepRow(
            key: key, kind: .step, attempt: 1, result: .waiting(due: nil), started: Self.time(1), ended: Self.time(2),
            undo: UndoRecord(name: "take-back", arguments: .null))
    }

    var error: StepError { StepError(code: "broken", message: "it broke", data: ["at": 7], origin: "a#1") }

    var undoError: StepError { StepError(code: "broken", message: "it broke", origin: "a#1~undo") }

    func end(_ owner: Owner, _ result: EndCommand.Result, rows: [StepRow] = [], at second: Int64 = 9) -> JournalCommand
    {
        .end(
            EndCommand(
                owner: owner, rows: rows, result: result, event: EventDraft(type: "the.end", data: Data("{}".utf8)),
                at: Self.time(second)))
    }

    func claim(_ run: RunID, by executor: ExecutorID, takeOver: Bool = false, at second: Int64 = 5) -> JournalCommand {
        .claim(
            ClaimCommand(
                executor: executor, tenant: Self.tenant, target: .run(run, takeOver: takeOver), at: Self.time(second)))
    }

    func claimQueue(
        _ queues: [String] = ["q"], by executor: ExecutorID, tenant: String = tenant, workflows: [String] = ["work"],
        limit: Int = 10, recoveriesMax: Int = 5, at second: Int64 = 5
    ) -> ClaimCommand {
        ClaimCommand(
            executor: executor, tenant: tenant, target: .queues(queues, workflows: workflows, limit: limit),
            recoveriesMax: recoveriesMax, at: Self.time(second))
    }

    func cancel(_ run: RunID, tenant: String = tenant, at second: Int64 = 6) -> JournalCommand {
        .cancel(
            CancelCommand(
                run: run, tenant: tenant, event: EventDraft(type: "cancel", data: Data("{}".utf8)),
                at: Self.time(second)))
    }

    func release(
        _ owner: Owner, wakeSequence: Int64, rows: [StepRow] = []
    ) -> JournalCommand {
        .release(ReleaseCommand(owner: owner, rows: rows, wakeSequence: wakeSequence, at: Self.time(7)))
    }

    /// Starts a run that belongs to Alice.
    func startOwned(_ number: UInt64 = 1, queue: String? = nil) async throws -> Owner {
        let run = Self.run(number)
        try expect(try await apply(start(run, queue: queue, by: alice)), .done, "the outcome of a start")
        return Owner(run: run, executor: alice, fence: StartCommand.firstFence)
    }

    /// Has Bob take a run, and gives his right to it.
    func takeOver(_ run: RunID, at second: Int64 = 5) async throws -> Owner {
        let outcome = try await apply(claim(run, by: bob, takeOver: true, at: second), by: self.second)
        guard case .claimed(let runs) = outcome, let claimed = runs.first else {
            throw ConformanceFailure(description: "a takeover was answered by \(outcome)")
        }
        return Owner(run: run, executor: bob, fence: claimed.fence)
    }
}
