import Glibc
import TuttiRuntime

/// A socket of a client that speaks WebSocket just enough to watch; blocks its own thread only.
actor SocketProbe {
    private let thread = ThreadExecutor(name: "test-probe")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    private var text = ""

    deinit { Glibc.close(socket) }

    /// Connects to a port of this machine, and asks for a WebSocket.
    func open(port: Int, _ target: String) {
        // A test that fails would wait for ever.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: address) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(status == 0, "a test cannot connect (error \(errno))")
        let head =
            "GET \(target) HTTP/1.1\r\nHost: localhost:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        _ = unsafe Array(head.utf8).withUnsafeBytes {
            unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// All that has come so far, when a word has, or nothing comes any more.
    func read(until word: String) -> String {
        while !text.contains(word), more() > 0 {}
        return text
    }

    /// Whether the server has ended the connection, rather than time.
    func readToEnd() -> Bool {
        while true {
            let count = more()
            if count > 0 { continue }
            return count == 0 || errno == ECONNRESET
        }
    }

    private func more() -> Int {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
        if count > 0 { text += String(decoding: bytes.prefix(count), as: UTF8.self) }
        return count
    }
}
