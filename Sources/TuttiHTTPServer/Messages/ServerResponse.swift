package import TuttiHTTP

/// What a request is answered with.
///
/// `Content-Length`, `Transfer-Encoding`, `Connection`, `Keep-Alive` and `Upgrade` say how the answer travels and are
/// set by the transport; what `headers` has of them is left out, except that `Connection: close` is obeyed and that a
/// `Content-Length` beside no body is sent with an answer to HEAD.
package struct ServerResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: ResponseBody

    /// An answer from its parts.
    package init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: ResponseBody = .none) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What follows the head of an answer.
package enum ResponseBody: Sendable {
    case none
    case bytes([UInt8])
    /// Written piece by piece; in chunks when there is no length. A body that throws, or that writes less than
    /// `length`, ends its connection, so that the client sees that something is missing. Is not called for HEAD.
    case stream(length: Int?, @Sendable (ResponseWriter) async throws -> Void)
    /// The connection becomes a WebSocket (RFC 6455) when the request asks for one, else the answer is 426 or 400. The
    /// status is 101, whatever is given. When the body returns the socket is closed with 1000, when it throws with
    /// 1011.
    ///
    /// The field Origin is the handler's to check: any web page can make a browser connect.
    case webSocket(WebSocketOptions, @Sendable (WebSocket) async throws -> Void)
}
