import TuttiCore
package import TuttiHTTP
package import TuttiHTTPServer

/// An answer that says what is wrong with a request, why, and what to do (RFC 9457).
///
/// Thrown anywhere behind a route it becomes the answer. Its ``code`` is what programs decide on; codes are listed in
/// `docs/api.md` and are never used again for something else.
package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with one part of a request.
    package struct Detail: Codable, Sendable, Hashable {
        /// A JSON Pointer into the body, or the name of a parameter.
        package var field: String
        /// The rule that it breaks, in one word.
        package var rule: String
        /// A sentence for people.
        package var message: String

        package init(field: String, rule: String, message: String) {
            self.field = field
            self.rule = rule
            self.message = message
        }
    }

    package var status: Int
    package var code: String
    /// One sentence: what, why, and the way out.
    package var detail: String
    package var errors: [Detail]
    /// Further fields of the answer's head, such as `Retry-After`.
    package var headers: HTTPHeaders

    package init(
        _ status: Int, _ code: String, _ detail: String, errors: [Detail] = [], headers: HTTPHeaders = HTTPHeaders()
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    package var description: String { "\(status) \(code): \(detail)" }

    /// The media type of problems.
    package static let mediaType = "application/problem+json"

    /// As it goes over the wire. What a problem quotes of a request is cut: an answer must not be larger than what
    /// asked for it.
    ///
    /// - Parameter requestID: names the request in the log.
    package func response(requestID: String?) -> ServerResponse {
        let body = Body(
            type: "about:blank", title: HTTPStatus.reason(status), status: status,
            detail: CleanText.paragraphs(detail, bytesMax: Self.detailSizeMax), code: code, requestID: requestID,
            errors: errors.prefix(Self.errorsMax).map { error in
                Detail(
                    field: CleanText.line(error.field, bytesMax: Self.fieldSizeMax), rule: error.rule,
                    message: CleanText.line(error.message, bytesMax: Self.detailSizeMax))
            })
        var headers = self.headers
        headers.set("Content-Type", to: Self.mediaType)
        headers.set("Cache-Control", to: "no-store")
        return ServerResponse(
            status: status, headers: headers, body: .bytes((try? CompactJSON.encode(body)) ?? Array("{}".utf8)))
    }

    static let detailSizeMax = 4096
    static let fieldSizeMax = 300
    static let errorsMax = 50

    /// The members of a problem.
    package struct Body: Codable, Sendable {
        var type: String
        var title: String
        var status: Int
        var detail: String
        var code: String
        var requestID: String?
        var errors: [Detail]

        private enum CodingKeys: String, CodingKey {
            case type, title, status, detail, code, errors
            case requestID = "request_id"
        }
    }
}

extension Problem {
    /// Nothing is there under this address.
    package static func notFound(_ what: String) -> Problem { Problem(404, "not_found", what) }

    /// A place in a stream that is not there yet.
    static let cursorUnknown = Problem(
        422, "cursor_unknown", "the cursor is of another home, or this one was restored from an older copy")

    /// A part of the request does not fit.
    package static func badField(_ field: String, _ rule: String, _ message: String) -> Problem {
        Problem(
            422, "bad_input", message, errors: [Detail(field: field, rule: rule, message: message)])
    }

    /// A parameter of the query or the path does not fit.
    package static func badParameter(_ name: String, _ rule: String, _ message: String) -> Problem {
        Problem(
            400, "bad_parameter", message, errors: [Detail(field: name, rule: rule, message: message)])
    }

    /// What was sent does not fit what is there now.
    package static func conflict(_ code: String, _ detail: String) -> Problem { Problem(409, code, detail) }
}
