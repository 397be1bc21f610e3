package import TuttiCore

/// A call could not be routed: nothing was asked.
package struct RouteError: CodedError, Hashable, CustomStringConvertible {
    /// What went wrong; the texts are stable.
    package enum Kind: String, Sendable, Hashable {
        /// No route has this name.
        case unknownRoute = "unknown_route"
        /// No deployment of the route takes such a request, now or later.
        case nothingFits = "no_deployment_fits"
        /// Some would take it, and none can now.
        case nothingAvailable = "no_deployment_available"
        /// Experts cannot be compared as they are.
        case badExperts = "bad_experts"
    }

    package var kind: Kind
    /// What is wrong, for each deployment where there are any, and the way out.
    package var message: String
    /// When it may be worth trying again; `nil` when nobody knows.
    package var retryAfter: Duration?
    /// Each deployment with the word for why it was not asked.
    package var reasons: [String: RouteDropReason]

    package init(
        _ kind: Kind, _ message: String, retryAfter: Duration? = nil, reasons: [String: RouteDropReason] = [:]
    ) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
        self.reasons = reasons
    }

    /// The word of ``kind``.
    package var code: String { kind.rawValue }
    /// Only what is busy now may help later.
    package var isRetryable: Bool { kind == .nothingAvailable }
    /// The reasons by deployment.
    package var data: JSONValue? {
        reasons.isEmpty ? nil : ["deployments": .object(reasons.mapValues { .string($0.rawValue) })]
    }
    /// `code: message`
    package var description: String { "\(code): \(message)" }
}

/// Why a deployment was not asked; the texts are stable.
package enum RouteDropReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is in a region that the route or the request does not allow.
    case region
    /// The conversation and its answer have more tokens than it takes.
    case contextTooLong = "context_too_long"
    /// It takes fewer tokens than the route asks of all.
    case contextTooSmall = "context_too_small"
    /// The answer may be longer than it gives.
    case outputTooLong = "output_too_long"
    case tools, vision
    case jsonSchema = "json_schema"
    /// The route has a highest price, and nobody knows the one here.
    case priceUnknown = "price_unknown"
    case priceTooHigh = "price_too_high"
    /// Its weight is 0.
    case weight
    /// It failed too often, and is left alone.
    case circuitOpen = "circuit_open"
    /// It is being tried out by another call.
    case probing
    /// It has asked to be left alone.
    case resting
    /// Each of its keys is resting.
    case keysResting = "keys_resting"
    /// None of its keys is accepted.
    case keysOff = "keys_off"
    /// All slots are taken.
    case slotsFull = "slots_full"
    /// It has more to do than it can.
    case overloaded
    /// It is in the table no more.
    case gone

    /// Whether the same request may be taken later.
    package var passes: Bool {
        switch self {
        case .circuitOpen, .probing, .resting, .keysResting, .slotsFull, .overloaded: true
        default: false
        }
    }

    /// What it is, to stand behind the name of a deployment.
    package var sentence: String {
        switch self {
        case .region: "is in a region that is not allowed"
        case .contextTooLong: "takes fewer tokens than the conversation has"
        case .contextTooSmall: "takes fewer tokens than the route asks for"
        case .outputTooLong: "gives fewer tokens than the answer may have"
        case .tools: "takes no tools"
        case .vision: "takes no pictures"
        case .jsonSchema: "keeps to no JSON schema"
        case .priceUnknown: "has no known price, and the route has a highest one"
        case .priceTooHigh: "costs more than the route allows"
        case .weight: "has the weight 0"
        case .circuitOpen: "has failed too often and is left alone"
        case .probing: "is being tried out by another call"
        case .resting: "has asked to be left alone"
        case .keysResting: "has keys that all rest"
        case .keysOff: "has no key that is accepted; store a new one"
        case .slotsFull: "has no free slot"
        case .overloaded: "has more to do than it can"
        case .gone: "is not among the deployments any more"
        }
    }
}
