import FakeModels
import Glibc

/// One connection of a client that knows nothing but bytes. Closed when it is dropped.
@safe
final class PlainSocket {
    private let socket: Int32
    private var unread: [UInt8] = []
    private(set) var isReset = false

    /// Nil when nobody listens there.
    init?(port: UInt16) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A test that waits for bytes which never come fails instead of hanging.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = unsafe Loopback.withAddress(port) { unsafe connect(socket, $0, $1) }
        guard status == 0 else { return nil }
    }

    deinit { close(socket) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe Glibc.send(socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Whatever comes next; nil at the end.
    func readSome() -> [UInt8]? {
        if !unread.isEmpty {
            defer { unread = [] }
            return unread
        }
        return readMore() ? readSome() : nil
    }

    func readBytes(_ count: Int) -> [UInt8]? {
        while unread.count < count { guard readMore() else { return nil } }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Up to and without CR LF.
    func readLine() -> String? {
        var searched = 0
        while true {
            if let end = unread[searched...].firstRange(of: [0x0d, 0x0a]) {
                defer { unread.removeFirst(end.upperBound) }
                return String(decoding: unread[..<end.lowerBound], as: UTF8.self)
            }
            searched = max(0, unread.count - 1)
            guard readMore() else { return nil }
        }
    }

    /// All bytes until the other side closes.
    func readToEnd() -> [UInt8] {
        while readMore() {}
        defer { unread = [] }
        return unread
    }

    /// Takes what is there already away; the bytes that were there when it ended unexpectedly.
    func takeUnread() -> [UInt8] {
        defer { unread = [] }
        return unread
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(socket, &buffer, buffer.count, 0)
        if count < 0, errno == ECONNRESET { isReset = true }
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }
}

/// A response as it was on the wire.
struct RawResponse {
    enum End {
        /// As its head says.
        case whole
        case closed
        case reset
    }

    var status = 0
    var headers: [String: String] = [:]
    /// The chunks of a body, or all of one with a length.
    var chunks: [[UInt8]] = []
    var end = End.whole

    var body: [UInt8] { chunks.flatMap { $0 } }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// What stands behind `data: `, whatever ends the lines.
    var data: [String] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }

    /// Reads the next response of a connection.
    init(_ socket: PlainSocket) {
        if !read(socket) {
            chunks.append(socket.takeUnread())
            end = socket.isReset ? .reset : .closed
        }
    }

    /// Whether it came as a whole.
    private mutating func read(_ socket: PlainSocket) -> Bool {
        guard let first = socket.readLine(), first.hasPrefix("HTTP/1.1 ") else { return false }
        status = Int(first.split(separator: " ")[1]) ?? 0
        while let line = socket.readLine(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        if let length = headers["content-length"].flatMap({ Int($0) }) {
            guard let bytes = socket.readBytes(length) else { return false }
            chunks = [bytes]
            return true
        }
        while let line = socket.readLine() {
            let length = Int(line, radix: 16) ?? 0
            guard let bytes = socket.readBytes(length + 2) else { return false }
            if length == 0 { return true }
            chunks.append(Array(bytes.dropLast(2)))
        }
        return false
    }
}
