import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// Approvals that rules of the policy ask for.
extension UserRoutes {
    struct ApprovalBody: Codable, Sendable {
        /// What the person may do, once.
        var permission: String
        /// To what: the identifier in the path of the request. To whatever it is when left out.
        var target: String?
    }

    private static let targetLengths = 1...200

    var approve: Route {
        Route(
            .post, "/api/v1/users/{user}/approvals", "approvePolicy", .identity,
            "Approves that a person does once what a rule of the policy asks an approval for.",
            details: "The code is told once. The person sends it as `X-Approval` with the request; it is good for one "
                + "request that does its work, for an hour, for this person, permission and target, until who has "
                + "approved logs out or the server ends.",
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
            if let target = body.target, !Self.targetLengths.contains(target.utf8.count) {
                throw Problem.badField(
                    "/target", "length", "a target is the identifier in the path of the request; leave it out for any")
            }
            guard user.id != approver else {
                throw Problem.conflict("own_approval", "an approval is that of somebody else")
            }
            let now = accounts.now
            var details = ["permission": permission.text]
            details["target"] = body.target
            _ = try await access.log.append([
                AuditDraft(
                    time: now, tenant: accounts.tenant, actor: try request.actor, action: .policyApproved,
                    target: AuditTarget(kind: "user", id: user.id.text), request: request.id,
                    details: details)
            ])
            let code = access.approvals.issue(
                ApprovalBox.Approval(
                    approver: approver, session: session, user: user.id.text, permission: permission,
                    target: body.target), at: now)
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
