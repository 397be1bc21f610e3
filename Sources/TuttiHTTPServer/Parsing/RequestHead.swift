package import TuttiHTTP

/// Everything of a request before its body, checked.
package struct RequestHead: Sendable, Hashable {
    /// How the end of the body is found (RFC 9112, 6.3).
    package enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    package internal(set) var method = HTTPMethod.get
    package internal(set) var target = RequestTarget("/")
    /// 0 or 1, of HTTP/1
    package internal(set) var minorVersion = 1
    package internal(set) var headers = HTTPHeaders()
    package internal(set) var framing = Framing.none
    /// Whether the caller wants to send more requests on this connection.
    package internal(set) var keepsAlive = true
    /// Whether the caller waits for `100 Continue` before it sends the body.
    package internal(set) var expectsContinue = false

    var length: Int? {
        switch framing {
        case .none: 0
        case .length(let length): length
        case .chunked: nil
        }
    }
}
