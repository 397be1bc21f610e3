package import TuttiCore

/// Approvals that rules ask for: somebody who may approve gives a code to somebody else, who brings it with the
/// request. It is good once, for an hour, in the process that gave it: for one request that does its work, so that one
/// which fails gives it back. Whoever holds it looks whether the session in which it was given goes on.
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
        /// To what, as the path of the request names it; `nil` for whatever it is.
        package let target: String?

        package init(
            approver: UserID, session: SessionID, user: String, permission: Permission, target: String? = nil
        ) {
            self.approver = approver
            self.session = session
            self.user = user
            self.permission = permission
            self.target = target
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

    /// An approval at work: nobody else can use it.
    package struct Held: Sendable {
        package var approval: Approval { code.meaning }
        fileprivate let code: OneTimeCodes<Approval>.Held
    }

    /// Takes an approval, if it is for this person, this permission and this target; it is used up unless it is given
    /// back.
    package func hold(
        _ text: String, for user: String?, _ permission: Permission, on target: String?, at time: Timestamp
    ) -> Held? {
        let held = approvals.hold(text, at: time) { approval in
            approval.user == user && approval.permission == permission
                && (approval.target == nil || approval.target == target)
        }
        return held.map { Held(code: $0) }
    }

    /// Makes an approval as good as it was before it was held.
    package func giveBack(_ held: Held) { approvals.giveBack(held.code) }
}
