/// What an ``HTTPClient`` may use and how it connects.
///
/// Numbers of calls and connections are those of each thread that carries out calls: see ``HTTPClient``.
package struct HTTPClientConfiguration: Sendable {
    /// Used for requests that bring none of their own.
    package var timeouts = HTTPTimeouts()
    /// The most calls at one time; more wait for their turn. A call needs at most one connection and one descriptor.
    package var callsMax = 512
    /// The most calls at one time to one host and port; over HTTP/2 they share connections.
    package var callsPerHostMax = 256
    /// The most calls that wait for their turn; one more is refused as ``HTTPClientError/Reason/overloaded``.
    package var waitingMax = 10_000
    /// The most connections, used and idle together, at which one that is not needed any more is kept; above, idle ones
    /// are closed, oldest first.
    package var connectionsKeptMax = 512
    /// The most bytes of an answer's body, unless the request says otherwise.
    package var bodySizeMax = 64 << 20
    /// The most bytes of an answer's head, all its lines together.
    package var headSizeMax = 64 << 10
    /// The most fields of an answer's head.
    package var headFieldsMax = 200
    /// How much of a body may wait for its reader before the sender is made to wait; it goes on when the reader has
    /// taken it.
    package var bufferHighMark = 256 << 10
    /// See ``HTTPProxy``.
    package var proxy = HTTPProxy.none
    /// A file of certificates (PEM) to trust in place of the system's. Certificates are always verified.
    package var certificateAuthorityFile: String?
    /// Whether a redirect is followed to the same scheme, host and port, at most ``redirectsMax`` times. Others never
    /// are: the credentials of one host are none of another's business.
    package var followsRedirectsOnSameHost = false
    /// How long after it was sent a request may be sent once more, when its connection has ended before any byte of an
    /// answer: a kept connection that the server has just closed ends at once, a server that has begun to work later.
    package var resendWindow = Duration.seconds(1)
    /// Sent with requests that name none.
    package var userAgent = "tutti"

    /// The defaults.
    package init() {}

    /// The most redirects of one call.
    package static let redirectsMax = 5
}
