import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// People: seeing them, changing them, inviting others.
struct UserRoutes: Sendable {
    let access: ServerAccess

    var accounts: Accounts { access.accounts }

    var all: [Route] { [list, show, change, remove, resetCode, approve, invitations, invite, withdraw] }

    static let unknown = AnswerDescription.problem(404, "There is no such account.")
    static let denied = AnswerDescription.problem(403, "The caller may not.")

    // MARK: Seeing

    struct UsersView: Codable, Sendable {
        var users: [UserView]
        var next: String?
    }

    private static let behind = Parameter<String?>.text("cursor", "Where the page begins: `next` of the page before.")

    private var list: Route {
        Route(
            .get, "/api/v1/users", "listUsers", .identity, "Lists the people, by their usernames.",
            parameters: [RunParameters.limit.description, Self.behind.description],
            answers: [.json(200, UsersView.self, "A page of people."), Self.denied]
        ) { request in
            let limit = try request[RunParameters.limit]
            guard try request.caller.reach == .all else { return try request.answer(try await onlyOneself(request)) }
            var found = try await accounts.store.users(
                behind: try request[Self.behind], tenant: accounts.tenant, limit: limit + 1)
            let hasMore = found.count > limit
            if hasMore { found.removeLast() }
            return try request.answer(
                UsersView(users: found.map(UserView.init), next: hasMore ? found.last?.username : nil))
        }
    }

    private func onlyOneself(_ request: RouteRequest) async throws -> UsersView {
        guard let id = try request.caller.user,
            let user = try await accounts.store.user(id, tenant: accounts.tenant)
        else { return UsersView(users: [], next: nil) }
        return UsersView(users: [UserView(user)], next: nil)
    }

    static let id = Parameter<String>.path("user", "The account: its identifier, username or address.") { $0 }

    func user(_ request: RouteRequest) async throws -> User {
        let caller = try request.caller
        guard let user = try await named(try request[Self.id]), caller.reach == .all || caller.user == user.id else {
            throw AccountError.userUnknown
        }
        return user
    }

    /// An identifier goes before everything else, so that nobody can take it as a username.
    private func named(_ typed: String) async throws -> User? {
        if let id = UserID(typed) { return try await accounts.store.user(id, tenant: accounts.tenant) }
        return try await accounts.store.user(login: typed.lowercased(), tenant: accounts.tenant)
    }

    private var show: Route {
        Route(
            .get, "/api/v1/users/{user}", "getUser", .identity, "Shows one person.",
            parameters: [Self.id.description],
            answers: [.json(200, UserView.self, "The person."), Self.denied, Self.unknown]
        ) { request in try request.answer(UserView(try await user(request))) }
    }

    // MARK: Changing

    struct ChangeBody: Codable, Sendable {
        var username: String?
        var email: String?
        var name: String?
        var roles: [String]?
        /// Whether the person may log in.
        var active: Bool?
    }

    private var change: Route {
        Route(
            .patch, "/api/v1/users/{user}", "changeUser", .identity,
            "Changes what is said of a person; what is left out stays.",
            details: "Other roles, and a closed account, count at once. Roles need `roles.manage`.",
            parameters: [Self.id.description], body: .json(ChangeBody.self), bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [
                .json(200, UserView.self, "The person."), Self.denied, Self.unknown, .misfit,
                .problem(400, "The name or the address is taken, or the body is no JSON."),
                .problem(409, "It is the last owner, or somebody changes it at the same time."),
            ]
        ) { request in
            let body = try await request.body(ChangeBody.self)
            let before = try await user(request)
            try await requireOwnerFor(before.roles, "users.manage", request)
            if let roles = body.roles { try await check(roles, before: before.roles, request) }
            let user = try await accounts.change(
                before.id,
                UserChange(
                    username: body.username, email: body.email, name: body.name, roles: body.roles.map(Set.init),
                    isActive: body.active), by: try request.actor, from: request.visit)
            return try request.answer(UserView(user))
        }
    }

    /// The account of an owner is changed by owners only: whoever could choose its password would be one.
    private func requireOwnerFor(_ roles: Set<String>, _ permission: Permission, _ request: RouteRequest) async throws {
        guard roles.contains(User.owner) else { return }
        try await access.require(permission, request, attributes: ["role": .string(User.owner)])
    }

    /// Roles that there are, given by who may give them.
    private func check(_ roles: [String], before: Set<String>, _ request: RouteRequest) async throws {
        if let unknown = roles.first(where: { !access.rules.hasRole($0) }) {
            let hint = NearestName.find(unknown, among: access.rules.roles.map(\.name)).map {
                "; did you mean '\($0)'?"
            }
            throw Problem.badField(
                "/roles", "role", "there is no role '\(CleanText.line(unknown, bytesMax: 60))'\(hint ?? "")")
        }
        guard (1...PolicyLimits.rolesMax).contains(roles.count) else {
            throw Problem.badField("/roles", "count", "a person has at least one role")
        }
        for role in Set(roles).symmetricDifference(before).sorted() {
            try await access.require("roles.manage", request, attributes: ["role": .string(role)])
        }
    }

    private var remove: Route {
        Route(
            .delete, "/api/v1/users/{user}", "deleteUser", .identity, "Removes a person, with sessions and keys.",
            details: "What the person has done stays, under the same identifier.",
            parameters: [Self.id.description],
            answers: [
                .empty(204, "The account is gone."), Self.denied, Self.unknown, .problem(409, "It is the last owner."),
            ]
        ) { request in
            let user = try await user(request)
            try await requireOwnerFor(user.roles, "users.manage", request)
            try await accounts.remove(user.id, by: try request.actor, from: request.visit)
            return ServerResponse(status: 204)
        }
    }

    // MARK: Codes

    struct CodeView: Codable, Sendable {
        var code: String
        var expiresAt: WireTime
    }

    private var resetCode: Route {
        Route(
            .post, "/api/v1/users/{user}/reset-code", "makeResetCode", .identity,
            "Makes a code by which a person chooses a new password; it is told once, and sent to nobody.",
            parameters: [Self.id.description],
            answers: [.json(201, CodeView.self, "The code."), Self.denied, Self.unknown]
        ) { request in
            let user = try await user(request)
            try await requireOwnerFor(user.roles, "users.manage", request)
            let made = try await accounts.makeResetCode(for: user.id, by: try request.actor, from: request.visit)
            return try request.secretAnswer(
                CodeView(code: made.code.revealed, expiresAt: made.expires.wire), status: 201)
        }
    }

    struct InvitationsView: Codable, Sendable {
        struct Invitation: Codable, Sendable {
            /// How its code begins, which names it.
            var hint: String
            var roles: [String]
            var email: String?
            var createdBy: String
            var createdAt: WireTime
            var expiresAt: WireTime
        }

        var invitations: [Invitation]
    }

    private var invitations: Route {
        Route(
            .get, "/api/v1/invitations", "listInvitations", .identity, "Lists the open invitations.",
            answers: [.json(200, InvitationsView.self, "The invitations."), Self.denied]
        ) { request in
            let found = try await accounts.store.invitations(tenant: accounts.tenant, at: accounts.now)
            return try request.answer(
                InvitationsView(
                    invitations: found.map { code in
                        var roles: [String] = []
                        if case .invitation(let given) = code.purpose { roles = given.sorted() }
                        return .init(
                            hint: code.hint, roles: roles, email: code.email, createdBy: code.createdBy,
                            createdAt: code.created.wire, expiresAt: code.expires.wire)
                    }))
        }
    }

    struct InviteBody: Codable, Sendable {
        /// `["user"]` when left out.
        var roles: [String]?
        /// The one address that it is for.
        var email: String?
    }

    private var invite: Route {
        Route(
            .post, "/api/v1/invitations", "invite", .identity,
            "Makes a code by which somebody makes an account; it is told once, and sent to nobody.",
            body: .json(InviteBody.self, isRequired: false), bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [
                .json(201, CodeView.self, "The code."), Self.denied, .misfit,
                .problem(409, "Nobody has an account yet, or there are as many invitations as there may be."),
            ]
        ) { request in
            guard try await accounts.hasUsers() else {
                throw Problem.conflict(
                    "no_account", "nobody has an account yet, and the first is made without an invitation")
            }
            let body = try await request.optionalBody(InviteBody.self)
            let roles = body?.roles ?? ["user"]
            try await check(roles, before: ["user"], request)
            let made = try await accounts.invite(
                roles: Set(roles), email: body?.email, by: try request.actor, from: request.visit)
            return try request.secretAnswer(
                CodeView(code: made.code.revealed, expiresAt: made.expires.wire), status: 201)
        }
    }

    private static let hint = Parameter<String>.path("hint", "How the code begins.") { $0 }

    private var withdraw: Route {
        Route(
            .delete, "/api/v1/invitations/{hint}", "withdrawInvitation", .identity, "Withdraws an invitation.",
            parameters: [Self.hint.description],
            answers: [.empty(204, "It is gone."), Self.denied, .problem(404, "There is no such invitation.")]
        ) { request in
            let hint = try request[Self.hint]
            guard
                try await accounts.withdrawInvitation(hint: hint, by: try request.actor, from: request.visit)
            else { throw Problem(404, "invitation_not_found", "there is no such invitation") }
            return ServerResponse(status: 204)
        }
    }
}
