import Glibc
import TuttiHTTP

/// One connection: owns its socket, and carries out on its loop what the machines decide.
actor Connection {
    nonisolated let loop: ServerLoop
    nonisolated let peer: PeerAddress
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.connectionExecutor.asUnownedSerialExecutor()
    }

    let socket: Int32
    /// Where the loop keeps it.
    var place = 0
    var machine: ConnectionMachine
    var exchange: Exchange?
    private var exchangeCount: UInt64 = 0
    private var waiterCount: UInt64 = 0

    var reader: RequestReader
    /// What has been read and not been understood yet.
    var input: [UInt8] = []
    /// Whether the socket may have more; edge-triggered, so only an attempt tells.
    var isReadable = true
    var isReading = false

    var output = OutputQueue()
    var isWritable = true
    /// Whether the loop will send what waits at the end of its round.
    var isToBeFlushed = false

    var limits: HTTPServerLimits { loop.context.limits }
    var handler: any RequestHandler { loop.context.handler }

    init(socket: Int32, peer: PeerAddress, loop: ServerLoop) {
        self.socket = socket
        self.peer = peer
        self.loop = loop
        machine = ConnectionMachine(limits: loop.context.sharedLimits, now: loop.now)
        reader = RequestReader(loop.context.sharedLimits)
    }

    /// Whether this is the request in hand, and its caller is still there.
    func isCurrent(_ number: UInt64) -> Bool { exchange?.number == number && exchange?.isGone == false }

    func nextExchangeNumber() -> UInt64 {
        exchangeCount += 1
        return exchangeCount
    }

    // MARK: What the loop tells

    /// Something has happened to the socket, which is watched for everything, edge by edge.
    func take(_ events: UInt32) {
        guard !machine.isClosed else { return }
        if events & LoopPoller.broken != 0 { return abort() }
        if events & LoopPoller.writable != 0 {
            isWritable = true
            flush()
        }
        if events & (LoopPoller.readable | LoopPoller.peerClosed) != 0 { isReadable = true }
        let isPeerClosed = events & LoopPoller.peerClosed != 0
        if isPeerClosed { machine.peerCloses() }
        read()
        if isPeerClosed { takePeerClosed() }
    }

    /// Ends what has taken too long.
    func tick() {
        guard !machine.isClosed else { return }
        switch machine.expired(now: loop.now) {
        case .close: abort()
        case .refuse(let error): refuse(error)
        case .failBody(let error): failBody(error)
        case nil: tickWebSocket()
        }
    }

    /// The server is ending: nothing new is begun.
    func drain() {
        switch machine.drain() {
        case .close: if output.isEmpty { close() } else { endWhenSent() }
        default:
            endFollowing(.failure(ServerEnding()))
            beginClosingWebSocket(.goingAway, "the server shuts down")
        }
    }

    func takePeerClosed() {
        guard !machine.isClosed else { return }
        switch machine.peerClosed() {
        case .close: if output.isEmpty { abort() } else { endWhenSent() }
        case .cancel: cancelAfterTurn()
        case .nothing, .readOn, .end: break
        }
    }

    /// Cancels the request in hand when the loop has nothing else to do: a handler that needs no wait has answered by
    /// then, and the next request of a peer that has sent several and closed its side has its turn.
    private func cancelAfterTurn() {
        guard let number = exchange?.number, isCurrent(number) else { return }
        loop.performWhenIdle {
            self.assumeIsolated { connection in
                if connection.isCurrent(number) { connection.cancelExchange() } else { connection.cancelAfterTurn() }
            }
        }
    }

    // MARK: The end

    /// Nobody reads the answer: whoever works on it is told.
    func cancelExchange() {
        guard exchange != nil else { return }
        machine.endAfterAnswer()
        exchange?.isGone = true
        exchange?.task?.cancel()
        resumeAll(ClientGone())
    }

    /// Ends the connection at once, in whatever state it is.
    func abort() {
        close()
        cancelExchange()
    }

    func close() {
        guard !machine.isClosed else { return }
        machine.close()
        loop.remove(self, at: place)
        Glibc.close(socket)
        input = []
        output = OutputQueue()
        resumeAll(ClientGone())
    }

    /// Answers with an error that was found before a handler had the request, and ends the connection.
    func refuse(_ error: HTTPServerError, of asked: Asked = Asked()) {
        loop.counters.requestBegan()
        machine.endAfterAnswer()
        sendWhole(handler.answer(to: error), to: asked)
        endWhenSent()
    }

    /// Closes the connection as soon as everything has been sent.
    func endWhenSent() {
        machine.end()
        flush()
    }

    // MARK: Waiting

    /// Waits until the waiter that is handed over is resumed; when the task is cancelled, by ``giveUp(_:)``.
    ///
    /// Other work of the loop can come between the call and `register`, which therefore has to look again whether there
    /// is still something to wait for. Nothing comes between that look and the wait.
    func wait<Value: Sendable>(_ register: (Waiter<Value>) -> Void) async throws -> Value {
        waiterCount += 1
        let id = waiterCount
        return try await withTaskCancellationHandler {
            try await suspend(id, register)
        } onCancel: {
            loop.perform { self.assumeIsolated { $0.giveUp(id) } }
        }
    }

    /// Suspends on the loop. A method of the connection, and no closure in ``wait(_:)``: one that does not capture the
    /// connection belongs to no actor, and runs on the global pool beside the loop when its task has no preference.
    private func suspend<Value: Sendable>(
        _ id: UInt64, _ register: (Waiter<Value>) -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            preconditionIsolated("a waiter is registered on the loop of its connection")
            if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
            register(Waiter(id: id, continuation: continuation))
        }
    }

    private func giveUp(_ id: UInt64) {
        let error = CancellationError()
        if let waiter = exchange?.bodyWaiter, waiter.id == id {
            exchange?.bodyWaiter = nil
            machine.bodyAwaited(false, now: loop.now)
            waiter.continuation.resume(throwing: error)
        } else if let index = exchange?.writers.firstIndex(where: { $0.id == id }) {
            exchange?.writers.remove(at: index).continuation.resume(throwing: error)
        } else if exchange?.following?.waiter.id == id {
            endFollowing(.failure(error))
        } else if let waiter = exchange?.webSocket?.receiver, waiter.id == id {
            exchange?.webSocket?.receiver = nil
            waiter.continuation.resume(throwing: error)
        } else if let index = exchange?.webSocket?.closers.firstIndex(where: { $0.id == id }) {
            exchange?.webSocket?.closers.remove(at: index).continuation.resume(throwing: error)
        }
    }

    private func resumeAll(_ error: any Error) {
        guard exchange != nil else { return }
        endFollowing(.failure(error))
        exchange?.bodyWaiter?.continuation.resume(throwing: error)
        exchange?.bodyWaiter = nil
        for waiter in exchange?.writers ?? [] { waiter.continuation.resume(throwing: error) }
        exchange?.writers = []
        endReceiving(error)
        finishClosing()
    }
}
