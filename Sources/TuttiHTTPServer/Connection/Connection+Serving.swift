import TuttiHTTP

/// A request in hand: asks the handler, and gives its answer.
extension Connection {
    func start(_ request: ServerRequest, _ current: Exchange) {
        let number = current.number
        loop.counters.requestBegan()
        current.task = begin(elsewhere: current.plan.runsElsewhere) { connection, elsewhere in
            await connection.serve(request, number, elsewhere: elsewhere)
        }
    }

    /// Begins a part of the work on a request.
    private func begin(
        elsewhere: Bool, _ work: @escaping @Sendable (isolated Connection, Bool) async -> Void
    ) -> Task<Void, Never> {
        loop.taskBegan()
        // Without a preference, what the handler calls on the global pool stays there.
        return elsewhere
            ? Task { await self.perform(work, elsewhere: true) }
            : Task(executorPreference: loop) { await self.perform(work, elsewhere: false) }
    }

    private func perform(
        _ work: @Sendable (isolated Connection, Bool) async -> Void, elsewhere: Bool
    ) async {
        defer { loop.taskEnded() }
        await work(self, elsewhere)
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
        switch response.body {
        case .none, .bytes:
            await give(response, to: request, number, elsewhere: elsewhere)
            finish(number)
        case .stream, .webSocket: goOn(with: response, to: request, number, elsewhere: elsewhere)
        }
    }

    /// Gives an answer that may take long by a task of its own: memory that one has once taken for what it called is
    /// its own until it ends, and a stream would keep that of all middleware for as long as it goes on.
    private func goOn(with response: ServerResponse, to request: ServerRequest, _ number: UInt64, elsewhere: Bool) {
        guard let current = exchange, current.number == number else { return }
        let task = begin(elsewhere: elsewhere) { connection, elsewhere in
            await connection.give(response, to: request, number, elsewhere: elsewhere)
            connection.finish(number)
        }
        if Task.isCancelled { task.cancel() }
        current.task = task
    }

    @concurrent
    private nonisolated static func respondElsewhere(
        _ handler: any RequestHandler, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await handler.respond(to: request)
    }

    private func give(_ response: ServerResponse, to request: ServerRequest, _ number: UInt64, elsewhere: Bool) async {
        guard !machine.isClosed, exchange?.number == number, let asked = exchange?.asked else { return }
        switch response.body {
        case .none, .bytes: sendWhole(response, to: asked)
        case .stream(let length, let body):
            guard !asked.isHead, !HTTPStatus.isBodiless(response.status) else {
                return sendWhole(response, to: asked)
            }
            await giveStream(response, length, to: asked, number) { writer in
                elsewhere ? try await Self.streamElsewhere(body, writer) : try await body(writer)
            }
        case .webSocket(let options, let body):
            await giveWebSocket(options, response.headers, to: request, asked, number) { socket in
                elsewhere ? try await Self.talkElsewhere(body, socket) : try await body(socket)
            }
        }
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

    private func giveStream(
        _ response: ServerResponse, _ length: Int?, to asked: Asked, _ number: UInt64,
        _ body: (ResponseWriter) async throws -> Void
    ) async {
        let framing: ResponseHead.Framing =
            length.map { .length($0) } ?? (asked.minorVersion == 1 ? .chunked : .untilClose)
        exchange?.lengthLeft = length ?? 0
        guard sendHead(of: response, framing, to: asked) else {
            return sendWhole(handler.answer(to: .internal), to: asked)
        }
        do {
            try await body(ResponseWriter(connection: self, exchange: number))
        } catch is ServerEnding {
            machine.endAfterAnswer()
        } catch {
            return cutOff()
        }
        // One that was told that nobody is there any more is not complete, whether or not it threw that on.
        guard isCurrent(number) else { return abort() }
        if !endStream() { cutOff() }
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
