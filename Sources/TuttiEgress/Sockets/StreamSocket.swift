import CTuttiSystem
import Glibc
import TuttiRuntime

/// The system calls of sockets; none of them waits. Descriptors are close-on-exec.
enum StreamSocket {
    /// What a read or a write has come to.
    enum Transfer: Sendable, Equatable {
        case count(Int)
        /// Nothing now; the descriptor tells when.
        case later
        /// The other end sends no more.
        case end
        case failed(Int32)
    }

    /// What one call reads.
    static let chunkSize = 16 << 10

    // MARK: Making them

    /// A socket that is on its way to a path; `failure` with the error number.
    static func connect(toPath path: String) -> Result<Int32, SystemFault> {
        guard let address = UnixAddress(path) else { return .failure(SystemFault(number: ENAMETOOLONG)) }
        return start(AF_UNIX) { socket in unsafe address.with { unsafe Glibc.connect(socket, $0, $1) } }
    }

    /// A socket that is on its way to an address; `failure` with the error number.
    static func connect(to address: NetworkAddress, port: UInt16) -> Result<Int32, SystemFault> {
        switch address.family {
        case .v4:
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = port.bigEndian
            place.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.bits).bigEndian
            return start(AF_INET) { connect($0, place) }
        case .v6:
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            place.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &place.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: address.bits.bigEndian, as: UInt128.self)
            }
            return start(AF_INET6) { connect($0, place) }
        }
    }

    /// The next connection; `failure` with EAGAIN when there is none.
    static func accept(_ listener: Int32) -> Result<Int32, SystemFault> {
        var text = [CChar](repeating: 0, count: Int(CTuttiSystem_ADDRESS_SIZE))
        var port: Int32 = 0
        let socket = unsafe CTuttiSystem_accept(listener, &text, &port)
        return socket >= 0 ? .success(socket) : .failure(SystemFault(number: errno))
    }

    private static func connect<Address>(_ socket: Int32, _ address: Address) -> Int32 {
        unsafe withUnsafeBytes(of: address) { bytes in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe Glibc.connect(
                socket, base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }

    private static func start(_ family: Int32, _ connect: (Int32) -> Int32) -> Result<Int32, SystemFault> {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let socket = Glibc.socket(family, Int32(kind), 0)
        guard socket >= 0 else { return .failure(SystemFault(number: errno)) }
        if connect(socket) == 0 || errno == EINPROGRESS { return .success(socket) }
        let number = errno
        close(socket)
        return .failure(SystemFault(number: number))
    }

    // MARK: Using them

    /// The error that a connection on its way has ended with; 0 when it stands.
    static func error(of socket: Int32) -> Int32 {
        var (number, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno
    }

    /// Reads at most one chunk, which replaces what is in `buffer`.
    static func receive(_ socket: Int32, _ buffer: inout [UInt8]) -> Transfer {
        var result = 0
        buffer = unsafe [UInt8](unsafeUninitializedCapacity: chunkSize) { bytes, count in
            repeat {
                result = unsafe recv(socket, bytes.baseAddress, bytes.count, 0)
            } while result < 0 && errno == EINTR
            count = max(0, result)
        }
        if result > 0 { return .count(result) }
        return result == 0 ? .end : failure()
    }

    /// Writes what can be written at once.
    static func send(_ socket: Int32, _ bytes: ArraySlice<UInt8>) -> Transfer {
        var result = 0
        repeat {
            result = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        } while result < 0 && errno == EINTR
        return result >= 0 ? .count(result) : failure()
    }

    /// Tells the other end that nothing more comes.
    static func endSending(_ socket: Int32) { _ = shutdown(socket, Int32(SHUT_WR)) }

    private static func failure() -> Transfer {
        errno == EAGAIN || errno == EWOULDBLOCK ? .later : .failed(errno)
    }
}
