import Glibc
import TuttiRuntime

/// Many connections in the hands of one thread.
actor Crowd {
    private let thread = ThreadExecutor(name: "test-crowd")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let port: Int
    private var sockets: [Int32] = []

    init(port: Int) {
        self.port = port
        OpenFileLimit.raise()
    }

    deinit { for socket in sockets { Glibc.close(socket) } }

    /// Gives how many more connections there are.
    func connect(_ count: Int) -> Int {
        let before = sockets.count
        for _ in 0..<count {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard socket >= 0, Loopback.connect(socket, to: port) == 0 else {
                if socket >= 0 { Glibc.close(socket) }
                break
            }
            sockets.append(socket)
        }
        return sockets.count - before
    }

    func sendToAll(_ text: String) {
        let bytes = Array(text.utf8)
        for socket in sockets { _ = unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// What each has got up to and with a mark, or up to the end of its connection.
    func readUntil(_ mark: [UInt8]) -> [[UInt8]] {
        var space = [UInt8](repeating: 0, count: 64 << 10)
        return sockets.map { socket in
            var bytes: [UInt8] = []
            while bytes.suffix(mark.count) != mark[...] {
                let count = unsafe recv(socket, &space, space.count, 0)
                guard count > 0 else { break }
                bytes += space[..<count]
            }
            return bytes
        }
    }

    func closeAll() {
        for socket in sockets { Glibc.close(socket) }
        sockets = []
    }
}
