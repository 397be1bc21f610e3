/// What a request asks for.
package enum HTTPMethod: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    /// Known, and answered by nobody: it would give back what it was sent.
    case trace = "TRACE"
    /// Known (a safe request with a body), and answered by nobody.
    case query = "QUERY"

    /// Whether it only looks (RFC 9110, 9.2.1): what others make a browser send so changes nothing.
    package var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace, .query: true
        case .post, .put, .patch, .delete: false
        }
    }
}
