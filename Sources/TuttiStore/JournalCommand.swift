package import FoundationEssentials
package import TuttiCore

/// The right to write for a run: holds while the run's task row names this executor and this fence.
package struct Owner: Sendable, Hashable {
    package var run: RunID
    package var executor: ExecutorID
    package var fence: Int64

    package init(run: RunID, executor: ExecutorID, fence: Int64) {
        self.run = run
        self.executor = executor
        self.fence = fence
    }
}

/// An event on its way into the store; the store gives it its number.
package struct EventDraft: Sendable, Hashable {
    package var type: String
    package var key: String?
    package var data: Data

    package init(type: String, key: String? = nil, data: Data) {
        self.type = type
        self.key = key
        self.data = data
    }
}

/// One state change. Commands of many runs are applied together in one durable transaction; each has its own outcome.
///
/// A command that was applied but reported as failed may be given again: it then finds its own work and answers as if
/// it had just done it.
package enum JournalCommand: Sendable {
    case start(StartCommand)
    case record(RecordCommand)
    case end(EndCommand)
    case claim(ClaimCommand)
    case takeWake(Owner, at: Timestamp)
    case release(ReleaseCommand)
    case cancel(CancelCommand)
    case hold(HoldCommand)
    case raise(RaiseCommand)
    case retry(RetryCommand)
    case fork(ForkCommand)
    case signal(SignalCommand)
    case answer(AnswerCommand)
    case chunks(ChunkCommand)
    case allot(AllotCommand)
    /// Writes what is there already: whether the journal takes anything.
    case touch(ExecutorID)
}

/// What became of a command.
package enum JournalOutcome: Sendable, Hashable {
    /// It stands in the journal.
    case done
    /// The writer is not the owner any more, or never was.
    case leaseLost
    /// Another attempt had closed the key; this is what it recorded.
    case adopted(StoredStep)
    /// What was to be taken out of the inbox is not there (any more); nothing was written.
    case missed
    /// A start whose idempotency key was known: the run it names, and whether its input is the same.
    case existing(RunID, sameInput: Bool)
    /// The runs that now belong to the executor.
    case claimed([ClaimedRun])
    /// A claim by name that was not possible.
    case refused(ClaimRefusal)
    /// The wake sequence at the moment of reading, and what the owner must look at.
    case wake(sequence: Int64, isCancelRequested: Bool)
    /// A release that came too late: somebody has woken the run.
    case woken
    /// A cancel that reached a live run; `unattended` are those of it and its descendants that no living executor
    /// works on.
    case cancelRequested(unattended: [RunID])
    /// A start whose key names a child that is there already.
    case existingChild(RunID, RunStatus?)
    /// A hold, with the amounts that were set aside.
    case held(BudgetAmounts)
    case holdRefused(HoldRefusal)
    /// What the process has set aside now, of each quota of the command.
    case allotted([QuotaName: Int64])
    /// An end that has to wait until what the run has done is undone; it is recorded.
    case mustUndo
    case retryRefused(RetryRefusal)
    case forkRefused(ForkRefusal)
    /// A start, fork or retry that a quota of the account has no room for; nothing was written.
    case quotaRefused(QuotaRefusal)
    /// The run had ended before the command, with this status.
    case alreadyEnded(RunStatus)
    case notFound
    case signalRefused(SignalRefusal)
    case answerRefused(AnswerRefusal)
}

/// A new run.
package struct StartCommand: Sendable {
    package var id: RunID
    package var tenant: String
    package var workflow: String
    package var input: Payload
    /// The hash of the input, compared when an idempotency key is used again.
    package var inputHash: String
    package var idempotencyKey: String?
    /// Who may claim it; `nil` for a foreground run, which only a claim by name finds.
    package var queue: String?
    /// The owner from the first moment on, when the starter has room for it.
    package var executor: ExecutorID?
    package var deadline: Timestamp?
    /// The run that starts this one as its child.
    package var parent: ParentLink?
    /// The limits of a root run; a child spends from its root's.
    package var budget: BudgetAmounts
    /// Runs of a queue with a higher one are taken up first.
    package var priority: Int
    /// What people call it; `nil` for a run without a name of its own.
    package var title: String?
    /// The ``TraceContext/text`` of who has started it; `nil` for a trace of its own.
    package var trace: String?
    /// For whom it is; a child is for whom its parent is.
    package var account: RunAccount
    /// What a root run counts against, one of each.
    package var quotas: [QuotaDraw]
    package var at: Timestamp

    package init(
        id: RunID, tenant: String, workflow: String, input: Payload, inputHash: String, idempotencyKey: String? = nil,
        queue: String? = nil, executor: ExecutorID? = nil, deadline: Timestamp? = nil, parent: ParentLink? = nil,
        budget: BudgetAmounts = [:], priority: Int = 0, title: String? = nil, trace: String? = nil,
        account: RunAccount = RunAccount(), quotas: [QuotaDraw] = [], at: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.workflow = workflow
        self.input = input
        self.inputHash = inputHash
        self.idempotencyKey = idempotencyKey
        self.queue = queue
        self.executor = executor
        self.deadline = deadline
        self.parent = parent
        self.budget = budget
        self.priority = priority
        self.title = title
        self.trace = trace
        self.account = account
        self.quotas = quotas
        self.at = at
    }

    /// The fence of an owner from birth.
    package static let firstFence: Int64 = 1
}

/// How a child hangs on its parent.
package struct ParentLink: Sendable {
    /// The key of the parent's journal; one child a key.
    package var key: String
    /// What the parent records with the start.
    package var record: RecordCommand

    package init(key: String, record: RecordCommand) {
        self.key = key
        self.record = record
    }
}

/// Keys of one run, in the order in which they are to be written, with the events that tell of the last one.
package struct RecordCommand: Sendable {
    package var owner: Owner
    package var rows: [StepRow]
    /// Written only when the last row was newly closed or opened.
    package var events: [EventDraft]
    /// Whether a newly closed row proves that the run makes progress after a recovery.
    package var resetsRecoveries: Bool
    /// What must be taken for the rows to be written.
    package var taking: InboxTake?
    /// Approvals that are asked for.
    package var asks: [ApprovalDraft]
    /// The ids of approvals that need no answer any more.
    package var withdraws: [String]
    /// What the run waits for from now on, for people to see; `nil` for no change.
    package var wait: WaitNote?
    /// Runs of its own making whose end is asked for: children of branches that have lost.
    package var cancels: [RunID]
    /// Inputs that are accepted in the place of the recorded ones, by key.
    package var accepts: [String: String]
    /// What attempts have cost that end with this command.
    package var settlements: [Settlement]
    /// Whether the step of the last row has streamed text, of which nothing need be kept any more.
    package var endsStream: Bool
    package var at: Timestamp

    package init(
        owner: Owner, rows: [StepRow], events: [EventDraft], resetsRecoveries: Bool = false, taking: InboxTake? = nil,
        asks: [ApprovalDraft] = [], withdraws: [String] = [], wait: WaitNote? = nil, cancels: [RunID] = [],
        accepts: [String: String] = [:], settlements: [Settlement] = [], endsStream: Bool = false,
        at: Timestamp
    ) {
        self.owner = owner
        self.rows = rows
        self.events = events
        self.resetsRecoveries = resetsRecoveries
        self.taking = taking
        self.asks = asks
        self.withdraws = withdraws
        self.wait = wait
        self.cancels = cancels
        self.accepts = accepts
        self.settlements = settlements
        self.endsStream = endsStream
        self.at = at
    }
}

/// Whether a run that an executor holds works or waits.
package enum WaitNote: Sendable, Hashable {
    case works
    /// For a thing of this kind.
    case waits(WaitReason)
}

/// What a run can wait for.
package enum WaitReason: String, Sendable, Hashable {
    case approval
    case signal
    case timer
    case child
    /// A limit has to be raised.
    case budget
    /// Somebody has to take it up again.
    case interrupted
}

/// The end of a run, or its stop as blocked.
package struct EndCommand: Sendable {
    package enum Result: Sendable, Hashable {
        case completed(Payload)
        case failed(StepError)
        case cancelled
        case blocked(BlockReason, StepError)
    }

    package var owner: Owner
    /// Rows that were waiting to travel with the next command.
    package var rows: [StepRow]
    package var result: Result
    package var event: EventDraft
    package var at: Timestamp

    package init(owner: Owner, rows: [StepRow], result: Result, event: EventDraft, at: Timestamp) {
        self.owner = owner
        self.rows = rows
        self.result = result
        self.event = event
        self.at = at
    }
}

extension EndCommand {
    /// Whether it matters that somebody has cancelled the run.
    package var isChangedByCancel: Bool {
        switch result {
        case .completed, .cancelled, .blocked(.undoFailed, _): false
        case .failed, .blocked: true
        }
    }

    /// Makes it the end of a run that somebody has cancelled: a block would forget that, and an error may be nothing
    /// but the end of its cancelled children.
    ///
    /// - Parameter undoing: the end that was recorded when the run began to be undone; it stays.
    package mutating func heedCancel(undoing: Result?) {
        switch (result, undoing) {
        case (.completed, _), (.cancelled, _), (.blocked(.undoFailed, _), _), (.failed, .failed?): break
        case (.failed, _), (.blocked, _): (result, event) = (.cancelled, .runCancelled)
        }
    }
}

/// Takes runs into possession: one by name, or as many as there is room for from queues.
package struct ClaimCommand: Sendable {
    package enum Target: Sendable, Hashable {
        /// By name, as a person asks. `takeOver` takes it even from an executor that lives.
        case run(RunID, takeOver: Bool)
        /// Due ones of the workflows that the executor knows, and those of dead executors, the longest due first.
        case queues([String], workflows: [String], limit: Int)
    }

    package var executor: ExecutorID
    package var tenant: String
    package var target: Target
    /// Takeovers from dead executors in a row, without any newly closed row, after which a run is blocked.
    package var recoveriesMax: Int
    /// The limits of queues that have any.
    package var limits: [String: QueueLimit]
    package var at: Timestamp

    package init(
        executor: ExecutorID, tenant: String, target: Target, recoveriesMax: Int = 5,
        limits: [String: QueueLimit] = [:], at: Timestamp
    ) {
        self.executor = executor
        self.tenant = tenant
        self.target = target
        self.recoveriesMax = recoveriesMax
        self.limits = limits
        self.at = at
    }
}

/// A run that a claim has brought.
package struct ClaimedRun: Sendable, Hashable {
    package var run: RunID
    package var fence: Int64
    /// How often it has been taken from a dead executor since a row was last closed.
    package var recoveries: Int

    package init(run: RunID, fence: Int64, recoveries: Int) {
        self.run = run
        self.fence = fence
        self.recoveries = recoveries
    }
}

/// Why a run could not be claimed by name.
package enum ClaimRefusal: Sendable, Hashable {
    case notFound
    case ended(RunStatus)
    /// A living executor works on it.
    case owned(by: ExecutorID)
    /// What it has done could not be undone: a retry tries that again, and a claim would leave it out.
    case undoFailed
}

/// Gives a run back without an end, for somebody to take up later.
///
/// A run of a queue is due at once, also when it has said that it waits: beside the wait another branch may have been
/// at work, and nobody can tell; but for one that is known to do nothing but wait. A foreground run is never due: only
/// a claim by name finds it.
package struct ReleaseCommand: Sendable {
    package var owner: Owner
    /// Rows that were waiting to travel with the next command.
    package var rows: [StepRow]
    /// What the last `takeWake` answered; the release fails when somebody has woken the run since. `nil` for a run that
    /// nothing of is in memory: it has taken no wake since it came to rest, and stays due when it is; the release fails
    /// when its end was asked for.
    package var wakeSequence: Int64?
    /// What has to happen before the run is due again, when no wait of its own says so.
    package var wait: WaitReason?
    package var at: Timestamp

    package init(owner: Owner, rows: [StepRow], wakeSequence: Int64?, wait: WaitReason? = nil, at: Timestamp) {
        self.owner = owner
        self.rows = rows
        self.wakeSequence = wakeSequence
        self.wait = wait
        self.at = at
    }
}

/// Asks for the end of a run.
package struct CancelCommand: Sendable {
    package var run: RunID
    package var tenant: String
    package var event: EventDraft
    package var at: Timestamp

    package init(run: RunID, tenant: String, event: EventDraft, at: Timestamp) {
        self.run = run
        self.tenant = tenant
        self.event = event
        self.at = at
    }
}
