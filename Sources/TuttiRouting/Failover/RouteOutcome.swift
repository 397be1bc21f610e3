package import TuttiCore
package import TuttiModels

/// All attempts of a call, for the ledger.
package struct RouteOutcome: Sendable, Hashable, Codable {
    package var route: String
    /// In their order; empty when nothing could be asked.
    package var attempts: [Attempt]
    /// Whether the last one succeeded.
    package var isSuccess: Bool

    /// One attempt.
    package struct Attempt: Sendable, Hashable, Codable {
        package var deployment: String
        package var model: ModelReference
        package var key: SecretName?
        /// The word of the error; `nil` for a success, `cancelled` when the call was given up, `listener` when whoever
        /// listened ended it.
        package var error: String?
        package var durationMilliseconds: Int64
        package var firstTokenMilliseconds: Int64?
        /// What was counted, also when it failed: the provider may want money for it.
        package var usage: ModelUsage?
        package var cost: USD?

        package init(
            deployment: String, model: ModelReference, key: SecretName? = nil, error: String? = nil,
            durationMilliseconds: Int64 = 0, firstTokenMilliseconds: Int64? = nil, usage: ModelUsage? = nil,
            cost: USD? = nil
        ) {
            self.deployment = deployment
            self.model = model
            self.key = key
            self.error = error
            self.durationMilliseconds = durationMilliseconds
            self.firstTokenMilliseconds = firstTokenMilliseconds
            self.usage = usage
            self.cost = cost
        }

        private enum CodingKeys: String, CodingKey {
            case deployment, model, key, error, usage
            case durationMilliseconds = "duration_ms"
            case firstTokenMilliseconds = "first_token_ms"
            case cost = "cost_microdollars"
        }
    }

    package init(route: String, attempts: [Attempt] = [], isSuccess: Bool = false) {
        self.route = route
        self.attempts = attempts
        self.isSuccess = isSuccess
    }

    private enum CodingKeys: String, CodingKey {
        case route, attempts
        case isSuccess = "success"
    }
}
