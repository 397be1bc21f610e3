import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// One's keys for providers of models, and which model plays which role: `/v1/settings/*`.
struct ProviderKeyRoutes: Sendable {
    let access: ServerAccess
    let clock: any Timekeeper

    private var tenant: String { access.accounts.tenant }

    var all: [Route] { [listKeys, putKey, removeKey, listPreferences, putPreference, removePreference] }

    /// Whose keys they are: the caller's, or the organisation's where nobody has an account.
    private func scope(_ request: RouteRequest) throws -> SecretScope {
        try principal(request).id.map(SecretScope.person) ?? .tenant
    }

    /// Where one's keys are found: whoever has the right to everybody's has those of the organisation, too, such as
    /// what was kept before there were accounts.
    private func scopes(_ request: RouteRequest) throws -> [SecretScope] {
        let own = try scope(request)
        return try own != .tenant && request.caller.reach == .all ? [own, .tenant] : [own]
    }

    private func person(_ request: RouteRequest) throws -> String {
        try principal(request).id ?? AgentPreference.machinePerson
    }

    private func principal(_ request: RouteRequest) throws -> Principal {
        let principal = try request.caller.principal
        guard principal.project == nil else {
            throw Problem(403, "not_permitted", "the API key is for one project, and this is its owner's own")
        }
        return principal
    }

    // MARK: Keys

    struct KeyView: Codable, Sendable {
        var id: String
        var provider: String
        var label: String
        var keyHint: String
        /// That it can be opened; whether the provider takes it only a call tells.
        var isValid: Bool
        var createdAt: WireTime

        init(_ summary: SecretSummary) {
            id = summary.id.text
            provider = summary.provider ?? summary.name.text
            label = summary.label
            keyHint = summary.hint.map { "…\($0)" } ?? "…"
            isValid = true
            createdAt = summary.created.wire
        }
    }

    struct KeyBody: Codable, Sendable, WireConstraints {
        static let constraints = ["provider": WireRule.length(1...SecretName.lengthMax)]

        var provider: String
        var apiKey: String
        var label: String?

        private enum CodingKeys: String, CodingKey {
            case provider, label
            case apiKey = "api_key"
        }
    }

    private var listKeys: Route {
        Route(
            .get, "/v1/settings/keys", "listProviderKeys", .identity, "Lists one's keys for providers of models.",
            answers: [.json(200, [KeyView].self, "The keys, never a value."), AuthRoutes.refused]
        ) { request in
            var found: [SecretSummary] = []
            for scope in try scopes(request) {
                found += try await access.secrets.summaries(tenant: tenant, scope: scope)
            }
            return try request.answer(found.filter { $0.provider != nil }.map(KeyView.init))
        }
    }

    private var putKey: Route {
        Route(
            .post, "/v1/settings/keys", "putProviderKey", .identity,
            "Keeps one's key for a provider, in place of the one before.", body: .json(KeyBody.self),
            bodySizeMax: 64 << 10,
            answers: [
                .json(201, KeyView.self, "What is told of it."), AuthRoutes.refused, .misfit,
                .problem(409, "There are as many as there may be."),
            ]
        ) { request in
            let body = try await request.body(KeyBody.self)
            guard let name = SecretName(body.provider.lowercased()) else {
                throw Problem.badField("/provider", "format", SecretName.rule)
            }
            try access.check(provider: name.text)
            let summary = try await access.secrets.put(
                SecretText(body.apiKey), name: name, scope: try scope(request), tenant: tenant,
                label: body.label ?? "", provider: name.text, by: try request.caller.principal.id, at: clock.now())
            return try request.secretAnswer(KeyView(summary), status: 201)
        }
    }

    private static let key = Parameter<String>.path("key", "The key's identifier.") { $0 }

    private var removeKey: Route {
        Route(
            .delete, "/v1/settings/keys/{key}", "deleteProviderKey", .identity, "Removes one's key for a provider.",
            parameters: [Self.key.description],
            answers: [.empty(204, "It is gone."), AuthRoutes.refused, .problem(404, "There is no such key.")]
        ) { request in
            guard let id = SecretID(try request[Self.key]),
                let summary = try await access.secrets.summary(of: id, tenant: tenant),
                try scopes(request).contains(summary.scope),
                try await access.secrets.remove(summary.name, scope: summary.scope, tenant: tenant)
            else { throw Problem(404, "key_not_found", "there is no such key of yours") }
            return ServerResponse(status: 204)
        }
    }

    // MARK: Preferences

    struct PreferenceView: Codable, Sendable {
        var agentRole: String
        var provider: String
        var modelName: String
        var keyId: String?
        var modelParams: JSONValue
        var updatedAt: WireTime

        init(_ preference: AgentPreference) {
            agentRole = preference.agentRole
            provider = preference.provider
            modelName = preference.modelName
            keyId = preference.keyID?.text
            modelParams = preference.modelParameters
            updatedAt = preference.updated.wire
        }
    }

    struct PreferenceBody: Codable, Sendable {
        var agentRole: String
        var provider: String
        var modelName: String
        var keyID: String?
        var modelParameters: JSONValue?

        private enum CodingKeys: String, CodingKey {
            case provider
            case agentRole = "agent_role"
            case modelName = "model_name"
            case keyID = "key_id"
            case modelParameters = "model_params"
        }
    }

    private var listPreferences: Route {
        Route(
            .get, "/v1/settings/agent-prefs", "listAgentPreferences", .identity,
            "Lists which model plays which role for oneself.",
            answers: [.json(200, [PreferenceView].self, "The preferences."), AuthRoutes.refused]
        ) { request in
            let found = try await access.preferences.all(tenant: tenant, person: try person(request))
            return try request.answer(found.map(PreferenceView.init))
        }
    }

    private var putPreference: Route {
        Route(
            .post, "/v1/settings/agent-prefs", "putAgentPreference", .identity,
            "Says which model plays a role for oneself, in place of what was said before.",
            body: .json(PreferenceBody.self), bodySizeMax: 64 << 10,
            answers: [
                .json(200, PreferenceView.self, "The preference."), AuthRoutes.refused, .misfit,
                .problem(409, "There are as many as there may be."),
            ]
        ) { request in
            let body = try await request.body(PreferenceBody.self)
            let id = body.keyID.flatMap { SecretID($0) }
            guard (body.keyID == nil) == (id == nil) else {
                throw Problem.badField("/key_id", "format", "this is no identifier of a key")
            }
            try CassetteRule.check("\(body.provider)/\(body.modelName)", at: "/provider")
            let now = clock.now()
            let preference = AgentPreference(
                agentRole: body.agentRole, provider: body.provider, modelName: body.modelName, keyID: id,
                modelParameters: body.modelParameters ?? [:], created: now, updated: now)
            try await access.preferences.put(preference, tenant: tenant, person: try person(request))
            return try request.answer(PreferenceView(preference))
        }
    }

    private static let role = Parameter<String>.path("role", "The role of an agent.") { $0 }

    private var removePreference: Route {
        Route(
            .delete, "/v1/settings/agent-prefs/{role}", "deleteAgentPreference", .identity,
            "Forgets which model plays a role for oneself.", parameters: [Self.role.description],
            answers: [.empty(204, "It is gone."), AuthRoutes.refused, .problem(404, "There is no such preference.")]
        ) { request in
            let role = try request[Self.role]
            guard
                try await access.preferences.remove(agentRole: role, tenant: tenant, person: try person(request))
            else { throw Problem(404, "preference_not_found", "nothing was said about this role") }
            return ServerResponse(status: 204)
        }
    }
}
