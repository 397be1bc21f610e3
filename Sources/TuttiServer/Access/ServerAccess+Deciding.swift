import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// A request that asks the policy something, with what the audit log tells of it.
struct PolicyAsker: Sendable {
    /// By which field somebody brings codes of approvals, with commas between them.
    static let field = "X-Approval"
    /// More codes than this are not looked at.
    private static let codesMax = 8

    let principal: Principal
    let address: String
    /// The operation that is asked for.
    let operation: String
    /// The request's name.
    let request: String
    let codes: [Substring]

    init(_ principal: Principal, at address: String, operation: String, request: String, headers: HTTPHeaders) {
        self.principal = principal
        self.address = address
        self.operation = operation
        self.request = request
        codes = (headers[Self.field] ?? "").split { $0 == "," || $0 == " " }.prefix(Self.codesMax).map { $0 }
    }

    func draft(
        _ action: AuditAction, _ outcome: AuditOutcome, at time: Timestamp, _ details: [String: String]
    ) -> AuditDraft {
        AuditDraft(
            time: time, tenant: principal.tenant, actor: AuditActor(principal, address: address), action: action,
            target: AuditTarget(kind: "operation", id: operation), outcome: outcome, request: request, details: details)
    }
}

extension ServerAccess {
    /// What was decided.
    struct Verdict: Sendable {
        var decision: PolicyDecision
        /// Whether somebody else had to approve, and has.
        var isApproved = false
    }

    /// Decides, with the approval of somebody else where a rule asks for one and the request brings it. Such an
    /// approval is used up by that, whatever becomes of the request, but not by a decision that goes against it.
    ///
    /// - Throws: `AuditError` when the use of an approval cannot be written down; `AccountError`.
    func decide(_ question: PolicyQuestion, for asker: PolicyAsker) async throws -> Verdict {
        var verdict = Verdict(decision: await decider.decide(question))
        guard verdict.decision.effect == .needsApproval else { return verdict }
        for code in asker.codes {
            let used = try await approvals.use(
                String(code), for: question.principal.id, question.permission, at: accounts.now
            ) { approval in try await decide(question, by: approval, asker) }
            if let used {
                verdict = Verdict(decision: used, isApproved: true)
                break
            }
        }
        return verdict
    }

    /// - Returns: `nil` when the approval does not count: whoever gave it has logged out or may not any more, or the
    ///   policy is against it by now.
    private func decide(
        _ question: PolicyQuestion, by approval: ApprovalBox.Approval, _ asker: PolicyAsker
    ) async throws -> PolicyDecision? {
        let now = accounts.now
        guard let (session, approver) = try await accounts.store.session(approval.session, at: now),
            approver.id == approval.approver, approver.tenant == accounts.tenant
        else { return nil }
        let principal = Principal(
            tenant: approver.tenant, id: approver.id.text, name: approver.username, roles: approver.roles,
            credential: .session(session.id))
        let may = await decider.decide(
            PolicyQuestion(
                principal: principal, permission: "policy.approve", resource: PolicyResource(kind: "account"),
                environment: environment, time: now))
        guard may.reach == .all else { return nil }
        var question = question
        question.approved = true
        let decision = await decider.decide(question)
        guard decision.reach != nil else { return nil }
        _ = try await log.append([
            asker.draft(
                .approvalUsed, .done, at: now,
                ["permission": question.permission.text, "approver": approver.id.text, "rule": decision.rule])
        ])
        return decision
    }

    /// What is answered to who may not, after it was written down.
    ///
    /// - Throws: `AuditError`.
    func refuse(
        _ decision: PolicyDecision, _ permission: Permission, _ asker: PolicyAsker
    ) async throws -> Problem {
        let needsApproval = decision.effect == .needsApproval
        let code = !needsApproval ? "not_permitted" : asker.codes.isEmpty ? "approval_required" : "approval_refused"
        _ = try await log.append([
            asker.draft(
                .policyDenied, .refused, at: accounts.now,
                ["permission": permission.text, "rule": decision.rule, "code": code])
        ])
        guard needsApproval else {
            return Problem(
                403, code,
                "you may not do this: it needs the permission \(permission) (\(decision.rule): \(decision.reason))")
        }
        let why =
            asker.codes.isEmpty
            ? "this needs the approval of somebody else"
            : "no code in \(PolicyAsker.field) is good here: each is for one person and one permission, once, and for "
                + "an hour, as long as whoever gave it is logged in"
        return Problem(
            403, code,
            "\(why); who may approve \(permission) gives a code for \(PolicyAsker.field) by POST "
                + "/api/v1/users/{user}/approvals (\(decision.rule): \(decision.reason))")
    }

    // MARK: Beside what the route itself asks for

    /// Whether the caller may do something beside what the route itself asks for.
    ///
    /// - Throws: as ``decide(_:for:)``.
    func allows(_ permission: Permission, _ request: RouteRequest) async throws -> Bool {
        try await decide(permission, request, [:]).decision.reach != nil
    }

    /// - Throws: a ``Problem`` 403; as ``decide(_:for:)``.
    func require(
        _ permission: Permission, _ request: RouteRequest, attributes: [String: JSONValue] = [:]
    ) async throws {
        let decision = try await decide(permission, request, attributes).decision
        if decision.reach == nil { throw try await refuse(decision, permission, try request.asker) }
    }

    private func decide(
        _ permission: Permission, _ request: RouteRequest, _ attributes: [String: JSONValue]
    ) async throws -> Verdict {
        let caller = try request.caller
        let question = PolicyQuestion(
            principal: caller.principal, permission: permission,
            resource: PolicyResource(kind: "permission", project: caller.principal.project, attributes: attributes),
            environment: environment, time: accounts.now, approved: caller.approved == permission)
        return try await decide(question, for: request.asker)
    }
}

extension RouteRequest {
    var asker: PolicyAsker {
        get throws {
            let caller = try caller
            return PolicyAsker(
                caller.principal, at: caller.address, operation: operation, request: id, headers: request.headers)
        }
    }
}
