package import TuttiHTTP

/// The beginning of an answer.
package struct HTTPHead: Sendable, Hashable {
    /// From 200 to 599 in most cases; an answer of any status is an answer and no error.
    package let status: Int
    package let headers: HTTPHeaders
}

/// An answer with its whole body, as it was sent: one that is compressed because the request's headers asked for it is
/// so still.
package struct HTTPResponse: Sendable, Hashable {
    /// An answer of any status is an answer and no error.
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    /// An answer from its parts.
    package init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// An answer whose body is still on its way.
package struct HTTPStreamedResponse: Sendable {
    /// An answer of any status is an answer and no error.
    package let status: Int
    package let headers: HTTPHeaders
    /// What follows. The call ends when this is dropped, so it has to be kept as long as the body matters.
    package let body: HTTPBody
}
