package import TuttiCore
package import TuttiModels

/// All attempts of a call, for the ledger.
package struct RouteOutcome: Sendable, Hashable, Codable {
    package var route: String
    /// In their order; empty when nothing could be asked.
    package var attempts: [Attempt]
    /// Whether one of them has brought the answer.
    package var isSuccess: Bool

    /// One attempt.
    package struct Attempt: Sendable, Hashable, Codable {
        package var deployment: String
        package var model: ModelReference
        package var key: SecretName?
        /// The word of the error; `nil` for a success, `cancelled` when the call was given up, `listener` when whoever
        /// listened ended it, `overtaken` when another one beside it was faster.
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

    /// What all attempts have used and cost, where more than one has.
    ///
    /// - Parameter usage: that of the one whose answer or error is told.
    func usage(ofLast usage: ModelUsage?) -> ModelUsage? {
        let used = attempts.compactMap { attempt in
            attempt.usage.map { usage in
                var usage = usage
                usage.reportedCost = attempt.cost
                return usage
            }
        }
        guard used.count > 1 else { return usage ?? used.first }
        return used.dropFirst().reduce(used[0]) { $0.adding($1) }
    }

    private enum CodingKeys: String, CodingKey {
        case route, attempts
        case isSuccess = "success"
    }
}
