package import TuttiConfiguration
import TuttiCore
package import TuttiProviders

extension ProviderSettings {
    /// What a configuration says about providers, over what their own variables say.
    package init(_ configuration: Configuration, environment: [String: String]) {
        var servers: [String: Server] = [:]
        func read(_ family: KeyFamily, _ put: (inout Server, String) -> Void) {
            for (name, value) in configuration.values(of: family) { put(&servers[name, default: Server()], value) }
        }
        read(ConfigurationKeys.providerURL) { $0.url = $1 }
        read(ConfigurationKeys.providerKey) { $0.key = SecretText($1) }
        read(ConfigurationKeys.providerDialect) { $0.dialect = $1 }
        read(ConfigurationKeys.providerRegion) { $0.region = $1 }
        read(ConfigurationKeys.providerProfile) { $0.profile = $1 }
        read(ConfigurationKeys.providerProject) { $0.project = $1 }
        read(ConfigurationKeys.providerLocation) { $0.location = $1 }
        read(ConfigurationKeys.providerDeployment) { $0.deployment = $1 }
        read(ConfigurationKeys.providerAPIVersion) { $0.apiVersion = $1 }
        read(ConfigurationKeys.providerFields) { $0.fields = $1 }
        self = ProviderSettings(environment: environment).overridden(by: servers)
        timeouts = ModelTimeouts(
            connect: configuration[ConfigurationKeys.modelsConnect],
            firstToken: configuration[ConfigurationKeys.modelsFirstToken],
            idle: configuration[ConfigurationKeys.modelsIdle], total: configuration[ConfigurationKeys.modelsTotal])
    }
}
