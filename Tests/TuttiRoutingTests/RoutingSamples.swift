import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Small deployments, routes and errors for tests.
enum RoutingSamples {
    static func deployment(
        _ name: String, model: String = "x/y", region: String? = nil, weight: Int = 1,
        limits: DeploymentLimits = DeploymentLimits(), dollars: (input: Int64, output: Int64)? = nil, slots: Int = 4,
        keys: [String] = [], skills: [String] = []
    ) throws -> Deployment {
        let price = dollars.map { dollars in
            ModelPrice(
                model: "*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(dollars.input),
                output: .dollars(dollars.output))
        }
        return Deployment(
            name: name, model: try #require(ModelReference(model)), region: region, weight: weight, limits: limits,
            price: price, slots: slots, keys: try keys.map(key), skills: skills)
    }

    static func key(_ name: String) throws -> SecretName { try #require(SecretName(name)) }

    /// A table with one route `r` over the deployments.
    static func table(
        _ deployments: [Deployment], _ change: (inout ModelRoute) -> Void = { _ in }
    ) -> RouteTable {
        var route = ModelRoute(alias: "r", deployments: deployments.map(\.name))
        change(&route)
        return RouteTable(deployments: deployments, routes: [route])
    }

    static let overloaded = ModelError(.overloaded, .retry, "the provider has too much to do")
    static let badRequest = ModelError(.badRequest, .never, "no such request")
    static let unauthenticated = ModelError(.unauthenticated, .never, "the key is wrong")
    static let quota = ModelError(.quotaExhausted, .retryElsewhere, "no money is left")
    static let tooLong = ModelError(.contextTooLong, .retryElsewhere, "too many tokens")
    static let refused = ModelError(.refused, .never, "the provider would not")

    static func rateLimited(after seconds: Int?) -> ModelError {
        var error = ModelError(.rateLimited, .retry, "too many calls")
        error.retryAfter = seconds.map { .seconds($0) }
        return error
    }
}

/// What it would say is known, but an error is not equal to one by its code alone.
extension RouteBlock {
    var reason: RouteDropReason { obstacle.reason }
}

extension Result where Failure == RouteBlock {
    /// Why it failed, or `nil`.
    var block: RouteDropReason? { if case .failure(let block) = self { block.reason } else { nil } }
}
