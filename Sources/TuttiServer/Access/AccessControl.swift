import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiGateway
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
        let entry = try await admit(exchange)
        var response: ServerResponse
        do {
            let caller = try await caller(entry, exchange)
            response = try await perform(next, exchange, entry, caller)
            await access.settle(entry.asker.approvals, isDone: response.status < 400)
            response.body = held(response.body, entry, caller)
        } catch {
            throw try await failed(error, exchange, entry)
        }
        // The rates of a key are told by the gateway, and count before the limits that hold for everybody.
        for (name, value) in entry.limits where response.headers[name] == nil { response.headers.add(name, value) }
        return response
    }

    // What a function has at hand while it waits is kept in memory for as long as the answer takes. So what is only
    // needed before and after it has functions of its own, which the compiler must not put into ``respond``.

    /// A request that somebody has sent who is known, or need not be.
    private final class Entry: Sendable {
        let rule: RouteAccess
        let origin: RequestOrigin
        let found: Identification.Found
        /// What tells how much is left of the limits.
        let limits: [(name: String, value: String)]
        let asker: PolicyAsker

        init(
            _ rule: RouteAccess, from origin: RequestOrigin, of found: Identification.Found,
            limits: [(name: String, value: String)], asker: PolicyAsker
        ) {
            (self.rule, self.origin, self.found, self.limits, self.asker) = (rule, origin, found, limits, asker)
        }
    }

    /// Finds out who asks, and holds to the limits.
    @inline(never)
    private func admit(_ exchange: Exchange) async throws -> Entry {
        let rule = exchange.route?.access ?? RouteAccess(.anybody)
        let origin = RequestOrigin(exchange.request, network: access.network)
        let isLocal = try await access.isLocal()
        if isLocal || isOpenToMachine(rule) { try guardian.check(exchange.request) }
        let taken = isLocal ? Taken() : try await holdAddress(exchange, origin)
        let found = try await identify(exchange, origin, taken, isLocal: isLocal)
        let limits = isLocal ? [] : try await hold(exchange, found.credential, origin, taken)
        let asker = PolicyAsker(found.principal, at: origin.address, exchange)
        return Entry(rule, from: origin, of: found, limits: limits, asker: asker)
    }

    /// Decides whether it may, and as whom.
    @inline(never)
    private func caller(_ entry: Entry, _ exchange: Exchange) async throws -> Caller {
        if let refusal = entry.found.refusal { await tell(refusal, exchange, entry.origin) }
        return try await decide(entry.rule, entry.found, entry.asker)
    }

    private func perform(
        _ next: @Sendable (Exchange) async throws -> ServerResponse, _ exchange: Exchange, _ entry: Entry,
        _ caller: Caller
    ) async throws -> ServerResponse {
        var exchange = exchange
        exchange.origin = entry.origin
        exchange.credential = entry.found.credential
        return try await caller.perform { [exchange] in
            guard let action = entry.rule.change else { return try await next(exchange) }
            return try await change(action, entry.rule, exchange, caller) { try await next(exchange) }
        }
    }

    private func held(_ body: ResponseBody, _ entry: Entry, _ caller: Caller) -> ResponseBody {
        CallerStreams(
            caller: caller, credential: entry.found.watched, gate: access.accounts.gate, clock: clock
        ).held(body)
    }

    @inline(never)
    private func failed(_ error: any Error, _ exchange: Exchange, _ entry: Entry) async throws -> any Error {
        await access.settle(entry.asker.approvals, isDone: false)
        return try await told(error, entry.limits, exchange, entry.origin, to: entry.asker.principal.id)
    }

    /// What is refused tells how much is left, too.
    @inline(never)
    private func told(
        _ error: any Error, _ limits: [(name: String, value: String)], _ exchange: Exchange, _ origin: RequestOrigin,
        to person: String?
    ) async throws -> any Error {
        if error is CancellationError || error is ClientGone { return error }
        var problem = Problem(error)
        // What has gone wrong here is told in the log, with all that is known of it.
        guard problem.status < 500 else { return error }
        if problem.code == "quota_exceeded" { problem = problem.spoken(to: person) }
        if problem.code == "login_delayed" { await tell(.loginDelayed, [:], exchange, origin) }
        for (name, value) in limits where problem.headers[name] == nil { problem.headers.set(name, to: value) }
        return problem
    }

    /// Whether programs of this machine need not say who they are: then no page may pass for one of them.
    private func isOpenToMachine(_ rule: RouteAccess) -> Bool {
        if case .machine = rule.who { access.network.isMachineOnly } else { false }
    }

    /// Finds out who asks.
    @inline(never)
    private func identify(
        _ exchange: Exchange, _ origin: RequestOrigin, _ taken: Taken, isLocal: Bool
    ) async throws -> Identification.Found {
        do {
            return try await identification.find(exchange.request, from: origin, isLocal: isLocal)
        } catch let problem as Problem {
            _ = try await hold(exchange, nil, origin, taken)
            if problem.code == Identification.foreignPage.code { await tell(.csrfRefused, [:], exchange, origin) }
            throw problem
        }
    }

    // MARK: Limits

    /// What a request has taken of the limits of its address.
    private struct Taken {
        var verdicts: [LimitVerdict] = []
        /// By which it is given back when another limit refuses the request: refused ones leave no trace.
        var reservation: LimitReservation?
    }

    /// Holds to the limits of the address. Whoever has used them up is not looked at: that would cost more than the
    /// answer.
    @inline(never)
    private func holdAddress(_ exchange: Exchange, _ origin: RequestOrigin) async throws -> Taken {
        let operation = exchange.route?.operation?.id
        let limits = access.limits.limitsOfAddress(for: operation, address: origin.limited)
        guard !limits.isEmpty else { return Taken() }
        let (verdicts, reservation) = await access.limiter.reserve(
            access.limits.weight(of: operation), from: limits, at: clock.uptime())
        guard let reservation else { throw try await refusal(verdicts, exchange, nil, origin) }
        return Taken(verdicts: verdicts, reservation: reservation)
    }

    /// Holds to the limits of who asks.
    ///
    /// - Returns: the fields that tell how much is left of these and those of the address.
    @inline(never)
    private func hold(
        _ exchange: Exchange, _ credential: LiveCredential?, _ origin: RequestOrigin, _ taken: Taken
    ) async throws -> [(name: String, value: String)] {
        let operation = exchange.route?.operation?.id
        let limits = access.limits.limitsOfAsker(
            for: operation, principal: credential?.principal, address: origin.limited)
        guard !limits.isEmpty else { return fields(of: taken.verdicts, exchange) }
        let now = clock.uptime()
        let verdicts = await access.limiter.take(access.limits.weight(of: operation), from: limits, at: now)
        guard verdicts.isAccepted else {
            if let reservation = taken.reservation { await access.limiter.adjust(reservation, to: 0, at: now) }
            throw try await refusal(taken.verdicts + verdicts, exchange, credential, origin)
        }
        return fields(of: taken.verdicts + verdicts, exchange)
    }

    /// What tells how much is left: in the fields of the standard, and for clients of models in those of their dialect.
    private func fields(of verdicts: [LimitVerdict], _ exchange: Exchange) -> [(name: String, value: String)] {
        guard let spoken = exchange.route?.dialect, let tightest = verdicts.min(by: { $0.remaining < $1.remaining })
        else { return verdicts.rateLimitHeaders }
        let requests = CallRates.Rate(
            limit: tightest.limit.quota, remaining: tightest.remaining, resetAfter: tightest.wholeAfter)
        let rates = CallRates(requests: requests)
        return verdicts.rateLimitHeaders + spoken(exchange.request).rateFields(rates, at: clock.now())
    }

    @inline(never)
    private func refusal(
        _ verdicts: [LimitVerdict], _ exchange: Exchange, _ credential: LiveCredential?, _ origin: RequestOrigin
    ) async throws -> Problem {
        let told = fields(of: verdicts, exchange)
        let fields = HTTPHeaders(told.map { HTTPHeaders.Field(name: $0.name, value: $0.value) })
        let full = verdicts.first { !$0.isAllowed }
        let name = full?.limit.name ?? "limit"
        await tell(.limitExceeded, ["limit": name], exchange, origin, by: credential?.principal)
        return Problem(429, "rate_limited", full?.sentence ?? "there were too many requests; wait", headers: fields)
    }

    // MARK: What was refused

    private func tell(_ refusal: CredentialRefusal, _ exchange: Exchange, _ origin: RequestOrigin) async {
        guard refusal.isSuspicious else { return }
        let action = refusal.code == CredentialRefusal.keyRefused.code ? AuditAction.keyRefused : .tokenRefused
        await tell(action, ["code": refusal.code], exchange, origin)
    }

    /// Writes down that something was refused before anybody was known, a bounded number of times. Nothing is changed
    /// by it, so that it cannot be written down changes nothing either.
    private func tell(
        _ action: AuditAction, _ details: [String: String], _ exchange: Exchange, _ origin: RequestOrigin,
        by principal: Principal? = nil
    ) async {
        let mayTell = await access.limiter.take(
            1, from: [(RequestLimits.told, subject: origin.limited)], at: clock.uptime())
        guard mayTell.isAccepted else { return }
        let draft = AuditDraft(
            time: clock.now(), tenant: access.accounts.tenant,
            actor: principal.map { AuditActor($0, address: origin.address) }
                ?? .nobody("nobody", address: origin.address),
            action: action, target: AuditTarget(kind: "operation", id: exchange.route?.operation?.id ?? "none"),
            outcome: .refused, request: exchange.id, details: details)
        _ = try? await access.log.append([draft])
    }

    // MARK: Deciding

    @inline(never)
    private func decide(
        _ rule: RouteAccess, _ found: Identification.Found, _ asker: PolicyAsker
    ) async throws -> Caller {
        func caller(_ reach: Reach?, approved: Permission? = nil) -> Caller {
            Caller(
                principal: found.principal, reach: reach, address: asker.address, approved: approved, asker: asker)
        }
        if rule.needsLogin, case .key = found.principal.credential {
            throw try await access.refuseKey(rule.permission, asker)
        }
        let permission: Permission
        switch rule.who {
        case .anybody: return caller(nil)
        case .machine where access.network.isMachineOnly: return caller(nil)
        case .known:
            try found.requireKnown()
            return caller(.own)
        case .machine(let needed), .permitted(let needed): permission = needed
        }
        try found.requireKnown()
        let question = PolicyQuestion(
            principal: found.principal, permission: permission,
            resource: PolicyResource(kind: rule.ownership.rawValue, project: found.principal.project),
            environment: access.environment,
            time: clock.now())
        let verdict =
            if let refusal = Self.refusalBeyondProjects(question) { ServerAccess.Verdict(decision: refusal) } else {
                try await access.decide(question, for: asker)
            }
        guard let reach = verdict.decision.reach else {
            throw try await access.refuse(verdict.decision, permission, asker)
        }
        return caller(reach, approved: verdict.isApproved ? permission : nil)
    }

    /// A key for one project is for nothing that lies in none.
    private static func refusalBeyondProjects(_ question: PolicyQuestion) -> PolicyDecision? {
        guard question.principal.project != nil, question.permission.isBeyondProjects else { return nil }
        return PolicyDecision(
            .deny, rule: PolicyDecision.Bound.keyProject.rawValue,
            reason: "the API key is for one project, and this is in none")
    }

    // MARK: Changes

    /// Writes down that something is about to be changed, then changes it: nothing is ever changed that is not written
    /// down. What became of it is written down, too, with the name of what was made.
    @inline(never)
    private func change(
        _ action: AuditAction, _ rule: RouteAccess, _ exchange: Exchange, _ caller: Caller,
        _ perform: () async throws -> ServerResponse
    ) async throws -> ServerResponse {
        var draft = AuditDraft(
            time: clock.now(), tenant: caller.principal.tenant,
            actor: AuditActor(caller.principal, address: caller.address), action: action,
            target: exchange.named.map { AuditTarget(named: $0) }, outcome: .begun, request: exchange.id,
            details: ["operation": exchange.route?.operation?.id ?? ""])
        try await write(draft)
        let result: Result<ServerResponse, any Error>
        do {
            let response = try await perform()
            result = .success(response)
            if response.status < 400 {
                draft.outcome = .done
                draft.note(rule.made?.name(in: response))
            } else {
                draft.fail(response.status, "answered")
            }
        } catch {
            result = .failure(error)
            let problem = Problem(error)
            draft.fail(problem.status, problem.code)
        }
        draft.time = clock.now()
        // It has been done, or has failed, already: that this cannot be written down changes nothing about it.
        _ = try? await access.log.append([draft])
        return try result.get()
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

extension LimitVerdict {
    /// What is told to who has used it up: `8 requests a minute are taken; try again in 14 s (the limit 'person')`.
    fileprivate var sentence: String {
        let often = limit.window == .seconds(60) ? "a minute" : "in \(limit.window.components.seconds) s"
        guard let resetAfter else { return "this takes more than the limit '\(limit.name)' allows at any time" }
        let wait = max(1, Int((resetAfter / .seconds(1)).rounded(.up)))
        return "\(limit.quota) requests \(often) are taken; try again in \(wait) s (the limit '\(limit.name)')"
    }
}

extension Problem {
    /// Somebody is not told of by an identifier to the own face.
    func spoken(to person: String?) -> Problem {
        guard let person, detail.hasPrefix(person + " has ") else { return self }
        var problem = self
        problem.detail = "you have " + detail.dropFirst(person.count + " has ".count)
        return problem
    }
}

extension AuditDraft {
    /// What was made: the target where there was none before.
    fileprivate mutating func note(_ made: AuditTarget?) {
        guard let made, made.id != target?.id else { return }
        if target == nil { target = made } else { details["made"] = made.id }
    }

    fileprivate mutating func fail(_ status: Int, _ code: String) {
        outcome = .failed
        details["status"] = String(status)
        details["code"] = code
    }
}

extension RouteAccess.Made {
    /// What an answer says was made.
    fileprivate func name(in response: ServerResponse) -> AuditTarget? {
        guard case .bytes(let bytes) = response.body,
            let id = (try? WireJSON.read(Data(bytes)))?[member]?.stringValue
        else { return nil }
        return AuditTarget(named: (kind, id))
    }
}
