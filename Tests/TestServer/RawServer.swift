import Glibc
import Synchronization
import TuttiRuntime

/// A server on 127.0.0.1 that does exactly what a test says: each connection runs the script on a thread of its own.
package final class RawServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let count = Atomic<Int>(0)

    /// How many connections have come.
    package var connectionCount: Int { count.load(ordering: .sequentiallyConsistent) }

    package init(backlog: Int32 = 128, _ script: @escaping @Sendable (RawConnection) -> Void) {
        listener = Self.listen(backlog)
        port = Self.port(of: listener)
        PosixThread.start(name: "test-server") { [listener, self] in
            Signals.block([SIGPIPE])  // for the threads of connections, where OpenSSL writes to those that have gone
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                count.add(1, ordering: .sequentiallyConsistent)
                PosixThread.start(name: "test-connection") { script(RawConnection(socket)) }
            }
        }
    }

    /// Takes no more connections.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    package static func listen(_ backlog: Int32) -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(status == 0 && Glibc.listen(listener, backlog) == 0, "a test server cannot listen")
        return listener
    }

    package static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            _ = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listener, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
