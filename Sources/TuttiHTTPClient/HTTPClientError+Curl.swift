import CCurl

extension HTTPClientError {
    static let exhausted = HTTPClientError(.overloaded, "the HTTP client has no memory left for another call")

    static func refusedOption(_ status: CURLcode) -> HTTPClientError {
        .badRequest("libcurl does not take the configuration: \(text(of: status))")
    }

    /// A limit is over.
    static func timeout(_ reason: Reason, of request: CheckedRequest, hasAnswerBegun: Bool) -> HTTPClientError {
        let place = request.url.place
        let limits = request.timeouts
        let message =
            switch reason {
            case .timeoutConnect: "no connection to \(place) within \(limits.connect)"
            case .timeoutFirstByte: "no answer from \(place) within \(limits.firstByte)"
            case .timeoutFirstContent:
                "nothing of use came from \(place) within \(limits.firstContent ?? limits.firstByte)"
            case .timeoutIdle: "nothing more came from \(place) for \(limits.idle)"
            default: "the call to \(place) was not done within \(limits.total)"
            }
        return HTTPClientError(reason, message, hasAnswerBegun: hasAnswerBegun)
    }

    /// What libcurl's result means for a transfer; nil when all went well.
    static func of(_ status: CURLcode, _ transfer: Transfer) -> HTTPClientError? {
        if let failure = transfer.failure { return failure }
        if status == CURLE_OK && transfer.hasHead { return nil }
        let request = transfer.call.request
        let place = request.url.place
        let reason = reason(of: status, transfer)
        if reason == .timeoutConnect {
            return timeout(reason, of: request, hasAnswerBegun: transfer.hasAnswerBegun)
        }
        let message =
            switch reason {
            case .dns: "the name \(request.url.host), or the proxy's, could not be looked up"
            case .connect: "no connection to \(place): \(text(of: status))"
            case .tls: "no TLS connection to \(place): \(transfer.words.isEmpty ? text(of: status) : transfer.words)"
            case .cut: "the connection to \(place) ended before the end of the answer"
            case .tooLarge: "the answer of \(place) is larger than it may be"
            case .overloaded: "there is no memory left for the call to \(place)"
            default: "the answer of \(place) is not HTTP: \(text(of: status))"
            }
        // A certificate is the same at the next attempt; a handshake that broke off may succeed.
        let isRetryable = reason == .tls ? status == CURLE_SSL_CONNECT_ERROR : nil
        return HTTPClientError(
            reason, message, hasAnswerBegun: transfer.hasAnswerBegun, isRetryable: isRetryable)
    }

    private static func reason(of status: CURLcode, _ transfer: Transfer) -> Reason {
        switch status {
        case CURLE_OK: .cut  // libcurl takes a head that breaks off for one
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .connect
        case CURLE_OPERATION_TIMEDOUT: .timeoutConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .tls
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        // libcurl's own limit for one line of a head is told so.
        case CURLE_OUT_OF_MEMORY where transfer.isConnected && !transfer.hasHead: .tooLarge
        case CURLE_OUT_OF_MEMORY: .overloaded
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM: .cut
        case CURLE_RECV_ERROR: transfer.isConnected ? .cut : .connect
        default: .protocolError
        }
    }

    private static func text(of status: CURLcode) -> String {
        unsafe String(cString: curl_easy_strerror(status))
    }
}
