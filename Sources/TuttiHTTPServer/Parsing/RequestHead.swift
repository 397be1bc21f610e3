import TuttiHTTP

/// Everything of a request before its body, checked.
struct RequestHead: Sendable, Hashable {
    /// How the end of the body is found (RFC 9112, 6.3).
    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    var method = HTTPMethod.get
    var target = RequestTarget("/")
    /// 0 or 1, of HTTP/1
    var minorVersion = 1
    var headers = HTTPHeaders()
    var framing = Framing.none
    /// Whether the caller wants to send more requests on this connection.
    var keepsAlive = true
    /// Whether the caller waits for `100 Continue` before it sends the body.
    var expectsContinue = false

    var length: Int? {
        switch framing {
        case .none: 0
        case .length(let length): length
        case .chunked: nil
        }
    }
}
