import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Becoming known, and ceasing to be: `/auth/*`.
struct AuthRoutes: Sendable {
    let access: ServerAccess
    let port: @Sendable () -> Int
    let clock: any Timekeeper

    var accounts: Accounts { access.accounts }

    var all: [Route] {
        [
            register, logIn, refresh, logOut, logOutEverywhere, me, changeMe, changePassword, resetPassword, ticket,
            ticketByGet,
            signingKeys,
        ] + otherMethods
    }

    static let refused = AnswerDescription.problem(401, "Nobody is known by what was shown.")
    private static let busy = AnswerDescription.problem(429, "Too many tries, or too many people at once; wait.")

    // MARK: Making an account

    struct RegisterBody: Codable, Sendable, WireConstraints {
        static let constraints = [
            "username": WireRule.length(UserNames.usernameLengths),
            "password": WireRule.length(PasswordRule.lengthMin...PasswordRule.lengthMax),
        ]

        var username: String
        var email: String
        var password: String
        var name: String?
        /// An invitation; of a server without accounts the setup code from its log.
        var code: String?
    }

    private var register: Route {
        Route(
            .post, "/api/v1/auth/register", "register", .identity, "Makes an account.",
            details: """
                The first account is the owner's. Later ones need an invitation as `code`, unless the server lets \
                anybody in.
                """,
            aliases: ["/auth/register", "/api/v1/auth/users/register"], body: .json(RegisterBody.self),
            bodySizeMax: Self.bodySizeMax,
            answers: [
                .json(201, UserView.self, "The account."),
                .problem(400, "The name or the address is taken, or the body is no JSON."),
                .problem(403, "It takes an invitation, or the setup code."), .misfit, Self.busy,
            ]
        ) { request in
            let body = try await request.body(RegisterBody.self)
            let user = try await accounts.register(
                Registration(
                    username: body.username, email: body.email, name: body.name, password: SecretText(body.password),
                    code: body.code), under: access.registration, from: request.visit)
            return try request.secretAnswer(UserView(user), status: 201)
        }
    }

    /// Passwords are short; so is all that comes here.
    static let bodySizeMax = 16 << 10

    // MARK: Logging in and out

    struct LoginBody: Codable, Sendable {
        var username: String?
        var email: String?
        var password: String
        /// Whether the tokens are only to be cookies, which no script can read.
        var cookiesOnly: Bool?

        private enum CodingKeys: String, CodingKey {
            case username, email, password
            case cookiesOnly = "cookies_only"
        }
    }

    private var logIn: Route {
        Route(
            .post, "/api/v1/auth/login", "logIn", .identity, "Logs in by a username, or an address, and a password.",
            details: "The tokens also come as cookies; with `cookies_only` only so.",
            aliases: ["/auth/login", "/api/v1/auth/sessions"], body: .json(LoginBody.self),
            bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, LoginView.self, "The tokens."), Self.refused, .misfit, Self.busy]
        ) { request in
            let body = try await request.body(LoginBody.self)
            guard let name = body.username ?? body.email, body.username == nil || body.email == nil else {
                throw Problem.badField("/username", "one_of", "give either 'username' or 'email'")
            }
            let login = try await accounts.login(
                name: name, password: SecretText(body.password), from: request.visit)
            return try answer(login, request, hidesTokens: body.cookiesOnly ?? false)
        }
    }

    private func answer(_ login: Login, _ request: RouteRequest, hidesTokens: Bool) throws -> ServerResponse {
        var response = try request.secretAnswer(LoginView(login, hidesTokens: hidesTokens))
        request.cookies(port()).set(login, in: &response.headers)
        return response
    }

    struct RefreshBody: Codable, Sendable {
        /// Left out by who has it as a cookie.
        var refreshToken: String?

        private enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    private var refresh: Route {
        Route(
            .post, "/api/v1/auth/refresh", "refreshTokens", .identity,
            "Gives new tokens for a refresh token, which is good once.",
            details: "One that comes a second time ends its session, with all tokens of it.",
            aliases: ["/auth/refresh"], body: .json(RefreshBody.self, isRequired: false),
            bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, LoginView.self, "The tokens."), Self.refused, .misfit, Self.busy]
        ) { request in
            let body = try await request.optionalBody(RefreshBody.self)
            let cookie = body?.refreshToken == nil ? try refreshCookie(request) : nil
            guard let token = body?.refreshToken ?? cookie else { throw AccountError.refreshRefused }
            let login = try await accounts.refresh(token, from: request.visit)
            return try answer(login, request, hidesTokens: cookie != nil)
        }
    }

    /// The cookie of a page of ours: what another page makes a browser send would end the session.
    private func refreshCookie(_ request: RouteRequest) throws -> String? {
        let cookies = request.cookies(port())
        guard let token = try cookies.value(cookies.refreshName, in: request.request.headers) else { return nil }
        let page = request.request.headers["Origin"]?.lowercased()
        guard page == nil || page == request.origin.page, request.request.headers["Sec-Fetch-Site"] != "cross-site"
        else { throw Problem(403, "foreign_page", "the request does not come from a page of this server") }
        return token
    }

    private var logOut: Route {
        Route(
            .post, "/api/v1/auth/logout", "logOut", .identity, "Ends the session, with all of its tokens, at once.",
            aliases: ["/auth/logout"], answers: [.empty(204, "It has ended."), Self.refused]
        ) { request in
            let caller = try request.caller
            if let session = caller.session {
                try await accounts.end(
                    session, of: nil, by: request.actor, from: request.visit)
            }
            return ended(request)
        }
    }

    /// The same by other methods, as an older gateway has it.
    private var otherMethods: [Route] {
        let (again, one, everywhere) = (refresh, logOut, logOutEverywhere)
        return [
            Route(
                .put, "/api/v1/auth/sessions", "refreshTokensByPut", .identity, "As `POST /auth/refresh`.",
                body: .json(RefreshBody.self, isRequired: false), bodySizeMax: Self.bodySizeMax,
                answers: [.json(200, LoginView.self, "The tokens."), Self.refused, .misfit, Self.busy]
            ) { request in try await again.answer(request) },
            Route(
                .delete, "/api/v1/auth/sessions", "logOutByDelete", .identity, "As `POST /auth/logout`.",
                answers: [.empty(204, "It has ended."), Self.refused]
            ) { request in try await one.answer(request) },
            Route(
                .delete, "/api/v1/auth/sessions/all", "logOutEverywhereByDelete", .identity,
                "As `POST /auth/logout-all`.", answers: [.empty(204, "They have ended."), Self.refused]
            ) { request in try await everywhere.answer(request) },
        ]
    }

    private func ended(_ request: RouteRequest) -> ServerResponse {
        var response = ServerResponse(status: 204)
        request.cookies(port()).clear(in: &response.headers)
        return response
    }

    private var logOutEverywhere: Route {
        Route(
            .post, "/api/v1/auth/logout-all", "logOutEverywhere", .identity,
            "Ends all sessions of the person, on all devices, at once.", aliases: ["/auth/logout-all"],
            answers: [.empty(204, "They have ended."), Self.refused]
        ) { request in
            let caller = try request.caller
            if let user = caller.user {
                _ = try await accounts.endAll(
                    of: user, by: request.actor, from: request.visit)
            }
            return ended(request)
        }
    }

    // MARK: Oneself

    private var me: Route {
        Route(
            .get, "/api/v1/auth/me", "getMe", .identity, "Tells who asks, and what it may.",
            aliases: ["/auth/me", "/api/v1/auth/users/me"],
            answers: [.json(200, MeView.self, "Who asks."), Self.refused]
        ) { request in
            let principal = try request.caller.principal
            var user: User?
            if let id = try request.caller.user { user = try await accounts.store.user(id, tenant: accounts.tenant) }
            let held = access.rules.permissions(of: principal.roles).filter { principal.hasUse(for: $0.key) }
            return try request.secretAnswer(
                MeView(
                    id: principal.id, username: principal.name, email: user?.email, name: user?.name ?? principal.name,
                    role: user?.mainRole ?? principal.roles.min() ?? "none", roles: principal.roles.sorted(),
                    active: true, credential: try request.actor.credential.kind,
                    permissions: Dictionary(
                        held.map { ($0.key.text, $0.value.rawValue) }, uniquingKeysWith: { one, _ in one }),
                    createdAt: user?.created.wire))
        }
    }

    struct ChangeMeBody: Codable, Sendable, WireConstraints {
        static let constraints = ["name": WireRule.length(1...UserNames.nameLengthMax)]

        /// What people call one.
        var name: String
    }

    private var changeMe: Route {
        Route(
            .patch, "/api/v1/auth/me", "changeMe", .identity, "Changes what people call one.",
            aliases: ["/auth/me"], body: .json(ChangeMeBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, UserView.self, "The account."), Self.refused, .misfit]
        ) { request in
            let body = try await request.body(ChangeMeBody.self)
            guard let user = try request.caller.user else { throw AccountError.userUnknown }
            let changed = try await accounts.change(
                user, UserChange(name: body.name), by: request.actor, from: request.visit)
            return try request.answer(UserView(changed))
        }
    }

    struct PasswordBody: Codable, Sendable {
        var currentPassword: String
        var newPassword: String

        private enum CodingKeys: String, CodingKey {
            case currentPassword = "current_password"
            case newPassword = "new_password"
        }
    }

    private var changePassword: Route {
        Route(
            .post, "/api/v1/auth/password", "changePassword", .identity,
            "Chooses another password, and ends all other sessions of the person.", aliases: ["/auth/password"],
            body: .json(PasswordBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.empty(204, "It is changed."), Self.refused, .misfit, Self.busy]
        ) { request in
            let caller = try request.caller
            let body = try await request.body(PasswordBody.self)
            guard let user = caller.user, let session = caller.session else {
                throw Problem(403, "login_needed", "a password is changed by who has logged in, not by a key")
            }
            try await accounts.changePassword(
                of: user, from: SecretText(body.currentPassword), to: SecretText(body.newPassword), keeping: session,
                by: request.actor, visit: request.visit)
            return ServerResponse(status: 204)
        }
    }

    struct ResetBody: Codable, Sendable {
        var code: String
        var password: String
    }

    private var resetPassword: Route {
        Route(
            .post, "/api/v1/auth/reset", "resetPassword", .identity,
            "Chooses a new password by a code that an owner has made, and ends all sessions of the person.",
            aliases: ["/auth/reset"], body: .json(ResetBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.empty(204, "It is changed."), .problem(403, "The code is not good."), .misfit, Self.busy]
        ) { request in
            let body = try await request.body(ResetBody.self)
            try await accounts.resetPassword(
                code: body.code, to: SecretText(body.password), from: request.visit)
            return ServerResponse(status: 204)
        }
    }

    // MARK: Tickets

    struct TicketView: Codable, Sendable {
        var ticket: String
        /// The same, under the name by which some clients know it.
        var token: String
        /// Seconds.
        var expiresIn: Int64
    }

    private static let ticketDetails = """
        It is good once, for a minute: give it as `?ticket=` where no field of a head can be set, as when a page opens \
        a WebSocket or an event stream at another origin.
        """

    private var ticket: Route {
        Route(
            .post, "/api/v1/auth/ws-token", "issueTicket", .identity, "Gives a ticket for a WebSocket or a stream.",
            details: Self.ticketDetails, aliases: ["/auth/ws-token"],
            answers: [.json(200, TicketView.self, "The ticket."), Self.refused]
        ) { request in try giveTicket(request) }
    }

    private var ticketByGet: Route {
        Route(
            .get, "/api/v1/auth/ws-token", "issueTicketByGet", .identity,
            "Gives a ticket to who sends a bearer token.", details: Self.ticketDetails, aliases: ["/auth/ws-token"],
            answers: [.json(200, TicketView.self, "The ticket."), Self.refused]
        ) { request in
            // What a link can ask for must not come of cookies.
            guard request.request.headers["Authorization"] != nil else {
                throw Problem(401, "not_authenticated", "send a bearer token, or ask by POST")
            }
            return try giveTicket(request)
        }
    }

    private func giveTicket(_ request: RouteRequest) throws -> ServerResponse {
        guard let credential = request.credential else {
            throw Problem(409, "no_login", "this server asks for no login, so nobody needs a ticket")
        }
        let ticket = access.tickets.issue(for: credential, at: clock.now()).text.revealed
        return try request.secretAnswer(
            TicketView(ticket: ticket, token: ticket, expiresIn: TicketBox.lifetime.components.seconds))
    }

    // MARK: Keys of tokens

    private var signingKeys: Route {
        Route(
            .get, "/.well-known/jwks.json", "getSigningKeys", .identity,
            "Gives the keys by which others check the tokens of this server (RFC 7517).",
            answers: [.json(200, JSONValue.self, "The keys.")]
        ) { request in request.answer(bytes: accounts.signingKeys.published.json.bytes) }
    }
}

extension RouteRequest {
    /// Who asks.
    ///
    /// - Throws: a ``Problem`` 401 when nobody is known.
    var caller: Caller {
        get throws {
            guard let caller = Caller.current else {
                throw Problem(401, "not_authenticated", "log in first, or send a token")
            }
            return caller
        }
    }

    /// From where it comes, for the audit log and the list of sessions.
    var visit: Visit {
        Visit(
            address: origin.address, limited: origin.limited, device: request.headers["User-Agent"] ?? "unknown",
            request: id)
    }

    /// An answer that nobody on the way may keep.
    func secretAnswer(_ value: some Encodable & Sendable, status: Int = 200) throws -> ServerResponse {
        ServerResponse(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(try CompactJSON.encode(value)))
    }
}
