import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// The roles there are, and trying the policy out.
struct PolicyRoutes: Sendable {
    let access: ServerAccess

    var all: [Route] { [roles, test] }

    struct RolesView: Codable, Sendable {
        struct Role: Codable, Sendable {
            var name: String
            var summary: String
            var inherits: [String]
            /// What it may do, each with how far it reaches: `own` or `all`.
            var permissions: [String: String]
        }

        struct PermissionView: Codable, Sendable {
            var name: String
            var summary: String
        }

        var roles: [Role]
        var permissions: [PermissionView]
        var environment: String
    }

    private var roles: Route {
        Route(
            .get, "/api/v1/roles", "listRoles", .identity, "Lists the roles, with what each may do.",
            answers: [.json(200, RolesView.self, "The roles."), AuthRoutes.refused]
        ) { request in
            try request.answer(
                RolesView(
                    roles: access.rules.roles.map { role in
                        .init(
                            name: role.name, summary: role.summary, inherits: role.inherits,
                            permissions: Dictionary(
                                role.permissions.map { ($0.key.text, $0.value.rawValue) },
                                uniquingKeysWith: { one, _ in one }))
                    },
                    permissions: Permission.all.map { .init(name: $0.text, summary: $0.summary) },
                    environment: access.environment))
        }
    }

    struct TestBody: Codable, Sendable {
        /// Whose roles are asked about.
        var roles: [String]
        var permission: String
        /// `dev`, `stage`, `prod` or `test`; that of the server when left out.
        var environment: String?
        var category: String?
        var project: String?
        /// Permissions that a key is held to.
        var scopes: [String]?
        var approved: Bool?
    }

    struct DecisionView: Codable, Sendable {
        var allowed: Bool
        /// `allow:own`, `allow:all`, `deny` or `needs_approval`.
        var effect: String
        /// What decided.
        var rule: String
        var reason: String
    }

    private var test: Route {
        Route(
            .post, "/api/v1/policy/test", "testPolicy", .identity,
            "Asks the policy a question, without doing anything.", body: .json(TestBody.self),
            bodySizeMax: AuthRoutes.bodySizeMax,
            answers: [.json(200, DecisionView.self, "The answer."), AuthRoutes.refused, .misfit]
        ) { request in
            let body = try await request.body(TestBody.self)
            let permission = try Permission(known: body.permission)
            let principal = Principal(
                tenant: access.accounts.tenant, id: "usr_example", name: "example", roles: Set(body.roles),
                credential: .foreign(issuer: "test"), scopes: body.scopes.map(Set.init))
            let decision = await access.decider.decide(
                PolicyQuestion(
                    principal: principal, permission: permission,
                    resource: PolicyResource(kind: "test", project: body.project, category: body.category),
                    environment: body.environment ?? access.environment, time: access.accounts.now,
                    approved: body.approved ?? false))
            return try request.answer(
                DecisionView(
                    allowed: decision.reach != nil, effect: decision.effect.description, rule: decision.rule,
                    reason: decision.reason))
        }
    }
}
