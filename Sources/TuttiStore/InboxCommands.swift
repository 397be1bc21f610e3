package import TuttiCore

/// Sends a signal to a run. The same id again is the same signal.
package struct SignalCommand: Sendable {
    package var run: RunID
    package var tenant: String
    package var name: String
    package var id: String
    package var payload: Payload
    package var at: Timestamp

    package init(run: RunID, tenant: String, name: String, id: String, payload: Payload, at: Timestamp) {
        self.run = run
        self.tenant = tenant
        self.name = name
        self.id = id
        self.payload = payload
        self.at = at
    }
}

/// Answers an approval that a run has asked for.
package struct AnswerCommand: Sendable {
    package var run: RunID
    package var tenant: String
    /// The approval's name, or its id where several of one name are open.
    package var approval: String
    /// The hash of what the person has seen.
    package var shownHash: String
    package var verdict: InboxAnswer.Verdict
    package var edited: Payload?
    package var reason: String?
    package var by: String
    package var at: Timestamp

    package init(
        run: RunID, tenant: String, approval: String, shownHash: String, verdict: InboxAnswer.Verdict,
        edited: Payload? = nil, reason: String? = nil, by: String, at: Timestamp
    ) {
        self.run = run
        self.tenant = tenant
        self.approval = approval
        self.shownHash = shownHash
        self.verdict = verdict
        self.edited = edited
        self.reason = reason
        self.by = by
        self.at = at
    }
}

/// Why an answer was not taken.
package enum AnswerRefusal: Sendable, Hashable {
    /// The run has asked for no approval of this name.
    case unknown
    /// Several open approvals have this name; these are their ids.
    case ambiguous([String])
    case expired(Timestamp)
    case answered(InboxAnswer)
    /// What is shown has another hash than the one that was quoted.
    case otherHash(String)
}

/// Why a signal was not taken.
package enum SignalRefusal: Sendable, Hashable {
    /// A signal with this id and other content was sent before.
    case otherContent
    /// So many messages wait already.
    case inboxFull(Int)
}

/// An approval that a run asks for.
package struct ApprovalDraft: Sendable, Hashable {
    package var name: String
    package var id: String
    package var shown: Payload
    package var shownHash: String
    package var expires: Timestamp?

    package init(name: String, id: String, shown: Payload, shownHash: String, expires: Timestamp?) {
        self.name = name
        self.id = id
        self.shown = shown
        self.shownHash = shownHash
        self.expires = expires
    }
}

/// What a record command takes out of the inbox; its rows are written only if it is still there to be taken.
package struct InboxTake: Sendable, Hashable {
    package enum Message: Sendable, Hashable {
        /// A signal, or an answered approval.
        case at(position: Int64)
        /// An approval that nobody has answered in time.
        case expired(id: String)
    }

    package var message: Message
    /// The key that uses it.
    package var key: String

    package init(_ message: Message, for key: String) {
        self.message = message
        self.key = key
    }
}
