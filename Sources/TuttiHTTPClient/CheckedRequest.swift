import TuttiCore
import TuttiHTTP

/// A request that keeps every rule, with all that its transfer needs.
struct CheckedRequest: Sendable {
    let method: HTTPMethod
    let url: CheckedURL
    /// In the form in which libcurl takes them.
    let headerLines: [String]
    let body: [UInt8]
    let timeouts: HTTPTimeouts
    let bodySizeMax: Int

    /// The most fields a request may have.
    static let fieldsMax = 200
    /// The most bytes of a request's fields together.
    static let fieldsSizeMax = 256 << 10

    /// - Throws: `badRequest`, naming the field and the rule, and never a value.
    init(
        _ request: HTTPRequest, at url: CheckedURL, _ configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) {
        method = request.method
        self.url = url
        body = request.body
        timeouts = request.timeouts ?? configuration.timeouts
        bodySizeMax = request.bodySizeMax ?? configuration.bodySizeMax
        for (name, value) in timeouts.named where !HTTPTimeouts.range.contains(value) {
            throw .badRequest("the time limit '\(name)' is \(value): it has to be from 1 millisecond to 24 hours")
        }
        guard bodySizeMax >= 0 else { throw .badRequest("bodySizeMax is \(bodySizeMax): it may not be negative") }
        guard body.isEmpty || method != .head else {
            throw .badRequest("a HEAD request has no body, and this one has \(body.count) bytes")
        }
        headerLines = try Self.lines(request.headers, configuration)
    }

    private static func lines(
        _ headers: HTTPHeaders, _ configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) -> [String] {
        guard headers.fields.count <= fieldsMax else {
            throw .badRequest("the request has \(headers.fields.count) headers, and no more than \(fieldsMax) may be")
        }
        var size = 0
        var lines: [String] = []
        for field in headers.fields {
            try check(field)
            size += field.name.utf8.count + field.value.utf8.count
            // An empty value is written so; with a colon, libcurl would leave the field out.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        guard size <= fieldsSizeMax else {
            throw .badRequest("the request's headers have \(size) bytes, and no more than \(fieldsSizeMax) may be")
        }
        // What libcurl would add by itself is left out, and so is waiting for a 100 before a body.
        for name in ["Accept", "Content-Type"] where headers[name] == nil { lines.append("\(name):") }
        if let trace = TraceContext.current, headers["traceparent"] == nil {
            lines.append("traceparent: \(trace.traceparent)")
            if !trace.state.isEmpty { lines.append("tracestate: \(trace.state)") }
        }
        if headers["User-Agent"] == nil {
            try check(HTTPHeaders.Field(name: "User-Agent", value: configuration.userAgent))
            lines.append("User-Agent: \(configuration.userAgent)")
        }
        return lines + ["Expect:"]
    }

    /// Set by the client, since they say how the message is framed and where it goes.
    private static let ownNames = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private static func check(_ field: HTTPHeaders.Field) throws(HTTPClientError) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
            throw .badRequest("the name of a header has to be made of letters, digits and !#$%&'*+-.^_`|~")
        }
        guard !ownNames.contains(where: { HTTPHeaders.areEqual($0, field.name) }) else {
            throw .badRequest("the header '\(field.name)' is set by the client itself: leave it out")
        }
        // A line break in a value would be the beginning of another header, or of another request.
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw .badRequest("the value of the header '\(field.name)' has a line break or another control character")
        }
        guard field.value.utf8.first.map(isBlank) != true, field.value.utf8.last.map(isBlank) != true else {
            throw .badRequest("the value of the header '\(field.name)' begins or ends with a blank: trim it")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
