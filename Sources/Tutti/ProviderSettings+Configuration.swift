package import TuttiConfiguration
import TuttiCore
package import TuttiProviders

extension ProviderSettings {
    /// What a configuration says about providers, over what their own variables say.
    package init(_ configuration: Configuration, environment: [String: String]) {
        let keys = configuration.values(of: ConfigurationKeys.providerKey)
        var servers = configuration.values(of: ConfigurationKeys.providerURL).mapValues { Server(url: $0) }
        for (name, key) in keys { servers[name, default: Server()].key = SecretText(key) }
        for (name, word) in configuration.values(of: ConfigurationKeys.providerDialect) {
            servers[name, default: Server()].dialect = word
        }
        self = ProviderSettings(environment: environment).overridden(by: servers)
        timeouts = ModelTimeouts(
            connect: configuration[ConfigurationKeys.modelsConnect],
            firstToken: configuration[ConfigurationKeys.modelsFirstToken],
            idle: configuration[ConfigurationKeys.modelsIdle], total: configuration[ConfigurationKeys.modelsTotal])
    }
}
