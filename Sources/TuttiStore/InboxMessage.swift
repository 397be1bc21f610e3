package import TuttiCore

/// Something that somebody tells a run: a signal, or an answer to an approval that the run has asked for.
package struct InboxMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case signal
        case approval
    }

    /// Grows with the order in which messages have arrived in one store.
    package var position: Int64
    package var kind: Kind
    /// The name under which the workflow waits for it.
    package var name: String
    /// What makes it one message, however often it is sent; for an approval the key and generation that asked.
    package var id: String
    /// What a signal brings, or what an approval shows.
    package var payload: StoredPayload
    /// The hash of what an approval shows; an answer must quote it.
    package var shownHash: String?
    /// When an approval can be answered no more.
    package var expires: Timestamp?
    package var answer: InboxAnswer?
    /// The key of the journal that it was used for.
    package var consumedBy: String?
    package var created: Timestamp

    package init(
        position: Int64, kind: Kind, name: String, id: String, payload: StoredPayload, shownHash: String? = nil,
        expires: Timestamp? = nil, answer: InboxAnswer? = nil, consumedBy: String? = nil, created: Timestamp
    ) {
        self.position = position
        self.kind = kind
        self.name = name
        self.id = id
        self.payload = payload
        self.shownHash = shownHash
        self.expires = expires
        self.answer = answer
        self.consumedBy = consumedBy
        self.created = created
    }
}

/// What somebody has said to an approval.
package struct InboxAnswer: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable {
        case approved
        case rejected
        /// Nobody answered in time.
        case expired
        /// The workflow went on without an answer.
        case withdrawn
    }

    package var verdict: Verdict
    /// Who answered; `tutti` for what the engine itself has closed.
    package var by: String
    package var at: Timestamp
    package var reason: String?
    /// What the person put in the place of what was shown.
    package var edited: StoredPayload?

    package init(
        verdict: Verdict, by: String, at: Timestamp, reason: String? = nil, edited: StoredPayload? = nil
    ) {
        self.verdict = verdict
        self.by = by
        self.at = at
        self.reason = reason
        self.edited = edited
    }

    /// Who closes what no person answers.
    package static let engine = "tutti"
}

/// What people are asked over all runs.
package struct OpenApprovals: Sendable, Hashable {
    package struct Question: Sendable, Hashable {
        package var run: RunID
        /// The ``InboxMessage/id`` of what is asked.
        package var id: String
        package var asked: Timestamp

        package init(run: RunID, id: String, asked: Timestamp) {
            self.run = run
            self.id = id
            self.asked = asked
        }
    }

    package var oldest: [Question]
    /// How many there are in all.
    package var total: Int

    package init(oldest: [Question], total: Int) {
        self.oldest = oldest
        self.total = total
    }
}

/// The bounds of what a run can be told.
package enum InboxLimits {
    /// Messages that wait to be used, of one run.
    package static let waitingMax = 10_000
    /// Bytes of one message, or of what an approval shows.
    package static let payloadSizeMax = 4 << 20
    /// Messages of one name that a single look finds.
    package static let lookMax = 16
}
