import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements of the models that people have chosen.
struct AgentPreferenceTables {
    let connection: SQLConnection

    func preferences(tenant: String, person: String) throws(StoreError) -> [AgentPreference] {
        try connection.query(
            """
            select agent_role, provider, model_name, secret, parameters, created, updated from agent_preference
            where tenant = ?1 and person = ?2 order by agent_role
            """, [.text(tenant), .text(person)]
        ) { row throws(StoreError) in
            AgentPreference(
                agentRole: row.text(0), provider: row.text(1), modelName: row.text(2),
                keyID: row.optionalText(3).map { SecretID(trusted: $0) },
                modelParameters: (try? WireJSON.read(Data(row.text(4).utf8))) ?? .object([:]),
                created: Timestamp(milliseconds: row.int(5)), updated: Timestamp(milliseconds: row.int(6)))
        }
    }

    func write(_ preference: AgentPreference, tenant: String, person: String) throws(StoreError) -> SecretWrite {
        try connection.transaction { () throws(StoreError) in
            let others = try connection.number(
                "select count(*) from agent_preference where tenant = ?1 and person = ?2 and agent_role <> ?3",
                [.text(tenant), .text(person), .text(preference.agentRole)])
            guard (others ?? 0) < SecretLimits.preferencesMax else { return .full }
            try connection.run(
                """
                insert into agent_preference values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                on conflict(tenant, person, agent_role) do update set provider = ?4, model_name = ?5, secret = ?6,
                    parameters = ?7, updated = ?9
                """,
                [
                    .text(tenant), .text(person), .text(preference.agentRole), .text(preference.provider),
                    .text(preference.modelName), .text(preference.keyID?.text),
                    .text(String(decoding: preference.modelParameters.bytes, as: UTF8.self)),
                    .int(preference.created.milliseconds), .int(preference.updated.milliseconds),
                ])
            return .written
        }
    }

    func remove(agentRole: String, tenant: String, person: String) throws(StoreError) -> Bool {
        try connection.run(
            "delete from agent_preference where tenant = ?1 and person = ?2 and agent_role = ?3",
            [.text(tenant), .text(person), .text(agentRole)]) == 1
    }
}
