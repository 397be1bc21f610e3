package import TuttiCore

/// Approvals that rules ask for: somebody who may approve gives a code to somebody else, who brings it with the
/// request. It is good once, for an hour, in the process that gave it, and no longer than the login it was given by.
package final class ApprovalBox: Sendable {
    /// What was approved.
    package struct Approval: Sendable {
        /// Whoever has approved.
        package let approver: LiveCredential
        /// Who may, by ``Principal/id``.
        package let user: String
        /// What may be done, once.
        package let permission: Permission

        package init(approver: LiveCredential, user: String, permission: Permission) {
            self.approver = approver
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

    /// Takes an approval, if it is for this person and this permission.
    package func take(_ text: String, for user: String?, _ permission: Permission, at time: Timestamp) -> Approval? {
        approvals.take(text, at: time) { approval in
            approval.user == user && approval.permission == permission && !approval.approver.isStale
        }
    }
}
