import Glibc
import Testing

/// A program that speaks to a socket file, or to a port of this machine; it blocks.
final class TestClient {
    private let socket: Int32
    private var isOpen = true
    private var unread: [UInt8] = []

    struct Failure: Error {
        let number: Int32
    }

    /// So that a test which waits for what never comes fails.
    private static let patience = timeval(tv_sec: 30, tv_usec: 0)

    init(_ path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try connect(address)
    }

    init(port: UInt16) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try connect(address)
    }

    /// Begins a connection to a port without waiting for it, as whoever fills a backlog does.
    init(startingAt port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        socket = Glibc.socket(AF_INET, Int32(kind), 0)
        try? connect(address)
    }

    deinit { end() }

    private func connect<Address>(_ address: Address) throws {
        var patience = Self.patience
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let status = unsafe withUnsafeBytes(of: address) { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe Glibc.connect(socket, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard status == 0 else { throw Failure(number: errno) }
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// False when the other end takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    func end() {
        if isOpen { close(socket) }
        isOpen = false
    }

    /// Everything up to the end.
    func readAll() -> String { String(decoding: readAllBytes(), as: UTF8.self) }

    func readAllBytes() -> [UInt8] {
        while readMore() {}
        defer { unread = [] }
        return unread
    }

    /// Up to and with this text; what there is when it does not come.
    func read(until mark: String) -> String {
        let mark = Array(mark.utf8)
        while true {
            if let end = unread.firstRange(of: mark)?.upperBound {
                defer { unread.removeFirst(end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard readMore() else { return readAll() }
        }
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }
}
