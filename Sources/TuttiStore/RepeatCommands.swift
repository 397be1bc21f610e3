package import TuttiCore

/// Lets a failed run go on: the errors on the way from their origin to the root are deleted, so that those steps are
/// carried out again; what the workflow has handled stays.
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
    package var at: Timestamp

    package init(
        run: RunID, tenant: String, executor: ExecutorID?, resolution: Resolution? = nil, at: Timestamp
    ) {
        self.run = run
        self.tenant = tenant
        self.executor = executor
        self.resolution = resolution
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
    /// The first key that is not taken over; `nil` takes over all that is recorded.
    package var key: String?
    /// The result of that key in the new run, instead of carrying it out again.
    package var edited: Payload?
    /// The input of the new run; `nil` for that of the source.
    package var input: Payload?
    package var executor: ExecutorID?
    package var at: Timestamp

    package init(
        source: RunID, tenant: String, id: RunID, key: String?, edited: Payload? = nil, input: Payload? = nil,
        executor: ExecutorID?, at: Timestamp
    ) {
        self.source = source
        self.tenant = tenant
        self.id = id
        self.key = key
        self.edited = edited
        self.input = input
        self.executor = executor
        self.at = at
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

    /// Whether a retry of a run that failed at `origin` deletes the row.
    package func isError(onTheWayFrom origin: String) -> Bool {
        guard case .failed = result else { return false }
        return key == origin || origin.hasPrefix(key + "/")
    }
}

extension StepError {
    /// Nobody knows whether a step that must not be repeated has happened.
    package static let outcomeUnknown = "outcome_unknown"
}
