import CCurl
import Glibc

/// A URL taken apart by libcurl, so that what is checked is what will be connected to.
struct CheckedURL: Sendable, Hashable {
    /// As libcurl writes it.
    let text: String
    let scheme: String
    /// In lower case; an IPv6 address stands in brackets.
    let host: String
    let port: String
    /// Scheme, host and port, which together say whose credentials may be sent.
    let origin: String
    /// Whether the host has to be looked up by its name.
    let needsLookup: Bool

    /// The longest URL that is taken.
    static let sizeMax = 16 << 10

    /// What errors call it.
    var place: String { "\(host):\(port)" }
    var isSecure: Bool { scheme == "https" }

    private static func needsLookup(_ host: String) -> Bool {
        if host.hasPrefix("[") || host == "localhost" { return false }
        var address = in_addr()
        return unsafe inet_pton(AF_INET, host, &address) != 1
    }

    init(_ text: String) throws(HTTPClientError) { try self.init([text]) }

    /// What `reference`, as in a `Location`, means on the page of this URL.
    func resolving(_ reference: String) throws(HTTPClientError) -> CheckedURL { try CheckedURL([text, reference]) }

    private init(_ steps: [String]) throws(HTTPClientError) {
        guard let handle = unsafe curl_url() else { throw .badRequest("no memory is left to read a URL") }
        defer { unsafe curl_url_cleanup(handle) }
        for step in steps {
            try Self.checkCharacters(step)
            // A path is left as it is, since it may be part of a signature; of a reference the dots are resolved.
            let flags = steps.count > 1 ? CURLU_DISALLOW_USER : CURLU_DISALLOW_USER | CURLU_PATH_AS_IS
            let status = unsafe curl_url_set(handle, CURLUPART_URL, step, UInt32(flags))
            guard status == CURLUE_OK else { throw .badRequest(Self.complaint(status)) }
        }
        text = unsafe Self.part(CURLUPART_URL, of: handle, flags: 0) ?? ""
        scheme = unsafe (Self.part(CURLUPART_SCHEME, of: handle) ?? "").lowercased()
        host = unsafe (Self.part(CURLUPART_HOST, of: handle) ?? "").lowercased()
        port = unsafe Self.part(CURLUPART_PORT, of: handle) ?? ""
        origin = "\(scheme)://\(host):\(port)"
        needsLookup = Self.needsLookup(host)
        guard scheme == "http" || scheme == "https" else {
            throw .badRequest("the URL's scheme has to be http or https")
        }
        guard !host.isEmpty else { throw .badRequest("the URL names no host") }
    }

    private static func checkCharacters(_ text: String) throws(HTTPClientError) {
        guard text.utf8.count <= sizeMax else {
            throw .badRequest("the URL has \(text.utf8.count) bytes, and no more than \(sizeMax) are allowed")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw .badRequest(
                "the URL has a space, a control character or one outside of ASCII: percent-encode those (and write"
                    + " the host in its xn-- form)")
        }
    }

    private static func complaint(_ status: CURLUcode) -> String {
        switch status {
        case CURLUE_USER_NOT_ALLOWED:
            "the URL holds a name or password: put credentials into a header instead"
        case CURLUE_BAD_SCHEME, CURLUE_UNSUPPORTED_SCHEME, CURLUE_NO_SCHEME:
            "the URL's scheme has to be http or https"
        case CURLUE_NO_HOST: "the URL names no host"
        default: unsafe "the URL cannot be read: \(String(cString: curl_url_strerror(status)))"
        }
    }

    private static func part(
        _ part: CURLUPart, of handle: OpaquePointer, flags: Int32 = CURLU_DEFAULT_PORT
    ) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK,
            let found = unsafe text
        else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }
}
