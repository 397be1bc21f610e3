import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability
import TuttiRuntime

/// Lets through who may: finds out who asks, holds to the limits, asks the policy, and writes down what is about to be
/// changed. What comes behind it runs as the caller.
struct AccessControl: Middleware {
    let access: ServerAccess
    let guardian: LocalGuard
    let identification: Identification
    let log: Log
    let clock: any Timekeeper

    init(_ access: ServerAccess, guardian: LocalGuard, origins: AllowedOrigins, log: Log, clock: any Timekeeper) {
        self.access = access
        self.guardian = guardian
        self.log = log
        self.clock = clock
        identification = Identification(access: access, guardian: guardian, origins: origins, clock: clock)
    }

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        let rule = exchange.route?.access ?? RouteAccess(.anybody)
        let origin = RequestOrigin(exchange.request, network: access.network)
        let isLocal = try await isLocal()
        if isLocal { try guardian.check(exchange.request) }
        let found = try await identification.find(exchange.request, from: origin, isLocal: isLocal)
        let limits = isLocal ? [] : try await hold(exchange, found.credential, origin)
        let caller = try await decide(rule, exchange, found, origin, isLocal: isLocal)
        var exchange = exchange
        exchange.origin = origin
        exchange.credential = found.credential
        var response = try await caller.perform { [exchange] in
            try await change(rule, exchange, caller) { try await next(exchange) }
        }
        for (name, value) in limits { response.headers.set(name, to: value) }
        response.body = CallerStreams(caller: caller, credential: found.credential).held(response.body)
        return response
    }

    /// Whether nobody has to log in: only this machine reaches the server, and nobody has an account.
    private func isLocal() async throws -> Bool {
        guard access.network.isMachineOnly, !access.accounts.areKnownToExist else { return false }
        return try await !access.accounts.hasUsers()
    }

    // MARK: Limits

    /// - Returns: the fields that tell how much is left.
    private func hold(
        _ exchange: Exchange, _ credential: LiveCredential?, _ origin: RequestOrigin
    ) async throws -> [(name: String, value: String)] {
        let limits = access.limits.limits(
            for: exchange.route?.operation?.id, principal: credential?.principal, address: origin.limited)
        guard !limits.isEmpty else { return [] }
        let verdicts = await access.limiter.take(1, from: limits, at: clock.uptime())
        guard verdicts.isAccepted else {
            let fields = HTTPHeaders(verdicts.rateLimitHeaders.map { HTTPHeaders.Field(name: $0.name, value: $0.value) })
            let name = verdicts.first { !$0.isAllowed }?.limit.name ?? "limit"
            throw Problem(
                429, "rate_limited",
                "there were more requests than the limit '\(name)' allows; wait as long as Retry-After says",
                headers: fields)
        }
        return verdicts.rateLimitHeaders
    }

    // MARK: Deciding

    private func decide(
        _ rule: RouteAccess, _ exchange: Exchange, _ found: Identification.Found, _ origin: RequestOrigin,
        isLocal: Bool
    ) async throws -> Caller {
        let permission: Permission
        switch rule.who {
        case .anybody:
            return Caller(principal: found.principal, reach: nil, address: origin.address)
        case .machine where access.network.isMachineOnly && found.credential == nil:
            return Caller(principal: found.principal, reach: nil, address: origin.address)
        case .known:
            try found.requireKnown()
            return Caller(principal: found.principal, reach: .own, address: origin.address)
        case .machine(let needed), .permitted(let needed): permission = needed
        }
        try found.requireKnown()
        let question = PolicyQuestion(
            principal: found.principal, permission: permission,
            resource: PolicyResource(kind: rule.ownership.rawValue, project: found.principal.project),
            environment: access.environment,
            time: clock.now())
        let decision = await access.decider.decide(question)
        guard let reach = decision.reach else {
            throw try await refuse(decision, question, exchange, origin)
        }
        return Caller(principal: found.principal, reach: reach, address: origin.address)
    }

    private func refuse(
        _ decision: PolicyDecision, _ question: PolicyQuestion, _ exchange: Exchange, _ origin: RequestOrigin
    ) async throws -> Problem {
        let draft = AuditDraft(
            time: clock.now(), tenant: question.principal.tenant,
            actor: AuditActor(question.principal, address: origin.address), action: .policyDenied,
            target: AuditTarget(kind: "operation", id: exchange.route?.operation?.id ?? exchange.routeName),
            outcome: .refused, request: exchange.id,
            details: ["permission": question.permission.text, "rule": decision.rule])
        try await write(draft)
        if case .needsApproval = decision.effect {
            return Problem(
                403, "approval_required", "this needs the approval of somebody else: \(decision.reason)")
        }
        return Problem(
            403, "not_permitted",
            "you may not do this: it needs the permission \(question.permission) (\(decision.rule): "
                + "\(decision.reason))")
    }

    // MARK: Changes

    /// Writes down that something is about to be changed, then changes it: nothing is ever changed that is not written
    /// down. That it went wrong is written down, too.
    private func change(
        _ rule: RouteAccess, _ exchange: Exchange, _ caller: Caller,
        _ perform: () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        guard let action = rule.change else { return try await perform() }
        var draft = AuditDraft(
            time: clock.now(), tenant: caller.principal.tenant,
            actor: AuditActor(caller.principal, address: caller.address), action: action,
            target: exchange.target, outcome: .begun, request: exchange.id,
            details: ["operation": exchange.route?.operation?.id ?? ""])
        try await write(draft)
        let failure: (status: Int, code: String)
        let outcome: Result<ServerResponse, any Error>
        do {
            let response = try await perform()
            guard response.status >= 400 else { return response }
            (failure, outcome) = ((response.status, "answered"), .success(response))
        } catch {
            let problem = Problem(error)
            (failure, outcome) = ((problem.status, problem.code), .failure(error))
        }
        draft.time = clock.now()
        draft.outcome = .failed
        draft.details["status"] = String(failure.status)
        draft.details["code"] = failure.code
        // It has failed already: that this cannot be written down changes nothing about it.
        _ = try? await access.log.append([draft])
        return try outcome.get()
    }

    private func write(_ draft: AuditDraft) async throws {
        do throws(AuditError) {
            _ = try await access.log.append([draft])
        } catch {
            log.error("the audit log cannot be written", ["error": .string(error.message)])
            throw Problem(
                503, "audit_unusable", "the audit log cannot be written at the moment, so nothing was changed",
                headers: ["Retry-After": "2"])
        }
    }
}

extension Exchange {
    /// What the request is about, as its path says it.
    fileprivate var target: AuditTarget? {
        guard let route, case .found(_, let parameters) = match else { return nil }
        guard let name = route.pattern.parameters.first, let value = parameters[name] else { return nil }
        return AuditTarget(kind: name, id: CleanText.line(value, bytesMax: 100))
    }
}
