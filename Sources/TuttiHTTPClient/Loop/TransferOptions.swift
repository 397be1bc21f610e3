import CCurl
import CTuttiCurl
import TuttiHTTP

/// Sets options of an easy handle, and remembers the first one that libcurl does not take.
@safe
struct TransferOptions {
    private let handle: UnsafeMutableRawPointer
    private(set) var refusal: CURLcode?

    init(_ handle: UnsafeMutableRawPointer) { unsafe self.handle = handle }

    /// The size of the buffer into which libcurl reads: each call has one while it goes on, so it decides what a call
    /// costs; a larger one makes no difference at the speed of a network.
    private static let bufferSize = 8 << 10

    mutating func set(_ request: CheckedRequest, _ configuration: HTTPClientConfiguration) {
        text(CURLOPT_URL, request.url.text)
        number(CURLOPT_PATH_AS_IS, 1)
        number(CURLOPT_NOSIGNAL, 1)
        unsafe note(CTuttiCurl_setQuickExit(handle))
        number(CURLOPT_BUFFERSIZE, Self.bufferSize)
        // Never HTTP/2 without TLS: libcurl 7.88 cannot use such a connection a second time.
        number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        number(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.timeouts.connect / .milliseconds(1))))
        number(CURLOPT_TCP_KEEPALIVE, 1)
        unsafe note(CTuttiCurl_setSize(handle, CURLOPT_MAXFILESIZE_LARGE.rawValue, Int64(request.bodySizeMax)))
        setMethod(of: request)
        setTLS(configuration)
        setProxy(configuration.proxy)
    }

    private mutating func setMethod(of request: CheckedRequest) {
        switch request.method {
        case .head: number(CURLOPT_NOBODY, 1)
        case .get where request.body.isEmpty: number(CURLOPT_HTTPGET, 1)
        case .delete where request.body.isEmpty, .options where request.body.isEmpty:
            text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        default:
            number(CURLOPT_POST, 1)
            unsafe request.body.withUnsafeBytes { bytes in
                // An empty array may have no address, and libcurl takes none for "read the body from a callback".
                if let start = bytes.baseAddress, bytes.count > 0 {
                    unsafe note(CTuttiCurl_setBody(handle, start, bytes.count))
                } else {
                    unsafe note(CTuttiCurl_setBody(handle, "", 0))
                }
            }
            if request.method != .post { text(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        }
    }

    private mutating func setTLS(_ configuration: HTTPClientConfiguration) {
        number(CURLOPT_SSL_VERIFYPEER, 1)
        number(CURLOPT_SSL_VERIFYHOST, 2)
        number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        guard let file = configuration.certificateAuthorityFile else { return }
        text(CURLOPT_CAINFO, file)
        text(CURLOPT_CAPATH, nil)
    }

    private mutating func setProxy(_ proxy: HTTPProxy) {
        number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        switch proxy {
        case .none: text(CURLOPT_PROXY, "")
        case .environment: break
        case .server(let url, let exceptions):
            text(CURLOPT_PROXY, url)
            text(CURLOPT_NOPROXY, exceptions.joined(separator: ","))
        }
    }

    // MARK: By type

    mutating func number(_ option: CURLoption, _ value: Int) {
        unsafe note(CTuttiCurl_setNumber(handle, option.rawValue, value))
    }

    mutating func text(_ option: CURLoption, _ value: String?) {
        unsafe note(CTuttiCurl_setText(handle, option.rawValue, value))
    }

    mutating func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        unsafe note(CTuttiCurl_setPointer(handle, option.rawValue, value))
    }

    mutating func note(_ status: Int32) {
        let status = CURLcode(rawValue: UInt32(bitPattern: status))
        if status != CURLE_OK, refusal == nil { refusal = status }
    }
}
