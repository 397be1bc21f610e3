/// What a proxy tells of one request. It holds no path, query, field or credential.
package struct EgressEvent: Sendable, Hashable {
    /// When in the life of the request.
    package enum Kind: String, Sendable, Hashable {
        /// It was judged. Of what was allowed, an ``ended`` follows, or one more decision when what comes in a tunnel
        /// is refused, which ends it.
        case decided
        /// What was allowed is over.
        case ended
    }

    package var kind: Kind
    /// The number of the request in its run, from 1.
    package var request: Int
    /// As it was compared with the rules; `nil` when the request could not be read.
    package var host: String?
    package var port: UInt16?
    /// `CONNECT` for a tunnel.
    package var method: String?
    /// Whether the policy lets it out. Something that was allowed may still fail.
    package var isAllowed: Bool
    /// `allowed`, `completed`, or the code of an ``EgressRefusal``.
    package var reason: String
    /// The host of the rule that allows it.
    package var rule: String?
    /// The address that is connected to.
    package var address: String?
    /// Bytes that the server was sent.
    package var bytesUp = 0
    /// Bytes that came from the server.
    package var bytesDown = 0
    /// Since the program connected.
    package var duration: Duration
}
