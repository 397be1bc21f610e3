import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Projects: what people work on.
struct ProjectRoutes: Sendable {
    let store: any ServerStore
    let engine: Engine
    let spending: CallSpending
    let access: ServerAccess
    let clock: any Timekeeper
    let random: LockedGenerator

    private var tenant: String { engine.tenant }

    var all: [Route] { [create, list, get, change, remove] }

    /// What becomes of a project.
    enum Status: String, Codable, CaseIterable, Sendable {
        case planning, executing, reviewing, completed, failed
    }

    struct ProjectView: Codable, Sendable {
        var id: String
        var name: String
        var description: String
        var status: String
        var createdBy: String
        var userId: String
        /// What its calls of models may spend, those of its runs and those with its keys together; those that every
        /// project has are not among them.
        var limits: SpendingLimitsBody?
        /// How much of its budgets and quotas is used; not told in listings.
        var used: [QuotaView]?
        var createdAt: WireTime
        var updatedAt: WireTime

        init(_ project: Project, used: [QuotaState] = []) {
            id = project.id.text
            name = project.name
            description = project.description
            status = project.status
            createdBy = project.createdBy
            userId = project.owner ?? project.createdBy
            limits = project.limits.map { SpendingLimitsBody($0) }
            self.used = used.isEmpty ? nil : used.map { QuotaView($0) }
            createdAt = project.created.wire
            updatedAt = project.updated.wire
        }
    }

    struct ProjectsView: Codable, Sendable {
        var projects: [ProjectView]
        var next: String?
    }

    private static let unknown = AnswerDescription.problem(404, "There is no such project.")
    private static let notTheirs = AnswerDescription.problem(403, "Its limits are not the caller's to change.")
    private static let nameSizes = 1...255
    private static let descriptionLengthMax = 10_000

    private static func check(name: String?, description: String?) throws {
        if let name {
            guard nameSizes.contains(name.count), name.contains(where: { !$0.isWhitespace }), !name.contains("\0")
            else {
                throw Problem.badField("/name", "length", "the name of a project has 1 to 255 characters")
            }
        }
        if let description, description.unicodeScalars.count > descriptionLengthMax {
            throw Problem.badField(
                "/description", "length", "the description of a project has at most \(descriptionLengthMax) characters")
        }
    }

    // MARK: Creating and listing

    struct CreateBody: Codable, Sendable, WireConstraints {
        var name: String
        var description: String?

        static let constraints = ProjectRoutes.constraints
    }

    private static let constraints = [
        "name": WireRule.notBlank.merging(["maxLength": 255]) { $1 },
        "description": ["maxLength": .int(Int64(descriptionLengthMax))],
    ]

    private var create: Route {
        Route(
            .post, "/api/v1/projects", "createProject", .projects, "Creates a project.", aliases: ["/projects"],
            body: .json(CreateBody.self),
            answers: [
                .json(201, ProjectView.self, "The project."), .misfit,
                .problem(409, "There are as many projects as there may be."),
            ]
        ) { request in
            let body = try await request.body(CreateBody.self)
            try Self.check(name: body.name, description: body.description)
            guard Caller.current?.principal.project == nil else {
                throw Problem(403, "not_permitted", "the API key is for one project, and cannot make another")
            }
            let now = clock.now()
            let id = random.draw { source in ProjectID(at: now, using: &source) }
            let project = Project(
                id: id, name: body.name, description: body.description ?? "", status: Status.planning.rawValue,
                createdBy: Caller.name, owner: Caller.current?.principal.id, created: now, updated: now, version: 1)
            try await store.add(project, tenant: tenant)
            return try await answer(request, project, status: 201)
        }
    }

    /// The tag of a project is its version: what is sent back with it must not overwrite what others have changed.
    private func answer(
        _ request: RouteRequest, _ project: Project, status: Int = 200
    ) async throws -> ServerResponse {
        let used = try await spending.usage(of: engine.draws(ofProject: project.id.text))
        var response = try request.answer(ProjectView(project, used: used), status: status)
        guard response.status != 304 else { return response }
        response.headers.set("ETag", to: Self.tag(of: project))
        if status == 201 { response.headers.set("Location", to: "/api/v1/projects/\(project.id)") }
        return response
    }

    private static func tag(of project: Project) -> String { "\"v\(project.version)\"" }

    private static let cursor = Parameter<ProjectID?>.query(
        "cursor", "Where the page begins: `next` of the page before.",
        schema: .string().telling(["pattern": "^prj_[0-7][0-9a-hjkmnp-tv-z]{25}$"])
    ) { text in
        guard let id = ProjectID(text) else {
            throw Problem.badParameter("cursor", "cursor", "this is no cursor of a listing of projects")
        }
        return id
    }

    private static let status = Parameter<Status?>.query(
        "status", "Only projects of this status.", schema: .ofWire(Status.self)
    ) { text in
        guard let status = Status(rawValue: text) else {
            let known = Status.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badParameter("status", "enum", "a project is \(known)")
        }
        return status
    }

    private var list: Route {
        Route(
            .get, "/api/v1/projects", "listProjects", .projects, "Lists projects, the newest first.",
            aliases: ["/projects"],
            parameters: [Self.status.description, RunParameters.limit.description, Self.cursor.description],
            answers: [.json(200, ProjectsView.self, "A page of projects.")]
        ) { request in
            let limit = try request[RunParameters.limit]
            var found = try await store.projects(
                behind: try request[Self.cursor], status: try request[Self.status]?.rawValue, of: try seen,
                tenant: tenant,
                limit: limit + 1)
            let hasMore = found.count > limit
            if hasMore { found.removeLast() }
            return try request.answer(
                ProjectsView(
                    projects: found.map { ProjectView($0) }, next: hasMore ? found.last?.id.text : nil))
        }
    }

    /// Whose projects the caller may see.
    private var seen: RunAccount {
        get throws {
            guard let account = Caller.current?.seen else { throw Problem.notFound("there is nothing to be seen here") }
            return account
        }
    }

    // MARK: One project

    private static let id = Parameter<String>.path("project", "The project's identifier.") { $0 }

    private func project(_ request: RouteRequest) async throws -> Project { try await visible(try request[Self.id]) }

    /// A project by its name, if the caller may see it.
    ///
    /// - Throws: a ``Problem`` 404; `ServerStoreError`.
    func visible(_ typed: String) async throws -> Project {
        guard let id = ProjectID(typed), let project = try await store.project(id, tenant: tenant),
            try seen.covers(RunAccount(person: project.owner, project: project.id.text))
        else {
            throw Problem(
                404, "project_not_found", "there is no project '\(CleanText.line(typed, bytesMax: 60))'")
        }
        return project
    }

    private var get: Route {
        Route(
            .get, "/api/v1/projects/{project}", "getProject", .projects, "Shows one project.",
            aliases: ["/projects/{project}"], parameters: [Self.id.description],
            answers: [.json(200, ProjectView.self, "The project."), Self.unknown]
        ) { request in
            let project = try await project(request)
            // What is used of budgets changes without the project.
            if let known = request.request.headers["If-None-Match"], known == Self.tag(of: project),
                engine.draws(ofProject: project.id.text).isEmpty
            {
                return ServerResponse(status: 304, headers: ["ETag": Self.tag(of: project)])
            }
            return try await answer(request, project)
        }
    }

    struct ChangeBody: Codable, Sendable, WireConstraints {
        static let constraints = ProjectRoutes.constraints

        var name: String?
        var description: String?
        var status: Status?
        /// All limits of its own: those that are left out are no more. `{}` is none.
        var limits: SpendingLimitsBody?
    }

    private var change: Route {
        Route(
            .patch, "/api/v1/projects/{project}", "changeProject", .projects,
            "Changes a project; what is left out stays.",
            details: "With `If-Match` only the version that its tag names is changed. Changing `limits` takes the "
                + "permission `limits.manage` and a login; they count at once, and what has been used so far stays "
                + "counted.",
            aliases: ["/projects/{project}"], parameters: [Self.id.description], body: .json(ChangeBody.self),
            answers: [
                .json(200, ProjectView.self, "The project."), Self.notTheirs, Self.unknown, .misfit,
                .problem(409, "Somebody changes it at the same time."),
                .problem(412, "It has changed since the version of `If-Match`."),
            ]
        ) { request in
            let body = try await request.body(ChangeBody.self)
            try Self.check(name: body.name, description: body.description)
            let limits = try body.limits?.limits()
            try limits?.check()
            let before = try await project(request)
            if limits != nil { try await requireLimiting(request) }
            if let match = request.request.headers["If-Match"], match != "*", match != Self.tag(of: before) {
                throw Problem(
                    412, "version_changed", "the project has changed since; read it again, and decide anew",
                    headers: ["ETag": Self.tag(of: before)])
            }
            var project = before
            project.name = body.name ?? before.name
            project.description = body.description ?? before.description
            project.status = body.status?.rawValue ?? before.status
            if let limits { project.limits = limits.isEmpty ? nil : limits }
            project.updated = clock.now()
            project.version += 1
            if limits == nil {
                try await replace(before, by: project)
            } else {
                try await access.telling(try draft(of: before, project, request), at: clock) { [project] in
                    try await replace(before, by: project)
                }
            }
            return try await answer(request, project)
        }
    }

    private func replace(_ before: Project, by project: Project) async throws {
        let isReplaced = try await store.replace(project, version: before.version, tenant: tenant) {
            engine.projectLimits.set(project.limits, of: project.id.text)
        }
        guard isReplaced else {
            throw Problem.conflict(
                "version_changed", "somebody has changed the project at the same time; send the change again")
        }
    }

    /// Whoever works for a project must not raise what it may spend, and an API key no limits at all.
    private func requireLimiting(_ request: RouteRequest) async throws {
        let needed: Permission = "limits.manage"
        if case .key = try request.caller.principal.credential {
            throw try await access.refuseKey(needed, try request.asker)
        }
        try await access.require(needed, request)
    }

    /// What the audit log is told of other limits.
    private func draft(of before: Project, _ now: Project, _ request: RouteRequest) throws -> AuditDraft {
        func words(_ project: Project) -> String { project.limits?.phrases.joined(separator: ", ") ?? "none" }
        return AuditDraft(
            time: clock.now(), tenant: tenant, actor: try request.actor, action: .projectLimited,
            target: AuditTarget(kind: "project", id: now.id.text), request: request.id,
            details: ["before": words(before), "now": words(now)])
    }

    private var remove: Route {
        Route(
            .delete, "/api/v1/projects/{project}", "deleteProject", .projects, "Deletes a project.",
            details: "One with limits of its own is deleted by who may change them.",
            aliases: ["/projects/{project}"], parameters: [Self.id.description],
            answers: [.empty(204, "It is gone."), Self.notTheirs, Self.unknown]
        ) { request in
            let project = try await project(request)
            // Its keys would go on without them.
            if project.limits != nil { try await requireLimiting(request) }
            _ = try await store.remove(project.id, tenant: tenant) {
                engine.projectLimits.set(nil, of: project.id.text)
            }
            return ServerResponse(status: 204)
        }
    }
}
