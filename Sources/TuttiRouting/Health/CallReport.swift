package import TuttiCore
package import TuttiModels

/// What a call tells about its deployment when it ends.
package struct CallReport: Sendable, Hashable {
    /// How it ended.
    package enum Ending: Sendable, Hashable {
        case success
        case failed(ModelError)
        /// It was given up, or ended by whoever listened: nothing is known about the deployment.
        case abandoned
    }

    package var ending: Ending
    /// The time until the first word, thought or tool call.
    package var firstToken: Duration?
    package var usage: ModelUsage?
    /// What it has cost, where that is known.
    package var cost: USD?

    package init(
        _ ending: Ending, firstToken: Duration? = nil, usage: ModelUsage? = nil, cost: USD? = nil
    ) {
        self.ending = ending
        self.firstToken = firstToken
        self.usage = usage
        self.cost = cost
    }

    /// What it says about the deployment.
    var verdict: CircuitBreaker.Verdict {
        switch ending {
        case .success: .success
        case .abandoned: .unknown
        case .failed(let error): error.isFaultOfDeployment ? .failure : .answered
        }
    }
}

extension ModelError {
    /// Whether the deployment failed, and not the request or the key.
    ///
    /// A key that is asked too often rests by itself; if that opened the circuit, one busy key would take the others
    /// out with it.
    package var isFaultOfDeployment: Bool {
        switch kind {
        case .rateLimited, .quotaExhausted, .unauthenticated, .forbidden, .contextTooLong, .requestTooLarge,
            .answerTooLarge, .badRequest, .refused, .checkFailed:
            false
        case .timedOut, .cutOff, .unreachable, .overloaded, .modelNotFound: true
        default: classification != .never
        }
    }

    /// Whether the key is what the call failed by, so that another one may do.
    package var isFaultOfKey: Bool {
        [.unauthenticated, .forbidden, .quotaExhausted, .rateLimited].contains(kind)
    }
}
