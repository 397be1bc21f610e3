import Glibc
import TuttiRuntime

/// The other end of a connection, in the hands of a test. Waits on a thread of its own.
actor Peer {
    private let thread = ThreadExecutor(name: "test-peer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let socket: Int32
    private var unread: [UInt8] = []
    private var isOpen = true

    /// Connects to a port of this machine.
    ///
    /// - Parameter receiveBuffer: how little the system keeps of what is not read.
    init(port: Int, receiveBuffer: Int32? = nil) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A test that fails would wait for ever.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer {
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let status = Loopback.connect(socket, to: port)
        precondition(status == 0, "a test cannot connect (error \(errno))")
    }

    deinit { if isOpen { Glibc.close(socket) } }

    // MARK: Out

    /// False when the server does not take it any more.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty, isOpen {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return isOpen
    }

    /// Sends as much as goes without waiting, and gives how much that was.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
    }

    /// Ends the sending side only.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(socket)
    }

    /// Ends the connection by a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    // MARK: In

    /// An answer, with its whole body.
    func readAnswer(toHead: Bool = false) -> Answer? {
        guard let head = readHead(), var answer = Answer(head: head) else { return nil }
        if toHead || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            guard let body = readChunks() else { return nil }
            answer.body = body
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            guard let body = read(length) else { return nil }
            answer.body = body
        } else if answer.status != 101 {
            answer.body = readToEnd()
        }
        return answer
    }

    /// A head with its empty line.
    func readHead() -> String? { read(through: Array("\r\n\r\n".utf8)).map { String(decoding: $0, as: UTF8.self) } }

    func read(through mark: [UInt8]) -> [UInt8]? {
        while true {
            if let end = unread.firstRange(of: mark)?.upperBound {
                defer { unread.removeFirst(end) }
                return Array(unread[..<end])
            }
            guard readMore() else { return nil }
        }
    }

    func read(_ count: Int) -> [UInt8]? {
        while unread.count < count { guard readMore() else { return nil } }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// One chunk of a body; nothing at its end.
    func readChunk() -> [UInt8]? {
        guard let line = read(through: Array("\r\n".utf8)),
            let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16),
            let chunk = read(size + 2)
        else { return nil }
        return Array(chunk.dropLast(2))
    }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let chunk = readChunk() {
            if chunk.isEmpty { return body }
            body += chunk
        }
        return nil
    }

    /// Everything up to the end of the connection.
    func readToEnd() -> [UInt8] {
        while readMore() {}
        defer { unread = [] }
        return unread
    }

    /// What the server sends before it ends the connection.
    func readTextToEnd() -> String { String(decoding: readToEnd(), as: UTF8.self) }

    private func readMore() -> Bool {
        guard isOpen else { return false }
        var space = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(socket, &space, space.count, 0)
        guard count > 0 else { return false }
        unread += space[..<count]
        return true
    }
}
