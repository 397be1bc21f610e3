import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// Approvals that rules of the policy ask for.
extension UserRoutes {
    struct ApprovalBody: Codable, Sendable {
        /// What the person may do, once.
        var permission: String
    }

    var approve: Route {
        Route(
            .post, "/api/v1/users/{user}/approvals", "approvePolicy", .identity,
            "Approves that a person does once what a rule of the policy asks an approval for.",
            details: "The code is told once. The person sends it as `X-Approval` with the request; it is good once, "
                + "for an hour, for this person and permission, until who has approved logs out or the server ends.",
            parameters: [Self.id.description], body: .json(ApprovalBody.self), bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [
                .json(201, CodeView.self, "The code."), Self.denied, Self.unknown, .misfit,
                .problem(409, "It is one's own."),
            ]
        ) { request in
            let caller = try request.caller
            guard let approver = caller.user, let session = caller.session else {
                throw Problem(403, "login_needed", "approvals are given by a person who has logged in")
            }
            let user = try await user(request)
            let body = try await request.body(ApprovalBody.self)
            let permission = try Permission(known: body.permission)
            guard user.id != approver else {
                throw Problem.conflict("own_approval", "an approval is that of somebody else")
            }
            let now = accounts.now
            _ = try await access.log.append([
                AuditDraft(
                    time: now, tenant: accounts.tenant, actor: try request.actor, action: .policyApproved,
                    target: AuditTarget(kind: "user", id: user.id.text), request: request.id,
                    details: ["permission": permission.text])
            ])
            let code = access.approvals.issue(
                ApprovalBox.Approval(
                    approver: approver, session: session, user: user.id.text, permission: permission), at: now)
            return try request.secretAnswer(
                CodeView(code: code.text.revealed, expiresAt: (now + ApprovalBox.lifetime).wire), status: 201)
        }
    }
}

extension Permission {
    /// - Throws: a ``Problem`` 422 for what is none.
    init(known text: String) throws(Problem) {
        self.init(text)
        guard exists else {
            let near = NearestName.find(text, among: Permission.all.map(\.text))
            throw Problem.badField(
                "/permission", "permission",
                "there is no such permission" + (near.map { "; did you mean '\($0)'?" } ?? ""))
        }
    }
}
