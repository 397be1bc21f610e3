import Glibc

/// One client's connection. Belongs to the server's thread.
final class Connection {
    /// What it is about to do.
    enum State {
        /// It waits for the next request.
        case reading
        /// It sends, as fast as the client takes it.
        case sending
        case waitingForTime
        case waitingForGate
        case closed
    }

    /// A call that is being answered.
    struct Work {
        /// Nil for what is no call of a model.
        var call: ModelCall?
        var reply: Reply
        /// The step that comes next.
        var next = 0
        /// Pieces that have been made.
        var pieces = 0
        var received: Int64 = 0
        /// Whether it has been counted as ended.
        var isAccounted = false
        var closesAfter = false
    }

    let socket: Int32
    /// Sockets' numbers are used again; this one is not.
    let serial: Int
    var state = State.reading
    var parser = RequestParser()
    var work: Work?
    var isWatchedForWriting = false

    private static let withoutWaiting = Int32(MSG_DONTWAIT)

    private var unsent: [UInt8] = []
    private var sent = 0

    init(socket: Int32, serial: Int) {
        self.socket = socket
        self.serial = serial
    }

    var unsentCount: Int { unsent.count - sent }

    func queue(_ bytes: [UInt8]) {
        if unsent.isEmpty { unsent = bytes } else { unsent += bytes }
    }

    /// What came of sending.
    enum Sent {
        case all
        /// The client has to read first.
        case part
        case failed
    }

    /// Sends until at most so many bytes are left.
    func send(downTo rest: Int = 0) -> Sent {
        while unsentCount > rest {
            let count = unsafe unsent.withUnsafeBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe Glibc.send(
                    socket, start + sent, unsentCount - rest, Int32(MSG_NOSIGNAL) | Self.withoutWaiting)
            }
            guard count > 0 else {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .part : .failed
            }
            sent += count
        }
        if unsentCount == 0 { (unsent, sent) = ([], 0) }
        return .all
    }

    /// What came of reading.
    enum Received {
        case bytes(Int)
        case nothing
        case end
    }

    func receive(into buffer: inout [UInt8]) -> Received {
        while true {
            let count = unsafe recv(socket, &buffer, buffer.count, Self.withoutWaiting)
            if count > 0 { return .bytes(count) }
            if count < 0, errno == EINTR { continue }
            return count < 0 && errno == EAGAIN ? .nothing : .end
        }
    }

    func close(reset: Bool) {
        guard state != .closed else { return }
        state = .closed
        if reset {
            var option = linger(l_onoff: 1, l_linger: 0)
            _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(socket)
    }
}
