import TuttiCore

/// How a call failed. The answer of a server, whatever its status, is no failure.
package struct HTTPClientError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is; the texts are stable.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The name of the host was not found.
        case dns = "http_dns"
        /// No connection to the host or the proxy.
        case connect = "http_connect"
        /// No TLS: most often a certificate that is not trusted or is for another host.
        case tls = "http_tls"
        /// ``HTTPTimeouts/connect`` is over.
        case timeoutConnect = "http_timeout_connect"
        /// ``HTTPTimeouts/firstByte`` is over.
        case timeoutFirstByte = "http_timeout_first_byte"
        /// ``HTTPTimeouts/firstContent`` is over.
        case timeoutFirstContent = "http_timeout_first_content"
        /// ``HTTPTimeouts/idle`` is over.
        case timeoutIdle = "http_timeout_idle"
        /// ``HTTPTimeouts/total`` is over.
        case timeoutTotal = "http_timeout_total"
        /// The connection ended before the end of the answer.
        case cut = "http_cut"
        /// The head or the body has more than it may.
        case tooLarge = "http_too_large"
        /// The request or the configuration breaks a rule; nothing was sent.
        case badRequest = "http_bad_request"
        /// The task was cancelled.
        case cancelled = "http_cancelled"
        /// What came is not HTTP.
        case protocolError = "http_protocol"
        /// Too many calls wait already.
        case overloaded = "http_overloaded"
        /// The client was shut down.
        case shutDown = "http_shut_down"
    }

    package let reason: Reason
    /// One sentence for people. It names the host at most: never a path or query, a header or a body.
    package let message: String
    /// Whether any byte of the answer had come; when not, and `isRetryable`, another target may be tried as well.
    package let hasAnswerBegun: Bool
    /// Whether trying again may help.
    package let isRetryable: Bool

    package var code: String { reason.rawValue }
    package var description: String { message }

    init(_ reason: Reason, _ message: String, hasAnswerBegun: Bool = false, isRetryable: Bool? = nil) {
        self.reason = reason
        self.message = message
        self.hasAnswerBegun = hasAnswerBegun
        self.isRetryable = isRetryable ?? reason.isRetryableAsARule
    }
}

extension HTTPClientError.Reason {
    fileprivate var isRetryableAsARule: Bool {
        switch self {
        case .dns, .connect, .timeoutConnect, .timeoutFirstByte, .timeoutFirstContent, .timeoutIdle, .timeoutTotal,
            .cut,
            .overloaded:
            true
        case .tls, .tooLarge, .badRequest, .cancelled, .protocolError, .shutDown: false
        }
    }
}

extension HTTPClientError {
    static let cancelled = HTTPClientError(.cancelled, "the call was cancelled")
    static let shutDown = HTTPClientError(.shutDown, "the HTTP client was shut down; make another one for more calls")

    static func badRequest(_ message: String) -> HTTPClientError { HTTPClientError(.badRequest, message) }

    static func overloaded(_ max: Int) -> HTTPClientError {
        HTTPClientError(
            .overloaded, "\(max) calls wait for their turn already, and no more may (waitingMax); try again later")
    }
}
