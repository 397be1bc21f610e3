public import TuttiCore
public import TuttiStore

/// Why a run cannot be started, found, taken up or waited for.
public struct RunError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is, for programs.
    public enum Reason: String, Sendable, Hashable {
        /// No run has this name.
        case notFound = "run_not_found"
        /// The run has ended; its end is in ``RunError/status``.
        case ended = "run_ended"
        /// A living process works on it.
        case owned = "run_owned"
        /// This program has no workflow of the name that the run was started with.
        case unknownWorkflow = "workflow_unknown"
        /// The idempotency key was used with another input.
        case inputConflict = "idempotency_conflict"
        /// The run failed; ``RunError/cause`` says how.
        case failed = "run_failed"
        /// The run was cancelled.
        case cancelled = "run_cancelled"
        /// The run cannot go on by itself; ``RunError/cause`` says why.
        case blocked = "run_blocked"
        /// The run was left without an end and can be resumed.
        case interrupted = "run_interrupted"
        /// A signal with this id and other content was sent before.
        case signalConflict = "signal_conflict"
        /// So many messages wait for the run that it takes no more.
        case inboxFull = "inbox_full"
        /// The run asks for no such approval.
        case approvalUnknown = "approval_unknown"
        /// Several open approvals have the name.
        case approvalAmbiguous = "approval_ambiguous"
        /// The time for an answer is over.
        case approvalExpired = "approval_expired"
        /// Somebody has answered before.
        case approvalAnswered = "approval_answered"
        /// What is shown is not what the answer quotes.
        case approvalChanged = "approval_changed"
        /// Only a failed run is retried.
        case notFailed = "run_not_failed"
        /// A child is retried through its parent, and its budget is that of the run that began it all.
        case isChild = "run_is_child"
        /// It is unknown whether a step has happened, and nobody has said so.
        case unresolved = "outcome_unresolved"
        /// There is no step whose outcome is unknown.
        case nothingToResolve = "nothing_to_resolve"
        /// Nothing is recorded under the key.
        case keyUnknown = "key_unknown"
        /// The key has no result of its own.
        case notEditable = "not_editable"
        /// An amount that no budget can have, or a limit that the run does not have.
        case badBudget = "bad_budget"
        /// The run is parked until its budget is raised.
        case overBudget = "over_budget"
        /// A quota of the account has no room for another run; ``RunError/quota`` says which.
        case quotaExceeded = "quota_exceeded"
        /// What the run has done is being undone.
        case undoing = "run_undoing"
        /// What the run has done could not be undone, which only a retry tries again.
        case undoFailed = "run_undo_failed"
        /// The place to begin behind is not in the feed.
        case cursorUnknown = "cursor_unknown"
        /// The reader of a stream was too slow and has been cut off.
        case lagged = "stream_lagged"
        /// The input does not fit the workflow; the message names each field.
        case badInput = "bad_input"
        /// A value is larger than a limit allows.
        case tooLarge = "too_large"
        /// The engine is being shut down.
        case closed = "engine_closed"
    }

    /// What kind of failure it is.
    public var reason: Reason
    /// One sentence for people, with the way out.
    public var message: String
    /// The run it is about.
    public var run: RunID?
    /// The state that was found.
    public var status: RunStatus?
    /// The error that the run ended with.
    public var cause: StepError?
    /// The quota that has no room, for ``Reason/quotaExceeded``, and for ``Reason/overBudget`` when it is not the run's
    /// own budget that does not suffice.
    public var quota: QuotaState?

    init(_ reason: Reason, _ message: String, run: RunID? = nil, status: RunStatus? = nil, cause: StepError? = nil) {
        self.reason = reason
        self.message = message
        self.run = run
        self.status = status
        self.cause = cause
    }

    /// The reason's stable name.
    public var code: String { reason.rawValue }
    /// Never: each of these needs a decision.
    public var isRetryable: Bool { false }
    /// `code: message`
    public var description: String { "\(code): \(message)" }
}
