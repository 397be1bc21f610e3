import TuttiCore

/// What was done or tried, as a dotted word such as `login.failed`; the part before the dot is what it is about.
///
/// A struct, so that an entry of a newer release can be read and verified by an older one.
package struct AuditAction: Sendable, CustomStringConvertible {
    /// The dotted word, as it is stored.
    package let text: String
    /// What it says, for people; empty for a word that this release does not know.
    package let sentence: String

    private init(_ text: String, _ sentence: String) {
        self.text = text
        self.sentence = sentence
    }

    /// An action from its stored word.
    package init(text: String) { self = Self.known[text] ?? AuditAction(text, "") }

    /// The dotted word.
    package var description: String { text }

    private static let known = Dictionary(all.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })

    // MARK: Accounts

    package static let userRegistered = AuditAction("user.registered", "Somebody has made an account.")
    package static let userInvited = AuditAction("user.invited", "Somebody was invited to make an account.")
    package static let invitationWithdrawn = AuditAction("user.invitation_withdrawn", "An invitation was withdrawn.")
    package static let userChanged = AuditAction("user.changed", "The name or address of an account was changed.")
    package static let userRolesChanged = AuditAction("user.roles_changed", "An account was given other roles.")
    package static let userDisabled = AuditAction("user.disabled", "An account was closed to logins.")
    package static let userEnabled = AuditAction("user.enabled", "A closed account was opened again.")
    package static let userDeleted = AuditAction("user.deleted", "An account was removed.")
    package static let userImported = AuditAction("user.imported", "An account was taken over with its old hash.")
    package static let identityLinked = AuditAction("user.linked", "Another issuer may log an account in.")
    package static let passwordChanged = AuditAction("password.changed", "Somebody has changed the own password.")
    package static let passwordReset = AuditAction("password.reset", "A password was set by a one-time code.")
    package static let passwordResetMade = AuditAction("password.reset_made", "A one-time code for a reset was made.")
    package static let setupMade = AuditAction("setup.made", "A code for the first account was made.")

    // MARK: Logins, sessions, tokens

    package static let loginSucceeded = AuditAction("login.succeeded", "Somebody has logged in.")
    package static let loginFailed = AuditAction("login.failed", "A login had no account or a wrong password.")
    package static let loginDelayed = AuditAction("login.delayed", "A login was refused until a delay is over.")
    package static let loginForeign = AuditAction("login.foreign", "Somebody has logged in by another issuer.")
    package static let sessionEnded = AuditAction("session.ended", "Somebody has logged out of a session.")
    package static let sessionsEnded = AuditAction("session.all_ended", "All sessions of an account were ended.")
    package static let tokenReused = AuditAction("token.reused", "A spent refresh token came again; its family ended.")
    package static let tokenRefused = AuditAction("token.refused", "A token was forged, expired or for somebody else.")
    package static let signingKeyRotated = AuditAction("token.key_rotated", "Tokens are signed with a new key.")
    package static let csrfRefused = AuditAction("request.forged", "A write came without the token of its page.")

    // MARK: API keys

    package static let keyCreated = AuditAction("key.created", "An API key was made.")
    package static let keyLimited = AuditAction("key.limited", "The limits of an API key were changed.")
    package static let keyRevoked = AuditAction("key.revoked", "An API key was ended.")
    package static let keyRefused = AuditAction("key.refused", "An API key was unknown, expired or ended.")

    // MARK: Policy and limits

    package static let policyDenied = AuditAction("policy.denied", "A rule has refused what somebody asked for.")
    package static let policyApproved = AuditAction("policy.approved", "Somebody has approved what a rule holds back.")
    package static let approvalUsed = AuditAction("approval.used", "A request has used up an approval.")
    package static let limitExceeded = AuditAction("limit.exceeded", "Somebody has asked more often than allowed.")

    // MARK: Secrets and settings

    package static let secretWritten = AuditAction("secret.written", "A secret was stored.")
    package static let secretDeleted = AuditAction("secret.deleted", "A secret was removed.")
    package static let secretKeyRotated = AuditAction("secret.key_rotated", "Secrets are sealed with a new key.")
    package static let settingsChanged = AuditAction("settings.changed", "A setting was changed.")
    package static let routeOrdered = AuditAction("route.ordered", "A route was given another order of deployments.")
    package static let routeOrderDropped = AuditAction("route.order_dropped", "A route has its file's order again.")
    package static let cacheEmptied = AuditAction("cache.emptied", "Answers that were kept are removed.")
    package static let serverStarted = AuditAction("server.started", "A server began to answer.")
    package static let serverInsecure = AuditAction("server.insecure", "A server answers a network without TLS.")

    // MARK: Work

    package static let projectCreated = AuditAction("project.created", "A project was made.")
    package static let projectChanged = AuditAction("project.changed", "A project was changed.")
    package static let projectLimited = AuditAction("project.limited", "A project may spend more or less than before.")
    package static let projectDeleted = AuditAction("project.deleted", "A project was removed.")
    package static let topicPublished = AuditAction("topic.published", "Somebody has published to a topic.")
    package static let runStarted = AuditAction("run.started", "Somebody has started a run.")
    package static let runCancelled = AuditAction("run.cancelled", "Somebody has cancelled a run.")
    package static let runChanged = AuditAction("run.changed", "Somebody has resumed, retried or forked a run.")
    package static let runSignalled = AuditAction("run.signalled", "Somebody has sent a run what it waits for.")
    package static let runDeleted = AuditAction("run.deleted", "A run was removed with its journal.")
    package static let approvalGiven = AuditAction("approval.given", "Somebody has approved what a run asked for.")
    package static let approvalRefused = AuditAction("approval.refused", "Somebody has refused what a run asked for.")

    // MARK: The log itself

    package static let auditExported = AuditAction("audit.exported", "Entries of this log were written to a file.")
    package static let auditPruned = AuditAction("audit.pruned", "Exported entries were removed from this log.")

    /// Every action that this release writes.
    package static let all: [AuditAction] = [
        userRegistered, userInvited, invitationWithdrawn, userChanged, userRolesChanged, userDisabled, userEnabled,
        userDeleted, userImported, identityLinked, passwordChanged, passwordReset, passwordResetMade, setupMade,
        loginSucceeded, loginFailed, loginDelayed, loginForeign, sessionEnded, sessionsEnded, tokenReused,
        tokenRefused, signingKeyRotated, csrfRefused, keyCreated, keyLimited, keyRevoked, keyRefused, policyDenied,
        policyApproved, approvalUsed, limitExceeded, secretWritten, secretDeleted, secretKeyRotated, settingsChanged,
        routeOrdered, routeOrderDropped, cacheEmptied, serverStarted, serverInsecure, projectCreated, projectChanged,
        projectLimited, projectDeleted, topicPublished, runStarted, runCancelled, runChanged, runSignalled, runDeleted,
        approvalGiven, approvalRefused, auditExported, auditPruned,
    ]
}

extension AuditAction: Hashable {
    package static func == (one: AuditAction, other: AuditAction) -> Bool { one.text == other.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension AuditAction {
    /// What is neither an action nor an area of some.
    package struct Unknown: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// A text by which entries are looked for: an action that there is, or what stands before the dot of some.
    ///
    /// - Throws: ``Unknown`` with the way out.
    package static func filter(_ typed: String) throws(Unknown) -> String {
        let known = all.map(\.text)
        let areas = Set(known.map { String($0.prefix { $0 != "." }) })
        guard !known.contains(typed), !areas.contains(typed) else { return typed }
        let wayOut =
            NearestName.find(typed, among: known + areas).map { "did you mean '\($0)'?" }
            ?? "give one such as login.failed, or an area: \(areas.sorted().joined(separator: ", "))"
        throw Unknown(description: "there is no action '\(CleanText.line(typed, bytesMax: 60))'; \(wayOut)")
    }
}
