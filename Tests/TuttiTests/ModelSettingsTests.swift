import Testing
import Tutti
import TuttiConfiguration

/// What a configuration says about models.
@Suite struct ModelSettingsTests {
    private func settings(_ environment: [String: String]) throws -> ProviderSettings {
        let layer = try ConfigurationLayer.environment(environment, keys: ConfigurationKeys.all)
        let home = Sourced(value: "/h", source: .fallback)
        return ProviderSettings(Configuration(home: home, layers: [layer]), environment: environment)
    }

    @Test func theDefaultsAreThoseOfTheLibrary() throws {
        #expect(try settings([:]) == ProviderSettings())
    }

    @Test func theConfigurationCountsBeforeTheProvidersVariables() throws {
        let settings = try settings([
            "OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "https://theirs", "TUTTI_PROVIDERS_OPENAI_KEY": "ours",
            "TUTTI_PROVIDERS_MINE_URL": "http://mine", "TUTTI_MODELS_TIMEOUT_IDLE": "7s",
            "TUTTI_PROVIDERS_OPENAI_DIALECT": "responses",
        ])
        #expect(
            settings.servers == [
                "openai": .init(url: "https://theirs", key: SecretText("ours"), dialect: "responses"),
                "mine": .init(url: "http://mine"),
            ])
        #expect(settings.timeouts == ModelTimeouts(idle: .seconds(7)))
    }

    @Test func whatCloudsNeedIsRead() throws {
        let settings = try settings([
            "TUTTI_PROVIDERS_BEDROCK_REGION": "eu-central-1", "TUTTI_PROVIDERS_BEDROCK_PROFILE": "work",
            "TUTTI_PROVIDERS_VERTEX_PROJECT": "p-1", "TUTTI_PROVIDERS_VERTEX_LOCATION": "global",
            "TUTTI_PROVIDERS_AZURE_DEPLOYMENT": "d-1", "TUTTI_PROVIDERS_AZURE_API_VERSION": "2024-10-21",
        ])
        let (bedrock, vertex, azure) = (
            settings.servers["bedrock"], settings.servers["vertex"], settings.servers["azure"]
        )
        #expect(bedrock?.region == "eu-central-1" && bedrock?.profile == "work")
        #expect(vertex?.project == "p-1" && vertex?.location == "global")
        #expect(azure?.deployment == "d-1" && azure?.apiVersion == "2024-10-21")
    }
}
