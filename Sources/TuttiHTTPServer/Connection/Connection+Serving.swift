import TuttiHTTP

/// A request in hand: asks the handler, and gives its answer.
extension Connection {
    func start(_ request: ServerRequest, _ current: Exchange) {
        let number = current.number
        loop.counters.requestBegan()
        let elsewhere = current.plan.runsElsewhere
        current.task = begin(elsewhere: elsewhere) { connection in
            await connection.serve(request, number, elsewhere: elsewhere)
        }
    }

    /// Begins a part of the work on a request.
    private func begin(
        elsewhere: Bool, _ work: @escaping @Sendable (isolated Connection) async -> Void
    ) -> Task<Void, Never> {
        loop.taskBegan()
        // Without a preference, what the handler calls on the global pool stays there.
        return elsewhere
            ? Task { await self.perform(work) } : Task(executorPreference: loop) { await self.perform(work) }
    }

    private func perform(_ work: @Sendable (isolated Connection) async -> Void) async {
        defer { loop.taskEnded() }
        await work(self)
    }

    private func serve(_ request: ServerRequest, _ number: UInt64, elsewhere: Bool) async {
        let response: ServerResponse
        do {
            response =
                elsewhere
                ? try await Self.respondElsewhere(handler, request) : try await handler.respond(to: request)
        } catch {
            // Who has left asks for no answer, and what a cancelled handler throws is none.
            guard isCurrent(number) else { return finish(number) }
            response = handler.answer(to: error as? HTTPServerError ?? .internal)
        }
        answer(response, to: request, number, elsewhere: elsewhere)
    }

    private func answer(_ response: ServerResponse, to request: ServerRequest, _ number: UInt64, elsewhere: Bool) {
        guard !machine.isClosed, exchange?.number == number, let asked = exchange?.asked else { return finish(number) }
        switch response.body {
        case .none, .bytes: sendWhole(response, to: asked)
        case .stream(let length, let body):
            if beginStream(response, length, to: asked) {
                return goOn(number, elsewhere: elsewhere) { connection in
                    await connection.stream(body, number, elsewhere: elsewhere)
                }
            }
        case .webSocket(let options, let body):
            if beginWebSocket(options, response.headers, to: request, asked) {
                return goOn(number, elsewhere: elsewhere) { connection in
                    await connection.talk(body, number, elsewhere: elsewhere)
                }
            }
        }
        finish(number)
    }

    /// Goes on with what may take long in a task of its own: memory that one has once taken for what it called is its
    /// own until it ends, and a stream would keep that of all middleware for as long as it goes on.
    private func goOn(
        _ number: UInt64, elsewhere: Bool, _ work: @escaping @Sendable (isolated Connection) async -> Void
    ) {
        let task = begin(elsewhere: elsewhere) { connection in
            await work(connection)
            connection.finish(number)
        }
        if Task.isCancelled { task.cancel() }
        exchange?.task = task
    }

    @concurrent
    private nonisolated static func respondElsewhere(
        _ handler: any RequestHandler, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await handler.respond(to: request)
    }

    @concurrent
    private nonisolated static func streamElsewhere(
        _ body: @Sendable (ResponseWriter) async throws -> Void, _ writer: ResponseWriter
    ) async throws {
        try await body(writer)
    }

    @concurrent
    private nonisolated static func talkElsewhere(
        _ body: @Sendable (WebSocket) async throws -> Void, _ socket: WebSocket
    ) async throws {
        try await body(socket)
    }

    /// Sends the head of a stream; false when the answer is whole by then.
    private func beginStream(_ response: ServerResponse, _ length: Int?, to asked: Asked) -> Bool {
        guard !asked.isHead, !HTTPStatus.isBodiless(response.status) else {
            sendWhole(response, to: asked)
            return false
        }
        let framing: ResponseHead.Framing =
            length.map { .length($0) } ?? (asked.minorVersion == 1 ? .chunked : .untilClose)
        exchange?.lengthLeft = length ?? 0
        guard sendHead(of: response, framing, to: asked) else {
            sendWhole(handler.answer(to: .internal), to: asked)
            return false
        }
        return true
    }

    private func stream(
        _ body: @Sendable (ResponseWriter) async throws -> Void, _ number: UInt64, elsewhere: Bool
    ) async {
        let writer = ResponseWriter(connection: self, exchange: number)
        do {
            if elsewhere { try await Self.streamElsewhere(body, writer) } else { try await body(writer) }
        } catch is ServerEnding {
            machine.endAfterAnswer()
        } catch {
            return cutOff()
        }
        // One that was told that nobody is there any more is not complete, whether or not it threw that on.
        guard isCurrent(number) else { return abort() }
        if !endStream() { cutOff() }
    }

    private func talk(
        _ body: @Sendable (WebSocket) async throws -> Void, _ number: UInt64, elsewhere: Bool
    ) async {
        let socket = WebSocket(connection: self, exchange: number)
        var code = WebSocketCloseCode.normal
        do {
            if elsewhere { try await Self.talkElsewhere(body, socket) } else { try await body(socket) }
        } catch {
            code = .serverError
        }
        await closeWebSocket(code, "", of: number)
    }

    /// Ends an answer from outside, if it is still being given.
    func cutOff(_ number: UInt64) {
        if isCurrent(number) { abort() }
    }

    /// In the middle of an answer nothing but the end of the connection tells that something is missing.
    private func cutOff() {
        flush()
        abort()
    }

    private func finish(_ number: UInt64) {
        guard let current = exchange, current.number == number else { return }
        exchange = nil
        guard !machine.isClosed else { return }
        switch machine.answered(mayDiscard: current.mayDiscardBody(limits), now: loop.now) {
        case .end: endWhenSent()
        case .readOn: read()
        // A WebSocket whose goodbye nobody waits for any more.
        case .nothing: if machine.phase == .webSocket { endWhenSent() }
        case .cancel, .close: break
        }
    }
}
