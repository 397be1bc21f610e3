import CTuttiSystem
import Glibc
import TuttiCore

/// Everything that a fake server does, on one thread: takes connections, reads requests, sends replies.
struct ServerLoop: ~Copyable {
    private let listener: Int32
    private let mailbox: LoopMailbox
    private let board: CounterBoard
    private let ledger: Ledger?
    private let desk: CallDesk
    private let poll = EventPoll()
    private let clock = ContinuousClock()

    /// By the number of their sockets.
    private var connections: [Connection?] = []
    private var alarms = Alarms()
    private var accepted = 0
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var isStopped = false

    /// So many bytes are handed over at once; a socket that has sent all takes as many without waiting.
    private static let bytesAtOnce = 32 << 10

    init(listener: Int32, mailbox: LoopMailbox, board: CounterBoard, ledger: Ledger?, desk: CallDesk) {
        self.listener = listener
        self.mailbox = mailbox
        self.board = board
        self.ledger = ledger
        self.desk = desk
    }

    /// Serves until somebody posts `stop`.
    mutating func run() {
        poll.add(listener, for: EventPoll.readable)
        poll.add(mailbox.descriptor, for: EventPoll.readable)
        while !isStopped {
            for (socket, events) in poll.wait(milliseconds: millisecondsToAlarm()) {
                switch socket {
                case listener: accept()
                case mailbox.descriptor: readMail()
                default: handle(socket, events)
                }
            }
            let now = clock.now
            while let connection = alarms.takeDue(now) {
                if connection.state == .waitingForTime { goOn(connection) }
            }
        }
        close(listener)
        for connection in connections { if let connection { lose(connection, byClient: false) } }
    }

    private func millisecondsToAlarm() -> Int32 {
        guard let next = alarms.next else { return -1 }
        let left = next - clock.now
        // Rounded up, so that the time has come when the wait returns.
        return left <= .zero ? 0 : Int32(min(left, .seconds(3600)) / .milliseconds(1)) + 1
    }

    private mutating func readMail() {
        for message in mailbox.take() {
            switch message {
            case .stop: isStopped = true
            case .gateMoved(let socket, let serial):
                guard let connection = connections[Int(socket)], connection.serial == serial else { continue }
                board.change { $0.atGates -= 1 }
                goOn(connection)
            }
        }
    }

    // MARK: Connections

    /// Takes all that are there: a queue that is full makes clients try again after a second.
    private mutating func accept() {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            var one: Int32 = 1
            _ = unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            accepted += 1
            while connections.count <= Int(socket) { connections.append(nil) }
            connections[Int(socket)] = Connection(socket: socket, serial: accepted)
            poll.add(socket, for: EventPoll.readable)
            board.change { counters in
                counters.accepted += 1
                counters.connections += 1
                counters.connectionsMax = max(counters.connectionsMax, counters.connections)
            }
        }
    }

    private mutating func handle(_ socket: Int32, _ events: UInt32) {
        guard let connection = connections[Int(socket)] else { return }
        if events & EventPoll.writable != 0, connection.state == .sending { goOn(connection) }
        guard connection.state != .closed, events & ~EventPoll.writable != 0 else { return }
        while true {
            switch connection.receive(into: &buffer) {
            case .bytes(let count):
                connection.parser.push(buffer[..<count])
                if count == buffer.count { continue }
            case .nothing: break
            case .end: return lose(connection, byClient: true)
            }
            break
        }
        if connection.state == .reading { goOn(connection) }
    }

    /// The connection is over before its work is.
    private mutating func lose(_ connection: Connection, byClient: Bool) {
        if connection.state == .waitingForGate { board.change { $0.atGates -= 1 } }
        if let work = connection.work, !work.isAccounted {
            let end: Reply.End = work.reply.end == .refused ? .refused : .cut
            account(connection, end, byClient: byClient)
        }
        drop(connection, reset: false)
    }

    private mutating func drop(_ connection: Connection, reset: Bool) {
        guard connection.state != .closed else { return }
        connections[Int(connection.socket)] = nil
        connection.close(reset: reset)
        board.change { $0.connections -= 1 }
    }

    // MARK: Work

    /// Does what can be done on a connection without waiting.
    private mutating func goOn(_ connection: Connection) {
        while connection.state != .closed {
            if connection.work == nil, !begin(connection) { return }
            guard advance(connection) else { return }
        }
    }

    /// Reads the next request; false when it is not there yet.
    private mutating func begin(_ connection: Connection) -> Bool {
        connection.state = .reading
        do throws(RequestParser.Failure) {
            guard let request = try connection.parser.next() else {
                if connection.parser.waitsForContinue {
                    connection.parser.hasContinued()
                    connection.queue(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                    _ = connection.send()
                }
                return false
            }
            let (call, reply) = desk.answer(request)
            connection.work = Connection.Work(
                call: call, reply: reply, received: Ledger.now(), closesAfter: request.closes)
        } catch {
            connection.work = Connection.Work(reply: CallDesk.refusal(error), closesAfter: true)
        }
        return true
    }

    /// Does the steps of a reply; false when it has to wait, true when the reply is done.
    private mutating func advance(_ connection: Connection) -> Bool {
        while let work = connection.work {
            guard work.next < work.reply.steps.count else { return finish(connection) }
            switch work.reply.steps[work.next] {
            case .bytes(let bytes): connection.queue(bytes)
            case .piece(let bytes):
                connection.queue(bytes)
                connection.work?.pieces += 1
            case .flush: guard send(connection) else { return false }
            case .wait(let duration):
                guard send(connection) else { return false }
                connection.work?.next += 1
                connection.state = .waitingForTime
                alarms.add(connection, at: clock.now + duration)
                return false
            case .gate(let gate):
                guard send(connection), pass(connection, gate) else { return false }
            case .close(let reset):
                account(connection, work.reply.end, byClient: false)
                guard send(connection) else { return false }
                drop(connection, reset: reset)
                return false
            }
            connection.work?.next += 1
            if connection.unsentCount >= Self.bytesAtOnce, !send(connection, downTo: Self.bytesAtOnce) { return false }
        }
        return true
    }

    /// All steps are done: what is left is sent. False when it has to wait.
    private mutating func finish(_ connection: Connection) -> Bool {
        // It counts as answered before the last bytes are on their way, so that whoever has them finds it counted.
        guard send(connection, downTo: Self.bytesAtOnce) else { return false }
        account(connection, connection.work?.reply.end ?? .complete, byClient: false)
        guard send(connection) else { return false }
        if connection.work?.closesAfter ?? false { drop(connection, reset: false) }
        connection.work = nil
        return true
    }

    /// Sends what is queued; false when the client has to read first, or has gone.
    private mutating func send(_ connection: Connection, downTo rest: Int = 0) -> Bool {
        switch connection.send(downTo: rest) {
        case .all:
            if connection.isWatchedForWriting {
                connection.isWatchedForWriting = false
                poll.change(connection.socket, to: EventPoll.readable)
            }
            return true
        case .part:
            connection.state = .sending
            if !connection.isWatchedForWriting {
                connection.isWatchedForWriting = true
                poll.change(connection.socket, to: EventPoll.readable | EventPoll.writable)
            }
            return false
        case .failed:
            lose(connection, byClient: true)
            return false
        }
    }

    private mutating func pass(_ connection: Connection, _ gate: Gate) -> Bool {
        let (mailbox, socket, serial) = (mailbox, connection.socket, connection.serial)
        if gate.pass(otherwise: { mailbox.post(.gateMoved(socket: socket, serial: serial)) }) { return true }
        connection.state = .waitingForGate
        board.change { $0.atGates += 1 }
        return false
    }

    /// Counts a call as ended, once.
    private func account(_ connection: Connection, _ end: Reply.End, byClient: Bool) {
        guard let work = connection.work, !work.isAccounted, let call = work.call else { return }
        connection.work?.isAccounted = true
        let usage = end == .cut ? work.reply.usage.after(work.pieces, of: work.reply.pieceCount) : work.reply.usage
        if end != .refused, let ledger {
            ledger.append(
                Ledger.Entry(call: call, usage: usage, end: end, received: work.received, ended: Ledger.now()))
        }
        board.change { $0.end(call.token, end, usage, byClient: byClient) }
    }
}
