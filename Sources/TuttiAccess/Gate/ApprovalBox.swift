package import TuttiCore

/// Approvals that rules ask for: somebody who may approve gives a code to somebody else, who brings it with the
/// request. It is good once, for an hour, in the process that gave it. Whoever takes it looks whether the session in
/// which it was given goes on.
package final class ApprovalBox: Sendable {
    /// What was approved.
    package struct Approval: Sendable {
        /// Whoever has approved.
        package let approver: UserID
        /// The session in which that was.
        package let session: SessionID
        /// Who may, by ``Principal/id``.
        package let user: String
        /// What may be done, once.
        package let permission: Permission

        package init(approver: UserID, session: SessionID, user: String, permission: Permission) {
            self.approver = approver
            self.session = session
            self.user = user
            self.permission = permission
        }
    }

    /// How long an approval is good.
    package static let lifetime: Duration = .seconds(3600)
    /// Approvals that wait to be used; one more takes the place of the oldest.
    package static let countMax = 10_000

    private let approvals: OneTimeCodes<Approval>

    package init(random: LockedGenerator) {
        approvals = OneTimeCodes(.approval, lifetime: Self.lifetime, countMax: Self.countMax, random: random)
    }

    package func issue(_ approval: Approval, at time: Timestamp) -> OpaqueToken { approvals.issue(approval, at: time) }

    /// Uses an approval, if it is for this person and this permission; when `body` throws or gives nothing, it is as
    /// good as before.
    package func use<Output>(
        _ text: String, for user: String?, _ permission: Permission, at time: Timestamp,
        _ body: (Approval) async throws -> Output?
    ) async throws -> Output? {
        try await approvals.use(text, at: time, if: { $0.user == user && $0.permission == permission }, body)
    }
}
