package import TuttiCore

/// What is to be kept of something that was done or tried.
///
/// Secrets do not belong here: the details are texts that the caller names one by one, and never a whole request.
package struct AuditDraft: Sendable, Hashable {
    /// When it happened.
    package var time: Timestamp
    /// The organisation that may read it.
    package var tenant: String
    package var actor: AuditActor
    package var action: AuditAction
    /// What it was done to; `nil` when it is about nothing in particular.
    package var target: AuditTarget?
    package var outcome: AuditOutcome
    /// The id of the request that led to it, by which logs and traces are found.
    package var request: String?
    /// More, by names of lower-case letters, digits, dots and underscores.
    package var details: [String: String]

    package init(
        time: Timestamp, tenant: String, actor: AuditActor, action: AuditAction, target: AuditTarget? = nil,
        outcome: AuditOutcome = .done, request: String? = nil, details: [String: String] = [:]
    ) {
        self.time = time
        self.tenant = tenant
        self.actor = actor
        self.action = action
        self.target = target
        self.outcome = outcome
        self.request = request
        self.details = details
    }
}

/// What something was done to.
package struct AuditTarget: Sendable, Hashable {
    /// What it is, such as `user`, `session`, `key`, `secret`, `run`, `project`, `policy`.
    package var kind: String
    /// Which one it is.
    package var id: String

    package init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// How it went. A struct, so that an entry of a newer release can be read and verified by an older one.
package struct AuditOutcome: Sendable, Hashable, CustomStringConvertible {
    /// The word, as it is stored.
    package let description: String

    package init(text: String) { description = text }

    /// It is about to happen; what became of it stands in a later entry, or nothing did because the program ended.
    package static let begun = AuditOutcome(text: "begun")
    /// It has happened.
    package static let done = AuditOutcome(text: "done")
    /// It was not allowed.
    package static let refused = AuditOutcome(text: "refused")
    /// It was allowed and went wrong.
    package static let failed = AuditOutcome(text: "failed")
}
