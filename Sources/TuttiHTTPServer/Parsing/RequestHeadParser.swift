import TuttiHTTP

/// Reads the head of a request, line by line, as strictly as RFC 9112 allows: what two readers could understand
/// differently is refused.
///
/// The verdict does not depend on the pieces in which the bytes arrive.
struct RequestHeadParser: Sendable {
    enum Progress: Sendable, Equatable {
        case more
        /// The head, and how many bytes it had.
        case complete(RequestHead, length: Int)
        case failed(HTTPServerError)
    }

    private let shared: SharedLimits
    private var lineStart = 0
    private var scanned = 0
    private var mayBeBlank = true
    private var hasRequestLine = false
    private var head = RequestHead()
    private var fields: [HTTPHeaders.Field] = []

    init(limits: SharedLimits) { shared = limits }

    private var limits: HTTPServerLimits { shared.value }

    /// Whether something of a head is there.
    var hasBegun: Bool { scanned > 0 }

    /// Looks at the bytes from the head's first on: all that are there, also those it has seen before.
    mutating func parse(_ bytes: Span<UInt8>) -> Progress {
        if let error = checkStart(bytes) { return .failed(error) }
        let end = min(bytes.count, limits.headBytesMax)
        while scanned < end {
            guard bytes[scanned] == UInt8(ascii: "\n") else {
                scanned += 1
                continue
            }
            // RFC 9112, 2.2: a lone LF may be taken as the end of a line, and differing about it is how requests are
            // smuggled.
            guard scanned > lineStart, bytes[scanned - 1] == UInt8(ascii: "\r") else {
                return .failed(.badRequest("a line of the head ends without a carriage return"))
            }
            let line = bytes.extracting(lineStart..<scanned - 1)
            scanned += 1
            lineStart = scanned
            if let progress = take(line) { return progress }
        }
        if let error = checkStart(bytes) { return .failed(error) }  // of what follows an empty line
        guard bytes.count < limits.headBytesMax else {
            return .failed(
                hasRequestLine ? .headTooLarge(limits.headBytesMax) : .targetTooLong(limits.targetBytesMax))
        }
        return .more
    }

    /// Who speaks TLS or something else is told at once instead of being waited for.
    private func checkStart(_ bytes: Span<UInt8>) -> HTTPServerError? {
        guard !hasRequestLine, lineStart < bytes.count else { return nil }
        let first = bytes[lineStart]
        if ByteClass.isToken(first) || first == UInt8(ascii: "\n") { return nil }
        if first == UInt8(ascii: "\r"), mayBeBlank { return nil }
        return .badRequest("the request does not begin with a method")
    }

    private mutating func take(_ line: Span<UInt8>) -> Progress? {
        guard hasRequestLine else {
            if line.isEmpty, mayBeBlank {
                mayBeBlank = false  // RFC 9112, 2.2: an empty line before the request is to be ignored
                return nil
            }
            let error = readRequestLine(line)
            hasRequestLine = true
            return error.map { .failed($0) }
        }
        if line.isEmpty {
            head.headers = HTTPHeaders(fields)
            if let error = head.readFields() { return .failed(error) }
            return .complete(head, length: lineStart)
        }
        guard fields.count < limits.fieldsMax else { return .failed(.tooManyFields(limits.fieldsMax)) }
        switch FieldLine.read(line) {
        case .success(let field): fields.append(field)
        case .failure(let error): return .failed(error)
        }
        return nil
    }

    private mutating func readRequestLine(_ line: Span<UInt8>) -> HTTPServerError? {
        // RFC 9112, 3: method, target and version with one blank between each.
        let methodEnd = line.index(from: 0) { !ByteClass.isToken($0) }
        guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == 0x20 else {
            return .badRequest("the request line does not begin with a method and a blank")
        }
        let targetEnd = line.index(from: methodEnd + 1) { !ByteClass.isTarget($0) }
        guard targetEnd - methodEnd - 1 <= limits.targetBytesMax else { return .targetTooLong(limits.targetBytesMax) }
        guard targetEnd > methodEnd + 1, targetEnd < line.count, line[targetEnd] == 0x20 else {
            return .badRequest("the request line has no target, or one with bytes that may not be in it")
        }
        if let error = readVersion(line.extracting((targetEnd + 1)...)) { return error }
        guard let method = HTTPMethod(rawValue: line.extracting(0..<methodEnd).text) else { return .unknownMethod }
        let target = RequestTarget(line.extracting(methodEnd + 1..<targetEnd).text)
        guard target.isValid(forOptions: method == .options) else {
            return .badRequest("the target of the request is neither a path nor a URL")
        }
        (head.method, head.target) = (method, target)
        return nil
    }

    /// RFC 9112, 2.3; a higher minor version is treated as the highest that is known (RFC 9110, 6.2).
    private mutating func readVersion(_ version: Span<UInt8>) -> HTTPServerError? {
        guard version.count == 8, version.extracting(0..<5).text == "HTTP/", version[6] == UInt8(ascii: "."),
            (0x30...0x39).contains(version[5]), (0x30...0x39).contains(version[7])
        else { return .badRequest("the request line does not end with a version") }
        guard version[5] == UInt8(ascii: "1") else { return .unknownVersion }
        head.minorVersion = version[7] == UInt8(ascii: "0") ? 0 : 1
        return nil
    }
}

extension Span<UInt8> {
    /// The first place from `start` on where `condition` holds; the end when there is none.
    func index(from start: Int, where condition: (UInt8) -> Bool) -> Int {
        var index = start
        while index < count, !condition(self[index]) { index += 1 }
        return index
    }

    /// The bytes as UTF-8; what is none is replaced.
    var text: String { unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) } }
}
