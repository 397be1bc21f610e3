import FoundationEssentials
import Synchronization
public import TuttiCore
import TuttiRuntime
package import TuttiStore

/// What a fork of a run takes over and what it does again.
public struct ForkPlan: Sendable, Hashable {
    /// A step that is carried out again, and paid again.
    public struct Repeated: Sendable, Hashable {
        /// Its key in the source.
        public var key: String
        /// How long it took there.
        public var took: Duration
    }

    /// How many recorded results are taken over.
    public var copied: Int
    /// The steps that are carried out again, in the order in which they were recorded.
    public var repeated: [Repeated]

    /// - Parameters:
    ///   - rows: all that is recorded of the source, in its order.
    ///   - key: the first that is not taken over; `nil` takes over all.
    /// - Returns: `nil` when nothing is recorded under the key.
    package init?(of rows: [StoredStep], at key: String?) {
        let undone = Self.undone(among: rows)
        let isGone = { (row: StoredStep) in
            undone.contains(row.key) || row.kind == .undo
                || (row.kind.isScope && undone.contains { $0.hasPrefix(row.key + "/") })
        }
        var cut = rows.endIndex
        if let key {
            guard let index = rows.firstIndex(where: { $0.key == key && !isGone($0) }) else { return nil }
            cut = index
        }
        copied = rows[..<cut].count { $0.isCopiedByForks && !isGone($0) }
        repeated = rows.enumerated().compactMap { index, row in
            guard row.kind == .step, row.isCopiedByForks, index >= cut || isGone(row) else { return nil }
            return Repeated(key: row.key, took: (row.ended ?? row.started) - row.started)
        }
    }

    /// The steps that were undone: a fork does them again.
    private static func undone(among rows: [StoredStep]) -> Set<String> {
        let undos = Set(rows.filter(\.isUndoDone).map(\.key))
        guard !undos.isEmpty else { return [] }
        return Set(rows.filter { $0.undo != nil && undos.contains(JournalKey.undo(of: $0.key)) }.map(\.key))
    }
}

/// What a person says of a step whose outcome nobody knows.
public enum Resolution: Sendable {
    /// It happened, and this is its result.
    case done(JSONValue)
    /// It did not happen, or may happen twice: it is carried out again.
    case again
}

extension Engine {
    // MARK: Retry

    /// Lets a failed run go on: what failed is carried out again, everything else stays as it is recorded.
    ///
    /// - Parameter resolution: for a run that failed with `outcome_unknown`: what became of that step. While the
    ///   process that began it may only be stopped, "again" can make it happen twice; no protocol closes that window.
    /// - Throws: ``RunError`` `.notFound`, `.notFailed`, `.isChild`, `.unresolved`, `.nothingToResolve`,
    ///   `.quotaExceeded` when its account has as many runs at once as it may, `.unknownWorkflow`, `.owned`, `.closed`;
    ///   `StoreError`. Of two retries at once one wins.
    public func retry<Output>(
        _ id: RunID, resolving resolution: Resolution? = nil, as output: Output.Type
    ) async throws -> RunHandle<Output> {
        guard let summary = try await summary(of: id) else { throw RunError.notFound(id) }
        guard workflow(named: summary.workflow) != nil else { throw RunError.unknownWorkflow(summary.workflow, id) }
        guard state.withLock({ $0.beginClaim(of: id, takeOver: false) }) else { throw RunError.isAtWorkHere(id) }
        defer {
            state.withLock { $0.endClaim(of: id) }
            lookForWork()
        }
        let resolved: RetryCommand.Resolution? =
            switch resolution {
            case .done(let value): .done(Payload(try CanonicalJSON.encode(value)))
            case .again: .again
            case nil: nil
            }
        let now = services.clock.now()
        let command = RetryCommand(
            run: id, tenant: options.tenant, executor: executor, resolution: resolved,
            quotas: draws([.live], of: summary.account, at: now), at: now)
        switch try await services.writer.submit(.retry(command)) {
        case .claimed(let runs):
            for run in runs {
                try await takeUp(Owner(run: id, executor: executor, fence: run.fence), recoveries: run.recoveries)
            }
            return RunHandle(id: id, engine: self)
        case .retryRefused(let refusal): throw RunError.refused(refusal, id)
        case .quotaRefused(let refusal): throw RunError.quotaExceeded(refusal)
        default: throw RunError.notFound(id)
        }
    }

    // MARK: Fork

    /// What a fork at a key would take over and do again.
    ///
    /// - Throws: ``RunError`` `.notFound`, `.keyUnknown`; `StoreError`.
    public func forkPlan(of id: RunID, at key: String? = nil) async throws -> ForkPlan {
        guard try await summary(of: id) != nil else { throw RunError.notFound(id) }
        guard let plan = ForkPlan(of: try await store.steps(of: id), at: key) else {
            throw RunError.keyUnknown(key ?? "", id)
        }
        return plan
    }

    /// Starts a new run with what another one has recorded, up to a key.
    ///
    /// - Parameters:
    ///   - key: the first key that is not taken over; `nil` takes over all that is recorded.
    ///   - edited: the result of that key in the new run, instead of carrying it out again.
    ///   - input: another input for the new run; `nil` for that of the source.
    ///   - idempotencyKey: the same key for the same source names the same run: a second fork returns the first one.
    ///   - queue: who may take up the new run after a crash; `nil` for who may take up the source.
    /// - Returns: a handle on the new run, which is at work.
    /// - Throws: ``RunError`` `.notFound`, `.keyUnknown`, `.notEditable`, `.unknownWorkflow`, `.closed`, `.tooLarge`,
    ///   `.inputConflict` when the idempotency key was used for another fork of the source, `.quotaExceeded` as for a
    ///   start; `StoreError`.
    public func fork<Output>(
        _ id: RunID, at key: String? = nil, edited: JSONValue? = nil, input: JSONValue? = nil,
        idempotencyKey: String? = nil, queue: String? = nil, as output: Output.Type
    ) async throws -> RunHandle<Output> {
        guard let summary = try await summary(of: id) else { throw RunError.notFound(id) }
        guard workflow(named: summary.workflow) != nil else { throw RunError.unknownWorkflow(summary.workflow, id) }
        let now = services.clock.now()
        let fork = services.random.draw { RunID(at: now, using: &$0) }
        let account = RunAccount.current
        let command = ForkCommand(
            source: id, tenant: options.tenant, id: fork, idempotencyKey: account.keyStored(idempotencyKey), key: key,
            edited: try edited.map { Payload(try encoded($0)) }, input: try input.map { Payload(try encoded($0)) },
            queue: queue, executor: executor, trace: TraceContext.current?.text, account: account,
            quotas: draws([.live, .starts], of: account, at: now), at: now)
        switch try await services.writer.submit(.fork(command)) {
        case .claimed(let runs):
            for run in runs {
                try await takeUp(Owner(run: fork, executor: executor, fence: run.fence), recoveries: 0)
            }
            return RunHandle(id: fork, engine: self)
        case .existing(let known, let sameInput):
            guard sameInput else { throw RunError.inputConflict(idempotencyKey ?? "", known) }
            return RunHandle(id: known, engine: self)
        case .quotaRefused(let refusal): throw RunError.quotaExceeded(refusal)
        case .forkRefused(.unknownKey): throw RunError.keyUnknown(key ?? "", id)
        case .forkRefused(.undoing): throw RunError.undoing(id)
        case .forkRefused(.notEditable): throw RunError.notEditable(key ?? "", id)
        default: throw RunError.notFound(id)
        }
    }
}

extension RunError {
    static func refused(_ refusal: RetryRefusal, _ id: RunID) -> RunError {
        switch refusal {
        case .notFailed(let status):
            RunError(
                .notFailed,
                "only a failed run is retried; \(id) is \(status?.rawValue ?? "at work")"
                    + (status == .cancelled ? ", which `tutti runs fork` can go on from" : ""), run: id,
                status: status)
        case .isChild(let parent):
            RunError(.isChild, "\(id) is a child; retry the run that started it, \(parent)", run: id)
        case .nothingToResolve:
            RunError(.nothingToResolve, "\(id) did not fail for a step whose outcome is unknown", run: id)
        case .unresolved(let key):
            RunError(
                .unresolved,
                "nobody knows whether '\(key)' happened; find out, then say so with `tutti runs resolve "
                    + "\(id)`", run: id)
        }
    }

    static func keyUnknown(_ key: String, _ id: RunID) -> RunError {
        RunError(
            .keyUnknown, "\(id) has recorded nothing under '\(key)'; `tutti runs show \(id)` lists the keys", run: id)
    }

    static func undoing(_ id: RunID) -> RunError {
        RunError(.undoing, "what \(id) has done is being undone; fork it when it has ended", run: id)
    }

    static func undoFailed(_ id: RunID) -> RunError {
        RunError(
            .undoFailed,
            "what \(id) has done could not be undone; `tutti runs retry \(id)` tries it again, and `tutti runs cancel "
                + "\(id)` leaves it as it is", run: id, status: .blocked)
    }

    static func notEditable(_ key: String, _ id: RunID) -> RunError {
        RunError(
            .notEditable, "'\(key)' has no result of its own that could be replaced; name a step that has ended",
            run: id)
    }
}
