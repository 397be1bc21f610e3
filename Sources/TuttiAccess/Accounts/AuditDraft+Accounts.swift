package import TuttiCore

extension AuditDraft {
    /// That a refresh token came a second time: two have it, and one of them is a thief.
    package static func tokenReused(
        _ session: LoginSession, of user: User?, from visit: Visit, at time: Timestamp
    ) -> AuditDraft {
        AuditDraft(
            time: time, tenant: user?.tenant ?? "",
            actor: AuditActor(
                id: session.user.text, name: user?.username ?? session.user.text, credential: .session(session.id),
                address: visit.address),
            action: .tokenReused, target: AuditTarget(kind: "session", id: session.id.text), outcome: .refused,
            request: visit.request)
    }
}
