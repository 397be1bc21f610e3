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
}
