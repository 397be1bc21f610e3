import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiRouting
import TuttiServer
import TuttiTerminal

/// The models of deployments. One with keys of its own is asked with the stored secret whose turn it is, others as any
/// model of their name.
struct KeyedDeployments: DeploymentSource {
    /// Of deployments without keys.
    let models: any ModelSource
    let directory: ModelDirectory
    /// Opened when the first key is asked for.
    let secrets: @Sendable () async throws -> any SecretStore
    /// Has calls of a model counted and traced, where there is who counts.
    let observe: @Sendable (Model, String) -> Model

    /// - Throws: ``ModelError`` `unauthenticated`, which takes the key out of the turns, when the secret is not there;
    ///   `SecretError`; as the sources of models.
    func model(of deployment: Deployment, key: SecretName?) async throws -> Model {
        let name = deployment.model.description
        guard let key else { return try models.model(named: name) }
        guard
            let secret = try await secrets().secret(
                SecretReference(key), tenant: HomeAccess.tenant, project: nil, person: nil)
        else {
            throw ModelError(
                .unauthenticated, .retryElsewhere,
                "the secret '\(key.text)' of the deployment '\(deployment.name)' is not stored; store it, or change "
                    + "the keys of the deployment")
        }
        let found = try directory.resolve(name, key: secret)
        return observe(Model(name, provider: found.provider, model: found.model), name)
    }
}

extension KeyedDeployments {
    /// Those of a server, whose calls are counted and traced.
    init(_ models: ObservedModels, _ directory: ModelDirectory, _ secrets: any SecretStore) {
        self.init(models: models, directory: directory, secrets: { secrets }, observe: models.observed)
    }
}
