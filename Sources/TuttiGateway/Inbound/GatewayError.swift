import TuttiCore
package import TuttiModels

/// Why a call of the gateway has no answer, in words of no dialect; each dialect says it in its own.
///
/// Its sentences are ours: they hold neither what was asked nor a key.
package struct GatewayError: Error, Sendable, Hashable {
    /// What sort of failure it is; dialects have a status and a word for each.
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The request is not one that can be carried out.
        case invalidRequest
        /// The caller is not known.
        case unauthenticated
        /// The caller may not do this.
        case forbidden
        /// There is no such model here.
        case notFound
        /// The request has too many bytes.
        case tooLarge
        /// The text is too long for the model.
        case contextTooLong
        /// The provider would not deal with what was asked.
        case refused
        /// Too many calls for now; waiting helps.
        case rateLimited
        /// No money or quota is left; waiting does not help.
        case quotaExhausted
        /// Whoever answers has too much to do.
        case overloaded
        /// Nobody answered in time.
        case timedOut
        /// The provider failed, or its answer broke off.
        case providerFailed
        /// Something went wrong here.
        case `internal`
    }

    package var kind: Kind
    /// One sentence: what, why, and the way out.
    package var message: String
    /// The field of the request that it is about, such as `messages[2].content[0].type`.
    package var field: String?
    /// A code of ours or of the provider, where it says more than the kind.
    package var code: String?
    /// How long to wait.
    package var retryAfter: Duration?

    package init(
        _ kind: Kind, _ message: String, field: String? = nil, code: String? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.message = message
        self.field = field
        self.code = code
        self.retryAfter = retryAfter
    }

    /// Whether the same again may help the caller. What was tried on several deployments has been tried enough.
    package var isWorthRepeating: Bool {
        switch kind {
        case .rateLimited, .overloaded: true
        default: false
        }
    }
}

extension GatewayError {
    /// What a failed call of a model means to whoever asked the gateway.
    ///
    /// That a key of ours is refused is no fault of the caller: it becomes a failure of the provider.
    package init(_ error: ModelError) {
        let kind: Kind =
            switch error.kind {
            case .badRequest: .invalidRequest
            case .modelNotFound: .notFound
            case .requestTooLarge: .tooLarge
            case .contextTooLong: .contextTooLong
            case .refused: .refused
            case .rateLimited: .rateLimited
            case .quotaExhausted: .quotaExhausted
            case .overloaded: .overloaded
            case .timedOut: .timedOut
            default: .providerFailed
            }
        self.init(kind, error.message, field: error.parameter, code: error.code, retryAfter: error.retryAfter)
    }

    /// The same failure, about a field by the name that the client has for it.
    ///
    /// - Parameter names: those of the client, by ours.
    package func naming(_ names: [String: String]) -> GatewayError {
        guard let field, let name = names[field], name != field else { return self }
        var named = self
        named.field = name
        named.message = message.replacing("'\(field)'", with: "'\(name)'")
        return named
    }

    /// A field that is not as it has to be.
    package static func invalid(_ field: String, _ problem: String) -> GatewayError {
        GatewayError(.invalidRequest, "'\(field)' \(problem)", field: field, code: "invalid_value")
    }

    /// A field that the provider of the model cannot be told.
    package static func unconvertible(_ field: String, _ wayOut: String? = nil) -> GatewayError {
        GatewayError(
            .invalidRequest,
            "'\(field)' cannot be carried over to the provider of this model; "
                + (wayOut ?? "leave it out, or ask a model that is served in this dialect"),
            field: field, code: "unsupported_parameter")
    }
}
