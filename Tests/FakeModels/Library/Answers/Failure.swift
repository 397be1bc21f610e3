/// What a provider may say instead of an answer. Each dialect has its own words for it.
package enum Failure: Sendable, Hashable {
    /// 429: too many calls; the same helps after so many seconds.
    case rateLimited(retryAfter: Int)
    /// 429: no money is left; waiting does not help.
    case quota
    /// 500
    case serverError
    /// 503
    case unavailable
    /// 529, or what the dialect has for it.
    case overloaded
    /// 401, or what the dialect has for it.
    case wrongKey
    /// 404
    case unknownModel
    /// 400: more tokens than the model takes.
    case contextTooLong
    /// 400, with a field that the provider does not take.
    case badRequest(field: String)

    /// The field that is not taken.
    var field: String? {
        if case .badRequest(let field) = self { field } else { nil }
    }

    /// What people read. A real provider's sentence may quote what was asked; these do not.
    var sentence: String {
        switch self {
        case .rateLimited(let seconds): "fake: too many calls, wait \(seconds) s"
        case .quota: "fake: the credit of this key is used up"
        case .serverError: "fake: something broke"
        case .unavailable: "fake: not there at the moment"
        case .overloaded: "fake: too much to do"
        case .wrongKey: "fake: this key is not known"
        case .unknownModel: "fake: there is no such model"
        case .contextTooLong: "fake: more tokens than the context of the model holds"
        case .badRequest(let field): "fake: \(field) cannot be read"
        }
    }
}
