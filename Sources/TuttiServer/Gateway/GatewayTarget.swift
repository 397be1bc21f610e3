package import TuttiAgents
package import TuttiCore
import TuttiModels
package import TuttiRouting

/// Finds the model of a deployment, with the key that is its turn.
package protocol DeploymentSource: Sendable {
    /// - Throws: a `CodedError` that names what is missing.
    func model(of deployment: Deployment, key: SecretName?) async throws -> Model
}

/// Who is asked in an attempt.
struct GatewayTarget: Sendable {
    let model: Model
    /// `nil` for a model that was asked for by its own name.
    let deployment: Deployment?
    let key: SecretName?
    /// Says that a part of the answer goes on to the client: from now on nobody else is asked.
    let noteContent: @Sendable () -> Void
    /// Says what was counted.
    let noteUsage: @Sendable (ModelUsage) -> Void
}
