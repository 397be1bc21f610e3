import TuttiHTTP

/// A request on its way through redirects that stay on one host.
struct RedirectTrail {
    private var request: HTTPRequest
    private var place: CheckedURL?
    private var count = 0

    init(_ request: HTTPRequest) { self.request = request }

    /// The request to send next.
    func checked(
        _ configuration: HTTPClientConfiguration, _ urls: KnownURLs
    ) throws(HTTPClientError) -> CheckedRequest {
        if let place { return try CheckedRequest(request, at: place, configuration) }
        return try CheckedRequest(request, at: try urls.checked(request.url), configuration)
    }

    /// Whether the answer leads to another place of the same host, to which to go.
    ///
    /// - Throws: when it has led on too often already.
    mutating func follow(_ head: HTTPHead, from url: CheckedURL) throws(HTTPClientError) -> Bool {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.headers["Location"],
            let next = try? url.resolving(location), next.origin == url.origin
        else { return false }
        count += 1
        guard count <= HTTPClientConfiguration.redirectsMax else {
            throw HTTPClientError(
                .protocolError,
                "\(url.place) redirected more than \(HTTPClientConfiguration.redirectsMax) times", hasAnswerBegun: true)
        }
        // 303 asks for a GET; 301 and 302 ask for one after a POST by old custom.
        if head.status == 303 && request.method != .head || head.status < 303 && request.method == .post {
            request.method = .get
            request.body = []
            request.headers.set("Content-Type", to: nil)
        }
        place = next
        return true
    }
}
