import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Secrets: what is kept, and keeping more. No route gives one back.
struct SecretRoutes: Sendable {
    let access: ServerAccess
    let projects: ProjectRoutes
    let clock: any Timekeeper

    var all: [Route] { [list, put, remove] }

    struct SecretView: Codable, Sendable {
        var id: String
        var name: String
        /// What runs and messages carry in its place.
        var reference: String
        /// `tenant`, `project` or `person`.
        var scope: String
        var owner: String?
        var label: String
        var provider: String?
        /// The last characters of a long one.
        var hint: String?
        var version: Int
        var createdAt: WireTime
        var updatedAt: WireTime
        var lastUsed: WireTime?

        init(_ summary: SecretSummary) {
            id = summary.id.text
            name = summary.name.text
            reference = summary.reference.description
            scope = summary.scope.level.rawValue
            owner = summary.scope.owner.isEmpty ? nil : summary.scope.owner
            label = summary.label
            provider = summary.provider
            hint = summary.hint
            version = summary.version
            createdAt = summary.created.wire
            updatedAt = summary.updated.wire
            lastUsed = summary.lastUsed?.wire
        }
    }

    struct SecretsView: Codable, Sendable {
        var secrets: [SecretView]
    }

    // MARK: Which scope

    private static let scope = Parameter<String?>.text(
        "scope", "`person`, `tenant`, or `project:` and the project's identifier; `person` unless given.")
    private static let listed = Parameter<String?>.text(
        "scope", "`person`, `tenant`, or `project:` and the project's identifier; all that one may see unless given.")

    /// A scope that the caller may use: its own, that of a project it sees, or with the right to everybody's the
    /// organisation's.
    private func scope(_ request: RouteRequest) async throws -> SecretScope {
        let caller = try request.caller
        let text = try request[Self.scope] ?? (caller.principal.id == nil ? "tenant" : "person")
        if let project = caller.principal.project, text != "project:\(project)" {
            throw Problem(
                403, "not_permitted", "the API key is for one project; give 'project:\(project)' as the scope")
        }
        switch text {
        case "person":
            guard let id = caller.principal.id else {
                throw Problem.badParameter("scope", "account", "the user of the machine has no account; use 'tenant'")
            }
            return .person(id)
        case "tenant":
            guard caller.reach == .all else {
                throw Problem(
                    403, "not_permitted", "secrets of the organisation need the right to those of everybody")
            }
            return .tenant
        default:
            guard text.hasPrefix("project:") else {
                throw Problem.badParameter("scope", "enum", "a scope is person, tenant, or project: and its identifier")
            }
            let id = String(text.dropFirst("project:".count))
            return .project(try await projects.visible(id).id.text)
        }
    }

    private static let name = Parameter<String>.path("name", "The name: letters, digits, dots, hyphens, underscores.") {
        $0
    }

    private func name(_ request: RouteRequest) throws -> SecretName {
        guard let name = SecretName(try request[Self.name]) else {
            throw Problem.badParameter("name", "format", SecretName.rule)
        }
        return name
    }

    // MARK: Routes

    private var list: Route {
        Route(
            .get, "/api/v1/secrets", "listSecrets", .identity,
            "Lists what is kept in a scope, or in all that one may see, never a value.",
            parameters: [Self.listed.description],
            answers: [
                .json(200, SecretsView.self, "The secrets."), AuthRoutes.refused,
                .problem(404, "There is no such project."),
            ]
        ) { request in
            let tenant = access.accounts.tenant
            guard try request[Self.listed] == nil else {
                let found = try await access.secrets.summaries(tenant: tenant, scope: try await scope(request))
                return try request.answer(SecretsView(secrets: found.map(SecretView.init)))
            }
            let all = try await access.secrets.summaries(tenant: tenant, scope: nil)
            return try request.answer(SecretsView(secrets: try await seen(all, request).map(SecretView.init)))
        }
    }

    /// Of everything that is kept, what the caller may use: what can be listed scope by scope.
    private func seen(_ all: [SecretSummary], _ request: RouteRequest) async throws -> [SecretSummary] {
        let caller = try request.caller
        var known: [String: Bool] = [:]
        var seen: [SecretSummary] = []
        for summary in all {
            let owner = summary.scope.owner
            switch summary.scope.level {
            case .person where caller.principal.project == nil && caller.principal.id == owner: seen.append(summary)
            case .tenant where caller.principal.project == nil && caller.reach == .all: seen.append(summary)
            case .project where caller.principal.project ?? owner == owner:
                if known[owner] == nil { known[owner] = try await isVisible(owner) }
                if known[owner] == true { seen.append(summary) }
            default: break
            }
        }
        return seen
    }

    private func isVisible(_ project: String) async throws -> Bool {
        do {
            _ = try await projects.visible(project)
            return true
        } catch let problem as Problem where problem.status == 404 {
            return false
        }
    }

    struct PutBody: Codable, Sendable {
        var value: String
        var label: String?
        var provider: String?
    }

    private var put: Route {
        Route(
            .put, "/api/v1/secrets/{name}", "putSecret", .identity,
            "Keeps a secret, in place of the one of the same name and scope.",
            parameters: [Self.name.description, Self.scope.description], body: .json(PutBody.self),
            bodySizeMax: 64 << 10,
            answers: [
                .json(200, SecretView.self, "What is told of it."), AuthRoutes.refused, .misfit,
                .problem(404, "There is no such project."), .problem(409, "There are as many as there may be."),
            ]
        ) { request in
            let scope = try await scope(request)
            let name = try name(request)
            let body = try await request.body(PutBody.self)
            try access.check(provider: body.provider)
            let summary = try await access.secrets.put(
                SecretText(body.value), name: name, scope: scope, tenant: access.accounts.tenant,
                label: body.label ?? "", provider: body.provider, by: try request.caller.principal.id, at: clock.now())
            return try request.secretAnswer(SecretView(summary))
        }
    }

    private var remove: Route {
        Route(
            .delete, "/api/v1/secrets/{name}", "deleteSecret", .identity, "Removes a secret.",
            parameters: [Self.name.description, Self.scope.description],
            answers: [.empty(204, "It is gone."), AuthRoutes.refused, .problem(404, "There is no such secret.")]
        ) { request in
            guard
                try await access.secrets.remove(
                    try name(request), scope: try await scope(request), tenant: access.accounts.tenant)
            else { throw Problem(404, "secret_not_found", "there is no such secret in this scope") }
            return ServerResponse(status: 204)
        }
    }
}
