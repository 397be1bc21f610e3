import TuttiHTTP

/// A connection that has become a WebSocket.
extension Connection {
    /// Changes the protocol; false when the answer is whole by then.
    func beginWebSocket(
        _ options: WebSocketOptions, _ headers: HTTPHeaders, to request: ServerRequest, _ asked: Asked
    ) -> Bool {
        func refuse(_ error: HTTPServerError) -> Bool {
            sendWhole(handler.answer(to: error), to: asked)
            return false
        }
        let fields: HTTPHeaders
        switch WebSocketHandshake.answer(to: request, minorVersion: asked.minorVersion, options: options) {
        case .success(let found): fields = found
        case .failure(let error): return refuse(error)
        }
        // A body of the request would be taken for frames.
        guard exchange?.bodyFraming == RequestHead.Framing.none else {
            return refuse(.badRequest("a request for a WebSocket has no body"))
        }
        let extra = headers.fields.filter { field in fields[field.name] == nil }
        let response = ServerResponse(status: 101, headers: HTTPHeaders(fields.fields + extra))
        guard sendHead(of: response, .upgrade, to: asked) else { return refuse(.internal) }
        machine.upgraded()
        let socket = WebSocketMachine(options: options, limits: loop.context.sharedLimits, now: loop.now)
        exchange?.webSocket = OpenWebSocket(machine: socket, messageSizeMax: options.messageSizeMax)
        if loop.context.isEnding { beginClosingWebSocket(.goingAway, "the server shuts down") }
        read()
        return true
    }

    /// False when there is nothing to go on with.
    func consumeFrames(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        while hasRoomForMessages, machine.phase == .webSocket {
            guard let actions = exchange?.webSocket?.machine.receive(bytes, &offset, now: loop.now) else {
                return false
            }
            perform(actions)
        }
        return machine.phase != .webSocket
    }

    var hasRoomForMessages: Bool { exchange?.webSocket?.hasRoom(limits) ?? true }

    func tickWebSocket() {
        guard let actions = exchange?.webSocket?.machine.tick(now: loop.now) else { return }
        perform(actions)
    }

    /// Says goodbye without waiting for the answer.
    func beginClosingWebSocket(_ code: WebSocketCloseCode, _ reason: String) {
        guard let actions = exchange?.webSocket?.machine.close(code, reason, now: loop.now) else { return }
        perform(actions)
    }

    private func perform(_ actions: [WebSocketMachine.Action]) {
        for action in actions {
            switch action {
            case .deliver(let message): deliver(message)
            case .send(let frame):
                output.append(frame)
                flushLater()
            case .endReceiving: endReceiving(nil)
            case .finish:
                exchange?.webSocket?.isFinished = true
                finishClosing()
                endWhenSent()
            case .abort: abort()
            }
        }
    }

    private func deliver(_ message: WebSocketMessage) {
        if let receiver = exchange?.webSocket?.receiver {
            exchange?.webSocket?.receiver = nil
            receiver.continuation.resume(returning: message)
        } else {
            exchange?.webSocket?.unreceived.append(message)
            exchange?.webSocket?.unreceivedBytes += message.size
        }
    }

    /// No message comes any more, in good order or by an error.
    func endReceiving(_ error: (any Error)?) {
        guard exchange?.webSocket != nil else { return }
        if error == nil { exchange?.webSocket?.isEnded = true }
        guard let receiver = exchange?.webSocket?.receiver else { return }
        exchange?.webSocket?.receiver = nil
        if let error, exchange?.webSocket?.isEnded == false {
            receiver.continuation.resume(throwing: error)
        } else {
            receiver.continuation.resume(returning: nil)
        }
    }

    /// Whoever waits for the end of the closing goes on.
    func finishClosing() {
        guard let closers = exchange?.webSocket?.closers, !closers.isEmpty else { return }
        exchange?.webSocket?.closers = []
        for closer in closers { closer.continuation.resume() }
    }

    // MARK: For the one who holds the socket

    func receiveMessage(of number: UInt64) async throws -> WebSocketMessage? {
        try Task.checkCancellation()
        if let result = takeMessage(of: number) {
            read()  // there is room again
            return try result.get()
        }
        return try await wait { waiter in
            if let result = takeMessage(of: number) { return waiter.continuation.resume(with: result) }
            precondition(exchange?.webSocket?.receiver == nil, "a WebSocket has one receiver at a time")
            exchange?.webSocket?.receiver = waiter
        }
    }

    /// What whoever receives gets now; nil when it has to wait.
    private func takeMessage(of number: UInt64) -> Result<WebSocketMessage?, any Error>? {
        guard exchange?.number == number, exchange?.webSocket != nil else { return .success(nil) }
        if let message = exchange?.webSocket?.unreceived.first {
            exchange?.webSocket?.unreceived.removeFirst()
            exchange?.webSocket?.unreceivedBytes -= message.size
            return .success(message)
        }
        if exchange?.webSocket?.isEnded == true { return .success(nil) }
        return isCurrent(number) ? nil : .failure(ClientGone())
    }

    func send(_ frame: [UInt8], of number: UInt64) async throws {
        try Task.checkCancellation()
        guard isCurrent(number), exchange?.webSocket?.machine.isOpen == true else { throw ClientGone() }
        output.append(frame)
        flushLater()
        try await waitForRoom(number)
    }

    func closeWebSocket(_ code: WebSocketCloseCode, _ reason: String, of number: UInt64) async {
        guard exchange?.number == number else { return }
        beginClosingWebSocket(code, reason)
        guard isClosing(number) else { return }
        try? await wait { (waiter: Waiter<Void>) in
            guard isClosing(number) else { return waiter.continuation.resume() }
            exchange?.webSocket?.closers.append(waiter)
        }
    }

    private func isClosing(_ number: UInt64) -> Bool {
        isCurrent(number) && exchange?.webSocket?.isFinished == false
    }
}
