import FoundationEssentials
package import TuttiCore

/// Lets a failed run go on: its ``RetriedErrors`` are deleted, so that those steps are carried out again; what the
/// workflow has handled stays.
package struct RetryCommand: Sendable {
    /// What a person says of a step whose outcome nobody knows.
    package enum Resolution: Sendable {
        /// It happened, and this is its result.
        case done(Payload)
        /// It did not happen; it is carried out again.
        case again
    }

    package var run: RunID
    package var tenant: String
    /// The owner from the first moment on; `nil` leaves the run to its queue.
    package var executor: ExecutorID?
    /// For a run that failed since the outcome of a step is unknown.
    package var resolution: Resolution?
    /// Where a failed root run takes its place again.
    package var quotas: [QuotaDraw]
    package var at: Timestamp

    package init(
        run: RunID, tenant: String, executor: ExecutorID?, resolution: Resolution? = nil, quotas: [QuotaDraw] = [],
        at: Timestamp
    ) {
        self.run = run
        self.tenant = tenant
        self.executor = executor
        self.resolution = resolution
        self.quotas = quotas
        self.at = at
    }
}

/// Why a run is not retried.
package enum RetryRefusal: Sendable, Hashable {
    /// Only a failed run is; this one has another state.
    case notFailed(RunStatus?)
    /// It is a child: its parent decides.
    case isChild(of: RunID)
    /// It did not fail for a step whose outcome is unknown.
    case nothingToResolve
    /// It failed for a step whose outcome is unknown, and nobody has said what became of it.
    case unresolved(key: String)
}

/// Makes a new run of what another one has recorded.
package struct ForkCommand: Sendable {
    package var source: RunID
    package var tenant: String
    package var id: RunID
    /// The same key for the same source names the same fork.
    package var idempotencyKey: String?
    /// The first key that is not taken over; `nil` takes over all that is recorded.
    package var key: String?
    /// The result of that key in the new run, instead of carrying it out again.
    package var edited: Payload?
    /// The input of the new run; `nil` for that of the source.
    package var input: Payload?
    /// Who may claim the new run; `nil` for those that may claim the source.
    package var queue: String?
    package var executor: ExecutorID?
    /// As of a start.
    package var trace: String?
    /// For whom the new run is.
    package var account: RunAccount
    /// What it counts against, one of each.
    package var quotas: [QuotaDraw]
    package var at: Timestamp

    package init(
        source: RunID, tenant: String, id: RunID, idempotencyKey: String? = nil, key: String?, edited: Payload? = nil,
        input: Payload? = nil, queue: String? = nil, executor: ExecutorID?, trace: String? = nil,
        account: RunAccount = RunAccount(), quotas: [QuotaDraw] = [], at: Timestamp
    ) {
        self.source = source
        self.tenant = tenant
        self.id = id
        self.idempotencyKey = idempotencyKey
        self.key = key
        self.edited = edited
        self.input = input
        self.queue = queue
        self.executor = executor
        self.trace = trace
        self.account = account
        self.quotas = quotas
        self.at = at
    }
}

extension ForkCommand {
    /// The key as it stands beside those of starts.
    package var storedKey: String? { idempotencyKey.map { "fork/\(source)/\($0)" } }

    /// Of what is asked for under the key, which may not be used for anything else; `nil` without one.
    package var contentHash: String? {
        guard idempotencyKey != nil else { return nil }
        let parts = [key.map { Data($0.utf8) }, edited?.bytes, input?.bytes]
        return Digest.sha256Hex(Data(parts.map { $0.map { Digest.sha256Hex($0) } ?? "" }.joined(separator: " ").utf8))
    }
}

/// Why a run is not forked.
package enum ForkRefusal: Sendable, Hashable {
    /// Nothing is recorded under this key.
    case unknownKey
    /// What the run has done is being undone.
    case undoing
    /// What is recorded under this key is inside of it or open, so it cannot be replaced.
    case notEditable
}

extension StoredStep {
    /// Whether a fork takes the row over: what is open or was cancelled starts anew.
    package var isCopiedByForks: Bool {
        switch result {
        case .completed, .failed: true
        case .open, .waiting, .cancelled: false
        }
    }

    /// Whether a retry asks anew for what the run was waiting for when it failed: its questions were withdrawn, its
    /// children cancelled. A time and a signal are waited for as before.
    package var isAskedAnewByRetries: Bool {
        guard case .waiting = result else { return false }
        return Self.kindsAskedAnew.contains(kind)
    }

    package static let kindsAskedAnew: [StepKind] = [.approval, .race, .child]

}

/// What a retry of a run deletes, so that it is carried out again: the errors on the way from their origin to the root.
///
/// An error may also arise from what a scope with settled branches has come to, as when too many of them have failed.
/// Then the scope is looked at again, and the errors in it are its way.
package struct RetriedErrors: Sendable {
    private let origin: String
    private let isSettledScope: Bool

    /// - Parameter kind: of the row at the origin; `nil` when there is none.
    package init(origin: String, kind: StepKind?) {
        self.origin = origin
        isSettledScope = kind == .settled
    }

    /// Whether a row is deleted.
    package func contain(_ row: StoredStep) -> Bool {
        if isSettledScope, row.key == origin { return true }
        guard case .failed = row.result else { return false }
        if isSettledScope, row.key.hasPrefix(origin + "/") { return true }
        return row.key == origin || origin.hasPrefix(row.key + "/")
    }
}

extension StepError {
    /// Nobody knows whether a step that must not be repeated has happened.
    package static let outcomeUnknown = "outcome_unknown"
}
