import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer

/// API keys, and the sessions of oneself.
struct KeyRoutes: Sendable {
    let access: ServerAccess
    let projects: ProjectRoutes
    let spending: CallSpending

    private var accounts: Accounts { access.accounts }

    var all: [Route] { [list, create, limit, revoke, sessions, endSession] }

    // MARK: Keys

    struct KeysView: Codable, Sendable {
        var keys: [APIKeyView]
    }

    private static let listMax = 1_000
    private static let everybody = Parameter<Bool>.flag("all", "Everybody's, where that is permitted.")

    private var list: Route {
        Route(
            .get, "/api/v1/keys", "listKeys", .identity, "Lists one's API keys, the newest first.",
            parameters: [Self.everybody.description],
            answers: [.json(200, KeysView.self, "The keys, without what is secret of them."), AuthRoutes.refused]
        ) { request in
            let owner = try await whose(request, everybody: try request[Self.everybody], "keys.manage_all")
            let keys = try await accounts.store.keys(of: owner, tenant: accounts.tenant, limit: Self.listMax)
            let used = try await used(of: keys)
            return try request.answer(KeysView(keys: keys.map { APIKeyView($0, used: used[$0.id] ?? []) }))
        }
    }

    /// How much of the budgets of some keys is used.
    private func used(of keys: [APIKey]) async throws -> [APIKeyID: [QuotaState]] {
        let draws = keys.flatMap { key in
            (key.limits?.draws(of: key.id, tenant: accounts.tenant, at: accounts.now) ?? []).map { (key.id, $0) }
        }
        let states = try await spending.usage(of: draws.map(\.1))
        return Dictionary(zip(draws.map(\.0), states.map { [$0] }), uniquingKeysWith: +)
    }

    /// The person whose things are meant; `nil` for everybody's, which needs a permission of its own.
    private func whose(_ request: RouteRequest, everybody: Bool, _ permission: Permission) async throws -> UserID? {
        if everybody {
            try await access.require(permission, request)
            return nil
        }
        guard let user = try request.caller.user else {
            throw Problem(
                409, "no_account", "the user of the machine has no account; make one to have keys and sessions")
        }
        return user
    }

    /// Does something to a thing of the caller's own, else to anybody's with the permission for that.
    private func ofCallerOrAnybody(
        _ request: RouteRequest, _ permission: Permission, _ end: (UserID?) async throws -> Bool
    ) async throws -> Bool {
        if let user = try request.caller.user, try await end(user) { return true }
        guard try await access.allows(permission, request) else { return false }
        return try await end(nil)
    }

    struct CreateBody: Codable, Sendable, WireConstraints {
        static let constraints = [
            "name": WireRule.length(APIKey.nameLengths), "expires_in_days": WireRule.range(APIKey.lifetimeDays),
        ]

        var name: String
        /// Permissions that it is held to, such as `runs.read` or `runs.*`; all of one's own when left out.
        var scopes: [String]?
        /// The one project that it is for.
        var project: String?
        /// What its calls of models are held to.
        var limits: KeyLimitsBody?
        /// It does not expire when left out.
        var expiresInDays: Int?

        private enum CodingKeys: String, CodingKey {
            case name, scopes, project, limits
            case expiresInDays = "expires_in_days"
        }
    }

    private var create: Route {
        Route(
            .post, "/api/v1/keys", "createKey", .identity, "Makes an API key, which is told once.",
            details: "It may do what its owner may, within its scopes. Send it as `Authorization: Bearer tutti_…`.",
            body: .json(CreateBody.self), bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [
                .json(201, APIKeyView.self, "The key."), AuthRoutes.refused, .misfit,
                .problem(404, "There is no such project."),
                .problem(409, "There are as many as there may be."),
            ]
        ) { request in
            let body = try await request.body(CreateBody.self)
            let caller = try request.caller
            // A key must not beget others: it could outlive its own end, and its scopes.
            guard let user = caller.user, caller.session != nil else {
                throw Problem(403, "login_needed", "keys are made by a person who has logged in")
            }
            if let project = body.project { _ = try await projects.visible(project) }
            let made = try await accounts.makeKey(
                named: body.name, for: user, scopes: body.scopes.map(Set.init), project: body.project,
                limits: try body.limits?.limits(), lifetime: body.expiresInDays.map { .seconds($0 * 86_400) },
                by: request.actor, from: request.visit)
            return try request.secretAnswer(APIKeyView(made.key, text: made.text), status: 201)
        }
    }

    private static let key = Parameter<String>.path("key", "The key's identifier.") { $0 }

    struct LimitBody: Codable, Sendable {
        /// All of its limits: those that are left out are no more. `{}` is none.
        var limits: KeyLimitsBody
    }

    private var limit: Route {
        Route(
            .patch, "/api/v1/keys/{key}", "limitKey", .identity,
            "Puts other limits in the place of an API key's own, at once.",
            details: "They hold for calls of models. What has been used so far stays counted.",
            parameters: [Self.key.description], body: .json(LimitBody.self), bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [
                .json(200, APIKeyView.self, "The key, with its limits."), AuthRoutes.refused, .misfit,
                .problem(404, "There is no such key."),
            ]
        ) { request in
            let id = APIKeyID(try request[Self.key])
            let limits = try await request.body(LimitBody.self).limits.limits()
            var changed: APIKey?
            let isThere = try await ofCallerOrAnybody(request, "keys.manage_all") { owner in
                guard let id else { return false }
                changed = try await accounts.limit(
                    id, to: limits, of: owner, by: request.actor, from: request.visit)
                return changed != nil
            }
            guard isThere, let changed else { throw Problem(404, "key_not_found", "there is no such key of yours") }
            return try request.answer(APIKeyView(changed, used: try await used(of: [changed])[changed.id] ?? []))
        }
    }

    private var revoke: Route {
        Route(
            .delete, "/api/v1/keys/{key}", "revokeKey", .identity, "Ends an API key at once.",
            parameters: [Self.key.description],
            answers: [.empty(204, "It is gone."), AuthRoutes.refused, .problem(404, "There is no such key.")]
        ) { request in
            let id = APIKeyID(try request[Self.key])
            let isGone = try await ofCallerOrAnybody(request, "keys.manage_all") { owner in
                guard let id else { return false }
                return try await accounts.revoke(id, of: owner, by: request.actor, from: request.visit)
            }
            guard isGone else { throw Problem(404, "key_not_found", "there is no such key of yours") }
            return ServerResponse(status: 204)
        }
    }

    // MARK: Sessions

    struct SessionsView: Codable, Sendable {
        var sessions: [SessionOfPersonView]
    }

    private var sessions: Route {
        Route(
            .get, "/api/v1/auth/sessions", "listSessionsOfMine", .identity,
            "Lists the sessions of a person, the one used last first.", aliases: ["/auth/sessions"],
            parameters: [Self.everybody.description],
            answers: [.json(200, SessionsView.self, "The sessions."), AuthRoutes.refused]
        ) { request in
            let owner = try await whose(request, everybody: try request[Self.everybody], "sessions.manage_all")
            let found = try await accounts.store.sessions(
                of: owner, tenant: accounts.tenant, at: accounts.now, limit: Self.listMax)
            let current = try request.caller.session
            return try request.answer(
                SessionsView(sessions: found.map { SessionOfPersonView($0, current: current) }))
        }
    }

    private static let session = Parameter<String>.path("session", "The session's identifier.") { $0 }

    private var endSession: Route {
        Route(
            .delete, "/api/v1/auth/sessions/{session}", "endSession", .identity,
            "Ends a session, with all of its tokens, at once.", aliases: ["/auth/sessions/{session}"],
            parameters: [Self.session.description],
            answers: [.empty(204, "It has ended."), AuthRoutes.refused, .problem(404, "There is no such session.")]
        ) { request in
            let id = SessionID(try request[Self.session])
            let isGone = try await ofCallerOrAnybody(request, "sessions.manage_all") { owner in
                guard let id else { return false }
                return try await accounts.end(id, of: owner, by: request.actor, from: request.visit)
            }
            guard isGone else { throw Problem(404, "session_not_found", "there is no such session of yours") }
            return ServerResponse(status: 204)
        }
    }
}

extension RouteRequest {
    /// Who asks, for the audit log.
    var actor: AuditActor {
        get throws {
            let caller = try caller
            return AuditActor(caller.principal, address: caller.address)
        }
    }
}
