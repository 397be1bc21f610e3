package import TuttiCore

/// Which model an agent role uses when a person's work is done, and with which key.
package struct AgentPreference: Sendable, Hashable, Codable {
    package var agentRole: String
    package var provider: String
    package var modelName: String
    /// The secret that holds the key; `nil` for the one that the provider's name finds.
    package var keyID: SecretID?
    /// Such as temperature; an object.
    package var modelParameters: JSONValue
    package var created: Timestamp
    package var updated: Timestamp

    /// Whose preferences are those of the machine's user, while nobody has an account.
    package static let machinePerson = "machine"

    package init(
        agentRole: String, provider: String, modelName: String, keyID: SecretID?, modelParameters: JSONValue,
        created: Timestamp, updated: Timestamp
    ) {
        self.agentRole = agentRole
        self.provider = provider
        self.modelName = modelName
        self.keyID = keyID
        self.modelParameters = modelParameters
        self.created = created
        self.updated = updated
    }
}

/// Where preferences are stored.
package protocol AgentPreferenceTable: Sendable {
    /// By role.
    func preferences(tenant: String, person: String) async throws(SecretError) -> [AgentPreference]

    /// Stores one in place of that for the same role, whose creation time it keeps; `.full` when there is no room.
    func write(
        _ preference: AgentPreference, tenant: String, person: String
    ) async throws(SecretError) -> SecretWrite

    /// - Returns: whether it was there.
    func removePreference(agentRole: String, tenant: String, person: String) async throws(SecretError) -> Bool
}

/// The models that people have chosen for the roles of their agents.
package struct AgentPreferences: Sendable {
    private let table: any AgentPreferenceTable
    private let secrets: any SecretStore

    /// - Parameter secrets: where the keys are that preferences name.
    package init(table: any AgentPreferenceTable, secrets: any SecretStore) {
        self.table = table
        self.secrets = secrets
    }

    /// Keeps a preference, in place of the one for the same role.
    ///
    /// - Parameter projects: those whose keys the person may use.
    /// - Throws: ``SecretError`` `.badInput` that names the field, `.full`, `.unusable`; nothing has changed then.
    package func put(
        _ preference: AgentPreference, tenant: String, person: String, projects: Set<String> = []
    ) async throws(SecretError) {
        try SecretLimits.check(scope: .person(person), tenant: tenant)
        try SecretLimits.check(preference.agentRole, field: "agent_role", max: SecretLimits.roleCharactersMax)
        try SecretLimits.check(preference.provider, field: "provider", max: SecretLimits.providerCharactersMax)
        try SecretLimits.check(preference.modelName, field: "model_name", max: SecretLimits.modelNameCharactersMax)
        guard case .object = preference.modelParameters else {
            throw SecretError(.badInput, "model_params has to be an object, such as {\"temperature\": 0.2}")
        }
        let size = preference.modelParameters.bytes.count
        guard size <= SecretLimits.modelParametersBytesMax else {
            throw SecretError(
                .badInput,
                "model_params has \(size) bytes, and no more than \(SecretLimits.modelParametersBytesMax) may be")
        }
        if let id = preference.keyID {
            // One answer for what is not there and what is another's.
            guard let key = try await secrets.summary(of: id, tenant: tenant),
                Self.mayUse(key.scope, person: person, projects: projects)
            else { throw SecretError(.badInput, "key_id names no key that may be used here; see the list of keys") }
        }
        if case .full = try await table.write(preference, tenant: tenant, person: person) {
            throw SecretError(
                .full, "there are preferences for \(SecretLimits.preferencesMax) roles already; remove some of them")
        }
    }

    private static func mayUse(_ scope: SecretScope, person: String, projects: Set<String>) -> Bool {
        switch scope {
        case .tenant: true
        case .project(let project): projects.contains(project)
        case .person(let owner): owner == person
        }
    }

    /// By role.
    package func all(tenant: String, person: String) async throws(SecretError) -> [AgentPreference] {
        try await table.preferences(tenant: tenant, person: person)
    }

    /// - Returns: whether it was there.
    package func remove(agentRole: String, tenant: String, person: String) async throws(SecretError) -> Bool {
        try await table.removePreference(agentRole: agentRole, tenant: tenant, person: person)
    }
}
