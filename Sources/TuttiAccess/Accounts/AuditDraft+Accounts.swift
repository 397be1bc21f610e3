package import TuttiCore

extension AuditDraft {
    /// That a refresh token came a second time: two have it, and one of them is a thief.
    package static func tokenReused(
        _ session: LoginSession, of user: User?, from address: String, at time: Timestamp
    ) -> AuditDraft {
        AuditDraft(
            time: time, tenant: user?.tenant ?? "",
            actor: AuditActor(
                id: session.user.text, name: user?.username ?? session.user.text, credential: .session(session.id),
                address: address),
            action: .tokenReused, target: AuditTarget(kind: "session", id: session.id.text), outcome: .refused)
    }
}
