import TestProcess
import Testing
import TuttiAccess
import TuttiCore

struct AgentPreferenceTests {
    private let home: TestFolder

    init() throws { home = try TestFolder() }

    private func preference(
        _ role: String = "ceo", provider: String = "openai", model: String = "gpt-x", key: SecretID? = nil,
        parameters: JSONValue = ["temperature": .double(0.5)], at time: Timestamp = noon
    ) -> AgentPreference {
        AgentPreference(
            agentRole: role, provider: provider, modelName: model, keyID: key, modelParameters: parameters,
            created: time,
            updated: time)
    }

    private func world(_ kind: TableKind) throws -> (AgentPreferences, SealedSecretStore) {
        let table = kind.make(in: home)
        let store = SealedSecretStore(table: table, ring: try .fresh())
        return (AgentPreferences(table: table, secrets: store), store)
    }

    @Test(arguments: TableKind.allCases)
    func oneForEachRoleOfAPerson(kind: TableKind) async throws {
        let (preferences, store) = try world(kind)
        let key = try await store.put("sk-1", "openai", .person("ann")).id
        try await preferences.put(preference("cto"), tenant: "acme", person: "ann")
        try await preferences.put(preference("ceo", key: key), tenant: "acme", person: "ann")
        try await preferences.put(preference("ceo"), tenant: "acme", person: "ben")
        try await preferences.put(preference("ceo"), tenant: "other", person: "ann")
        #expect(
            try await preferences.all(tenant: "acme", person: "ann") == [
                preference("ceo", key: key), preference("cto"),
            ])
        let later = noon + .seconds(9)
        try await preferences.put(preference("ceo", model: "new", at: later), tenant: "acme", person: "ann")
        let changed = try #require(try await preferences.all(tenant: "acme", person: "ann").first)
        #expect(
            changed.modelName == "new" && changed.created == noon && changed.updated == later && changed.keyID == nil)
        #expect(try await preferences.remove(agentRole: "ceo", tenant: "acme", person: "ann"))
        #expect(try await preferences.remove(agentRole: "ceo", tenant: "acme", person: "ann") == false)
        #expect(try await preferences.all(tenant: "acme", person: "ann").map(\.agentRole) == ["cto"])
        #expect(try await preferences.all(tenant: "acme", person: "ben").count == 1)
        #expect(try await preferences.all(tenant: "other", person: "ann").count == 1)
    }

    @Test(arguments: TableKind.allCases)
    func aKeyThatIsRemovedIsNamedNoMore(kind: TableKind) async throws {
        let (preferences, store) = try world(kind)
        let key = try await store.put("sk-1", "openai").id
        try await preferences.put(preference(key: key), tenant: "acme", person: "ann")
        #expect(try await store.remove(key, tenant: "acme"))
        #expect(try await preferences.all(tenant: "acme", person: "ann") == [preference()])
    }

    @Test(arguments: TableKind.allCases)
    func keysOfOthersCannotBeNamed(kind: TableKind) async throws {
        let (preferences, store) = try world(kind)
        let ofTenant = try await store.put("sk-1", "a").id
        let ofProject = try await store.put("sk-1", "a", .project("p1")).id
        let ofBen = try await store.put("sk-1", "a", .person("ben")).id
        let elsewhere = try await store.put("sk-1", "a", tenant: "other").id
        for id in [ofTenant, ofProject] {
            try await preferences.put(preference(key: id), tenant: "acme", person: "ann", projects: ["p1"])
        }
        var messages: Set<String> = []
        for id in [ofProject, ofBen, elsewhere, SecretID(trusted: "sec_00000000000000000000000000")] {
            let wanted = preference("other", key: id)
            let error = await secretFailure {
                try await preferences.put(wanted, tenant: "acme", person: "ann")
            }
            #expect(error?.reason == .badInput && error?.message.contains("key_id") == true)
            messages.insert(error?.message ?? "")
        }
        #expect(messages.count == 1)
        #expect(try await preferences.all(tenant: "acme", person: "ann").count == 1)
    }

    @Test func whatBreaksARuleChangesNothing() async throws {
        let (preferences, _) = try world(.memory)
        let long = String(repeating: "a", count: 9000)
        let wrong: [(String, AgentPreference)] = [
            ("agent_role", preference("")), ("agent_role", preference(String(long.prefix(101)))),
            ("agent_role", preference("a\u{1b}[31m")), ("provider", preference(provider: "")),
            ("provider", preference(provider: String(long.prefix(101)))), ("model_name", preference(model: "")),
            ("model_name", preference(model: String(long.prefix(201)))), ("model_params", preference(parameters: [1])),
            ("model_params", preference(parameters: ["a": .string(long)])),
        ]
        for (field, preference) in wrong {
            let error = await secretFailure {
                try await preferences.put(preference, tenant: "acme", person: "ann")
            }
            #expect(error?.reason == .badInput && error?.message.contains(field) == true, "\(field)")
        }
        #expect(try await preferences.all(tenant: "acme", person: "ann").isEmpty)
    }

    @Test(arguments: TableKind.allCases)
    func aPersonHasABound(kind: TableKind) async throws {
        let (preferences, _) = try world(kind)
        for number in 0..<SecretLimits.preferencesMax {
            try await preferences.put(preference("r\(number)"), tenant: "acme", person: "ann")
        }
        let more = preference("more")
        let error = await secretFailure {
            try await preferences.put(more, tenant: "acme", person: "ann")
        }
        #expect(error?.reason == .full)
        try await preferences.put(preference("r0", model: "new"), tenant: "acme", person: "ann")
        try await preferences.put(more, tenant: "acme", person: "ben")
    }
}
