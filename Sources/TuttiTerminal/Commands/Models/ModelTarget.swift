import TuttiAccess
import TuttiConfiguration
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiRouting

/// What is tried out: a model by its own name, a deployment with one of its keys, or a provider of which no model is
/// named.
struct ModelTarget: Sendable {
    /// As it is shown and named: `ollama/llama3.2`, `gpt-eu`, `openai`.
    let name: String
    /// `PROVIDER/NAME`; `nil` for a provider, which is asked for its models only.
    var model: String?
    var deployment: Deployment?
    /// The stored secret that a deployment is asked with.
    var key: SecretName?

    /// The name, with the key where a deployment has several.
    var title: String { key.map { "\(name) (\($0.text))" } ?? name }
    /// Whether it is said to take tools.
    var takesTools: Bool { deployment?.limits.tools ?? true }

    init(_ model: String) { (name, self.model) = (model, model) }

    init(provider: String) { name = provider }

    init(_ deployment: Deployment, key: SecretName?) {
        (name, model) = (deployment.name, deployment.model.description)
        (self.deployment, self.key) = (deployment, key)
    }

    static func all(of deployment: Deployment) -> [ModelTarget] {
        deployment.keys.isEmpty
            ? [ModelTarget(deployment, key: nil)] : deployment.keys.map { ModelTarget(deployment, key: $0) }
    }
}

/// Finds what is to be tried out.
struct ModelTargets {
    let directory: ModelDirectory
    let routes: RouteTable
    /// The model of the configuration.
    let usual: String?

    /// What people have named: deployments, routes for all of theirs, providers, or models.
    func named(_ names: [String]) -> [ModelTarget] {
        names.flatMap { name -> [ModelTarget] in
            if let deployment = routes.deployment(name) { return ModelTarget.all(of: deployment) }
            if let route = routes.route(name) {
                return route.reachable.compactMap { routes.deployment($0) }.flatMap(ModelTarget.all)
            }
            return isProvider(name) ? [ModelTarget(provider: name)] : [ModelTarget(name)]
        }
    }

    /// All that is set up: every deployment with every key, the usual model, and the providers that none of them is of.
    var everything: [ModelTarget] {
        var targets = routes.deployments.flatMap(ModelTarget.all)
        if let usual, !targets.contains(where: { $0.model == usual && $0.key == nil }) {
            targets.append(ModelTarget(usual))
        }
        let covered = Set(targets.compactMap { $0.model?.prefix { $0 != "/" } }.map { String($0) })
        // Clouds count only where they are set up: a machine may have a credential of theirs that nobody means.
        let others = directory.settings.servers.keys.sorted().filter { !covered.contains($0) && isProvider($0) }
        return targets + others.map { ModelTarget(provider: $0) }
    }

    private func isProvider(_ name: String) -> Bool { directory.readiness.contains { $0.name == name } }
}
