package import TuttiHTTP

/// A request that is refused: what a handler throws becomes an answer of its status.
///
/// The transport's own refusals are of this type, too, and every one goes through ``RequestHandler/answer(to:)``.
package struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 400 to 599.
    package var status: Int
    /// For programs; the same for all errors of a kind, such as `body_too_large`.
    package var code: String
    /// For people: what is wrong, and the limit or the rule. It is sent to the caller, so it may not hold secrets.
    package var message: String
    /// Sent with the answer.
    package var headers: HTTPHeaders

    /// An error from its parts.
    package init(status: Int, code: String, message: String, headers: HTTPHeaders = HTTPHeaders()) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
    }

    package var description: String { "\(status) \(code): \(message)" }
}

/// The caller has left, or its connection has broken: nobody reads what is still written.
package struct ClientGone: Error, Sendable, Hashable {}

/// The server shuts down, and a stream that would go on for long is to end: thrown out of a stream's body it ends the
/// answer in good order, so that the client comes back at once, to the server's successor.
package struct ServerEnding: Error, Sendable, Hashable {
    package init() {}
}

extension HTTPServerError {
    static func badRequest(_ message: String) -> Self { Self(status: 400, code: "bad_request", message: message) }

    static func targetTooLong(_ limit: Int) -> Self {
        Self(status: 414, code: "target_too_long", message: "the target of the request has more than \(limit) bytes")
    }

    static func headTooLarge(_ limit: Int) -> Self {
        Self(status: 431, code: "head_too_large", message: "the head of the request has more than \(limit) bytes")
    }

    static func tooManyFields(_ limit: Int) -> Self {
        Self(status: 431, code: "too_many_fields", message: "the request has more than \(limit) header fields")
    }

    static func bodyTooLarge(_ limit: Int) -> Self {
        Self(status: 413, code: "body_too_large", message: "the body of the request has more than \(limit) bytes")
    }

    static let unknownMethod = Self(
        status: 501, code: "unknown_method", message: "the method of the request is none that this server knows")

    static let unknownCoding = Self(
        status: 501, code: "unknown_transfer_coding", message: "a transfer coding other than chunked is not understood")

    static let unknownVersion = Self(
        status: 505, code: "unknown_version", message: "this server speaks HTTP/1.1 and HTTP/1.0")

    static let unknownExpectation = Self(
        status: 417, code: "unknown_expectation", message: "the only expectation that can be met is 100-continue")

    static let headTimeout = Self(
        status: 408, code: "head_timeout", message: "the head of the request did not arrive in time")

    static let bodyTimeout = Self(
        status: 408, code: "body_timeout", message: "the body of the request stopped arriving")

    static let `internal` = Self(status: 500, code: "internal", message: "the request could not be carried out")

    static let overloaded = Self(
        status: 503, code: "overloaded", message: "the server has as many connections as it may have",
        headers: ["Retry-After": "1"])
}
