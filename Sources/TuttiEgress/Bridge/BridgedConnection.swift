import Glibc

/// A connection to the port, and the one to the socket file that stands for it.
struct BridgedConnection {
    let near: Int32
    let far: Int32
    private var up = BridgedDirection()
    private var down = BridgedDirection()

    init(near: Int32, far: Int32) {
        self.near = near
        self.far = far
    }

    /// Whether nothing more will go either way.
    var isOver: Bool { up.isOver && down.isOver }

    func close() {
        Glibc.close(near)
        Glibc.close(far)
    }

    var polled: [pollfd] {
        [
            Self.polled(near, (up.wantsBytes ? POLLIN : 0) | (down.queue.isEmpty ? 0 : POLLOUT)),
            Self.polled(far, (down.wantsBytes ? POLLIN : 0) | (up.queue.isEmpty ? 0 : POLLOUT)),
        ]
    }

    /// The system always tells of a hang-up, so a descriptor that nothing is wanted of is not asked for.
    private static func polled(_ descriptor: Int32, _ events: Int32) -> pollfd {
        pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(events), revents: 0)
    }

    /// Moves what can be moved.
    mutating func pump(near nearEvents: Int32, far farEvents: Int32) {
        let broken = POLLHUP | POLLERR
        if nearEvents & (POLLIN | broken) != 0 { up.read(from: near) }
        if farEvents & (POLLIN | broken) != 0 { down.read(from: far) }
        up.write(to: far)
        down.write(to: near)
        // Whom nobody can be answered any more is not listened to either.
        if down.isDeaf, !up.isOver { up.stop() }
    }
}

/// Bytes that go one way.
private struct BridgedDirection {
    var queue = ByteQueue()
    private var isEnded = false
    private var isShut = false
    /// The sink takes no more.
    private(set) var isDeaf = false

    var wantsBytes: Bool { !isEnded && queue.hasRoom }
    var isOver: Bool { isShut }

    mutating func read(from source: Int32) {
        guard wantsBytes else { return }
        var chunk: [UInt8] = []
        switch StreamSocket.receive(source, &chunk) {
        case .count: if !isDeaf { queue.append(chunk) }
        case .later: break
        case .end, .failed: isEnded = true
        }
    }

    mutating func write(to sink: Int32) {
        while !queue.isEmpty {
            switch StreamSocket.send(sink, queue.unsent) {
            case .count(let count): queue.consume(count)
            case .later: return
            case .end, .failed:
                isDeaf = true
                stop()
                return
            }
        }
        if isEnded, !isShut {
            isShut = true
            StreamSocket.endSending(sink)
        }
    }

    mutating func stop() {
        queue.removeAll()
        isEnded = true
        isShut = true
    }
}
