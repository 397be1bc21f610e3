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
    /// What the request is about, as its path names it.
    let target: (kind: String, id: String)?
    /// The request's name.
    let request: String
    let codes: [Substring]
    /// The approvals that the request is at work with.
    let approvals = ApprovalsInHand()

    init(_ principal: Principal, at address: String, _ exchange: Exchange) {
        self.principal = principal
        self.address = address
        operation = exchange.route?.operation?.id ?? exchange.routeName
        target = exchange.named
        request = exchange.id
        codes = (exchange.request.headers[Self.field] ?? "").split { $0 == "," || $0 == " " }.prefix(Self.codesMax)
            .map { $0 }
    }

    func draft(
        _ action: AuditAction, _ outcome: AuditOutcome, at time: Timestamp, _ details: [String: String]
    ) -> AuditDraft {
        AuditDraft(
            time: time, tenant: principal.tenant, actor: AuditActor(principal, address: address), action: action,
            target: target.map { AuditTarget(named: $0) } ?? AuditTarget(kind: "operation", id: operation),
            outcome: outcome, request: request, details: details.merging(["operation": operation]) { one, _ in one })
    }
}

extension AuditTarget {
    /// What a path names, made fit to be written down.
    init(named: (kind: String, id: String)) {
        self.init(kind: named.kind, id: CleanText.line(named.id, bytesMax: 100))
    }
}

extension Exchange {
    /// What the request is about, as its path says it.
    var named: (kind: String, id: String)? {
        guard let route, case .found(_, let parameters) = match else { return nil }
        guard let name = route.pattern.parameters.first, let value = parameters[name] else { return nil }
        return (name, value)
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
    /// approval is then in the request's hand: nobody else can use it, until ``settle(_:isDone:)`` says what became of
    /// the request.
    ///
    /// - Throws: `AuditError` when the use of an approval cannot be written down; `AccountError`.
    @inline(never)
    func decide(_ question: PolicyQuestion, for asker: PolicyAsker) async throws -> Verdict {
        let asked = await decider.decide(question)
        guard asked.effect == .needsApproval else { return Verdict(decision: asked) }
        return try await decide(question, asked, byApprovalsOf: asker)
    }

    @inline(never)
    private func decide(
        _ question: PolicyQuestion, _ asked: PolicyDecision, byApprovalsOf asker: PolicyAsker
    ) async throws -> Verdict {
        for code in asker.codes {
            let held = approvals.hold(
                String(code), for: question.principal.id, question.permission, on: asker.target?.id, at: accounts.now)
            guard let held else { continue }
            do {
                if let decision = try await decide(question, by: held.approval) {
                    try await take(held, for: question, under: asked.rule, asker)
                    return Verdict(decision: decision, isApproved: true)
                }
            } catch {
                approvals.giveBack(held)
                throw error
            }
            approvals.giveBack(held)
        }
        return Verdict(decision: asked)
    }

    /// Puts an approval into the request's hand, and writes that down.
    private func take(
        _ held: ApprovalBox.Held, for question: PolicyQuestion, under rule: String, _ asker: PolicyAsker
    ) async throws {
        let draft = asker.draft(
            .approvalUsed, .begun, at: accounts.now,
            ["permission": question.permission.text, "approver": held.approval.approver.text, "rule": rule])
        _ = try await log.append([draft])
        asker.approvals.add(ApprovalsInHand.Entry(held: held, draft: draft))
    }

    /// - Returns: `nil` when the approval does not count: whoever gave it has logged out or may not any more, or the
    ///   policy is against it by now.
    private func decide(
        _ question: PolicyQuestion, by approval: ApprovalBox.Approval
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
        return decision.reach == nil ? nil : decision
    }

    /// What is answered to an API key that asks for what makes more of who has it, after that was written down: one
    /// that has got into wrong hands must not be worth an account.
    ///
    /// - Throws: `AuditError`.
    @inline(never)
    func refuseKey(_ permission: Permission?, _ asker: PolicyAsker) async throws -> Problem {
        var details = ["code": "login_needed"]
        details["permission"] = permission?.text
        _ = try await log.append([asker.draft(.policyDenied, .refused, at: accounts.now, details)])
        return Problem(
            403, "login_needed", "this is done by who has logged in, not by an API key; send a token of a login")
    }

    /// What is answered to who may not, after it was written down.
    ///
    /// - Throws: `AuditError`.
    @inline(never)
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
                + "an hour, as long as whoever gave it is logged in, and only for its target if it names one"
        return Problem(
            403, code,
            "\(why); who may approve \(permission) gives a code for \(PolicyAsker.field) by POST "
                + "/api/v1/users/{user}/approvals (\(decision.rule): \(decision.reason))")
    }

    // MARK: Looking

    /// How far a permission of the caller's reaches among runs, with an approval where a rule asks for one. Nothing is
    /// told of it, and no approval used up: it is for what may be offered.
    func reach(of permission: Permission, for caller: Caller) async -> Reach? {
        let question = PolicyQuestion(
            principal: caller.principal, permission: permission,
            resource: PolicyResource(kind: "run", project: caller.principal.project), environment: environment,
            time: accounts.now, approved: true)
        return await (looking ?? decider).decide(question).reach
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
            guard let asker = try caller.asker else { throw Problem.notFound("there is nothing to be decided here") }
            return asker
        }
    }
}
