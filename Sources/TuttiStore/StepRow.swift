package import TuttiCore

/// What a key of the journal is for; a recorded key is only ever read as the kind it was written as.
package enum StepKind: String, Sendable, Hashable {
    case step
    case branch
    case all
    case settled
    case race
    case signal
    case look
    case approval
    case sleep
    case child
    case undo
    case now
    case random
    case uuid
}

/// One key of a run's journal as the owner writes it.
package struct StepRow: Sendable, Hashable {
    package enum Result: Sendable, Hashable {
        /// The step failed and will be tried again at `due`.
        case open(StepError, due: Timestamp)
        /// Something is waited for, at the longest until `due`.
        case waiting(due: Timestamp?)
        case completed(Payload)
        case failed(StepError)
    }

    package var key: String
    package var kind: StepKind
    /// Counted from 1; 0 for kinds that have no attempts.
    package var attempt: Int
    /// The hash of the step's input, for kinds that have one.
    package var fingerprint: String?
    package var result: Result
    package var started: Timestamp
    package var ended: Timestamp
    package var cost: StepCost?
    /// How the step is undone, told when its row is opened.
    package var undo: UndoRecord?

    package init(
        key: String, kind: StepKind, attempt: Int = 0, fingerprint: String? = nil, result: Result, started: Timestamp,
        ended: Timestamp, cost: StepCost? = nil, undo: UndoRecord? = nil
    ) {
        self.key = key
        self.kind = kind
        self.attempt = attempt
        self.fingerprint = fingerprint
        self.result = result
        self.started = started
        self.ended = ended
        self.cost = cost
        self.undo = undo
    }

    package var isOpen: Bool {
        switch result {
        case .open, .waiting: true
        case .completed, .failed: false
        }
    }
}

extension StepRow.Result {
    /// What a reader of the row sees.
    package var stored: StoredStep.Result {
        switch self {
        case .open(let error, let due): .open(error, due: due)
        case .waiting(let due): .waiting(due: due)
        case .completed(let payload): .completed(payload.stored)
        case .failed(let error): .failed(error)
        }
    }
}

/// One key of a run's journal as it is read back.
package struct StoredStep: Sendable, Hashable {
    package enum Result: Sendable, Hashable {
        case open(StepError, due: Timestamp)
        case waiting(due: Timestamp?)
        case completed(StoredPayload)
        case failed(StepError)
        /// The engine's cancel command closed the row.
        case cancelled
    }

    package var key: String
    package var kind: StepKind
    package var attempt: Int
    package var fingerprint: String?
    package var result: Result
    package var started: Timestamp
    package var ended: Timestamp?
    package var cost: StepCost?
    package var undo: UndoRecord?

    package init(
        key: String, kind: StepKind, attempt: Int, fingerprint: String?, result: Result, started: Timestamp,
        ended: Timestamp?, cost: StepCost? = nil, undo: UndoRecord? = nil
    ) {
        self.key = key
        self.kind = kind
        self.attempt = attempt
        self.fingerprint = fingerprint
        self.result = result
        self.started = started
        self.ended = ended
        self.cost = cost
        self.undo = undo
    }
}

/// How a step is undone: the name of an undo of its workflow and what it is given, as they were when the step began.
package struct UndoRecord: Codable, Sendable, Hashable {
    package var name: String
    package var arguments: JSONValue

    package init(name: String, arguments: JSONValue) {
        self.name = name
        self.arguments = arguments
    }
}

extension StoredStep {
    /// Whether it is an undo that has done its work. One that has failed for good is closed as well, and what it was to
    /// undo still stands.
    package var isUndoDone: Bool {
        if kind == .undo, case .completed = result { true } else { false }
    }
}

extension JournalKey {
    /// The key under which a step is undone.
    package static func undo(of key: String) -> String { key + "~undo" }
}
