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
}
