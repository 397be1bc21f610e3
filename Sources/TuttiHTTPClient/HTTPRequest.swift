package import TuttiHTTP

/// One request, as a value.
///
/// Its headers and body may hold secrets, so it describes itself without them, and no error tells of them.
package struct HTTPRequest: Sendable, CustomStringConvertible, CustomReflectable {
    package var method: HTTPMethod
    /// Absolute, `http` or `https`, without a name and password; what is not allowed in a URL is percent-encoded.
    package var url: String
    /// What describes the connection or the body's length is set by the client and may not be given.
    package var headers: HTTPHeaders
    /// Sent when it is not empty, and always with `POST`, `PUT` and `PATCH`.
    package var body: [UInt8]
    /// In place of the configuration's.
    package var timeouts: HTTPTimeouts?
    /// In place of the configuration's.
    package var bodySizeMax: Int?

    /// A request from its parts.
    package init(
        _ method: HTTPMethod = .get, _ url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        timeouts: HTTPTimeouts? = nil, bodySizeMax: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.bodySizeMax = bodySizeMax
    }

    /// `POST request, 3 headers, 120 bytes`
    package var description: String {
        "\(method.rawValue) request, \(headers.fields.count) headers, \(body.count) bytes"
    }

    package var customMirror: Mirror { Mirror(self, children: ["method": method.rawValue]) }
}
