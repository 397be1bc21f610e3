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
final class GatewayTarget: Sendable {
    let model: Model
    /// `nil` for a model that was asked for by its own name.
    let deployment: Deployment?
    let key: SecretName?
    /// What the answer has to be like to be taken.
    let checks: AnswerChecks?
    /// What the meter calls the attempt.
    let attempt: Int
    /// Says that a part of the answer goes on to the client: from now on nobody else is asked. Throws when somebody
    /// else was faster.
    let noteContent: @Sendable () throws -> Void
    /// Says what was counted.
    let noteUsage: @Sendable (ModelUsage) -> Void

    init(
        model: Model, deployment: Deployment?, key: SecretName?, checks: AnswerChecks? = nil, attempt: Int,
        noteContent: @escaping @Sendable () throws -> Void,
        noteUsage: @escaping @Sendable (ModelUsage) -> Void
    ) {
        self.model = model
        self.deployment = deployment
        self.key = key
        self.checks = checks
        self.attempt = attempt
        self.noteContent = noteContent
        self.noteUsage = noteUsage
    }
}
