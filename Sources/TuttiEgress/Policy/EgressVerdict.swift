/// What a policy says of a request before its name is resolved.
package enum EgressVerdict: Sendable, Hashable {
    /// The places of the rules that may allow it.
    case candidates([Int])
    case refused(EgressRefusal)
}
