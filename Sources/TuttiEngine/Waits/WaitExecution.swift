import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Carries out one wait: replay, a look at the inbox, an open row, and the command that ends it.
///
/// Nothing is written for a wait that is satisfied at once. Of several things that a wait may end with only the one
/// that it ends with is used up; the row is written only if the message was still there to be taken.
struct WaitExecution: Sendable {
    typealias End = WaitRule.End

    let session: RunSession
    let key: String
    let kind: StepKind
    /// Names of signals that end it.
    var signals: [String] = []
    /// Approvals that end it; they are asked for when the wait begins.
    var approvals: [ApprovalDraft] = []
    /// How long it waits at most.
    var limit: Duration?
    let reason: WaitReason
    /// What is recorded for each end.
    let conclude: @Sendable (End) async throws -> StepRow.Result

    private var clock: any Timekeeper { session.services.clock }

    /// The value that the wait ended with, now or in an earlier execution.
    func run<Output: Decodable>(as type: Output.Type) async throws -> Output {
        if let known = try await session.recorded(key, kind: kind) {
            guard case .waiting(let deadline) = known.result else {
                return try await session.value(type, of: known.result, at: key)
            }
            session.resumeWait(key, reason)
            return try await wait(as: type, since: known.started, deadline: deadline, isOpen: true)
        }
        let now = clock.now()
        return try await wait(as: type, since: now, deadline: limit.map { now + $0 }, isOpen: false)
    }

    private func wait<Output: Decodable>(
        as type: Output.Type, since started: Timestamp, deadline: Timestamp?, isOpen: Bool
    ) async throws -> Output {
        var isOpen = isOpen
        // Whoever wakes the run after this calls the waiter, so nothing that comes after a look is overlooked.
        return try await session.withWaiter { waiter in
            while true {
                try session.checkActive()
                if let end = try await look(deadline: deadline, isAsked: isOpen) {
                    guard let row = try await close(with: end, since: started) else { continue }
                    return try await session.value(type, of: row, at: key)
                }
                if !isOpen {
                    try await open(since: started, deadline: deadline)
                    isOpen = true
                } else {
                    await waiter.wait(until: deadline)
                }
            }
        }
    }

    private var rule: WaitRule {
        WaitRule(key: key, kind: kind, signals: signals, approvals: approvals, reason: reason)
    }

    /// The first thing that is there to end the wait.
    @inline(never)  // a waiting run keeps the frame of its wait, which should be small
    private func look(deadline: Timestamp?, isAsked: Bool) async throws -> End? {
        let ids = isAsked ? approvals.map(\.id) : []
        var found: [InboxMessage] = []
        if !signals.isEmpty || !ids.isEmpty {
            found = try await session.messages(signals: signals, approvals: ids)
        }
        return rule.end(found, deadline: deadline, isAsked: isAsked, at: clock.now())
    }

    @inline(never)
    private func open(since started: Timestamp, deadline: Timestamp?) async throws {
        _ = try await session.record(rule.opening(since: started, deadline: deadline, at: clock.now()))
    }

    /// Records the end; `nil` when somebody else was faster and the wait must look again.
    @inline(never)
    private func close(with end: End, since started: Timestamp) async throws -> StoredStep.Result? {
        let result = try await conclude(end)
        switch try await session.record(rule.closing(with: end, result, since: started, at: clock.now())) {
        case .written: return result.stored
        case .adopted(let known): return known.result
        case .missed: return nil
        }
    }
}

extension RunSession {
    /// What is there for the run to use.
    func messages(signals: [String], approvals: [String]) async throws -> [InboxMessage] {
        let run = owner.run
        return try await read { store throws(StoreError) in
            try await store.messages(for: run, signals: signals, approvals: approvals)
        }
    }
}
