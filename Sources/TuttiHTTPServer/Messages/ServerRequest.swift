package import TuttiHTTP

/// One request, as a value; its body may still be on its way.
package struct ServerRequest: Sendable {
    package var method: HTTPMethod
    /// As it came.
    package var target: String
    /// The path of the target, not decoded; `/` when the target has none, and `*` for `OPTIONS *`.
    package var path: String
    /// What is behind the first `?` of the target, not decoded; nil without one.
    package var query: String?
    package var headers: HTTPHeaders
    package var body: RequestBody
    /// Who is at the other end of the connection, which may be a proxy.
    package var peer: PeerAddress
    /// What a router found in the path.
    package var parameters: [String: String] = [:]
    /// What ``RequestHandler/plan(for:)`` has found out, so that it need not be found again.
    package var findings: (any Sendable)?

    /// A request from its parts, also for tests and routers that are driven without a socket.
    package init(
        method: HTTPMethod = .get, target: String = "/", headers: HTTPHeaders = HTTPHeaders(),
        body: RequestBody = RequestBody([]), peer: PeerAddress = PeerAddress(address: "127.0.0.1", port: 0)
    ) {
        self.init(method: method, target: RequestTarget(target), headers: headers, body: body, peer: peer)
    }

    init(method: HTTPMethod, target: RequestTarget, headers: HTTPHeaders, body: RequestBody, peer: PeerAddress) {
        self.method = method
        self.target = target.text
        path = target.path
        query = target.query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The names and values of the query, decoded; nil when it is not encoded as it has to be.
    package var queryItems: QueryItems? { QueryItems(query) }
}
