import Glibc
import TuttiHTTP

/// Bytes out: into the queue, and from there to the socket, with whoever writes too fast made to wait.
extension Connection {
    /// Queues bytes, and sends what can be sent.
    func send(_ bytes: [UInt8]) {
        guard !machine.isClosed else { return }
        output.append(bytes)
        flush()
    }

    /// Sends as much as the socket takes.
    func flush() {
        isToBeFlushed = false
        guard !machine.isClosed else { return }
        var hasMoved = false
        while isWritable, !output.isEmpty {
            let count = unsafe output.withNext(gatheringIn: loop.outputSpace) { bytes in
                unsafe Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return abort() }
                isWritable = false
                break
            }
            output.drop(count)
            loop.counters.sent(count)
            hasMoved = true
        }
        machine.outputTried(isWaiting: !output.isEmpty, hasMoved: hasMoved, now: loop.now)
        if output.count <= limits.unsentHighMark / 2 { resumeWriters() }
        if output.isEmpty, machine.phase == .ending { leave() }
    }

    /// Sends at the end of the loop's round, so that what is written in one round goes out together.
    func flushLater() {
        if output.count >= Self.batchMax { return flush() }
        guard !isToBeFlushed else { return }
        isToBeFlushed = true
        loop.flushLater(self)
    }

    /// How much is gathered before it is sent at once.
    private static let batchMax = 16 << 10

    private func resumeWriters() {
        guard let writers = exchange?.writers, !writers.isEmpty else { return }
        exchange?.writers = []
        for writer in writers { writer.continuation.resume() }
    }

    /// All is sent. When bytes may still come, closing would make the system send a reset, which can overtake and
    /// destroy the answer (RFC 9112, 9.6): so only our side is closed, and for a while the rest is read.
    private func leave() {
        let isAllRead = reader.isBetweenRequests && input.isEmpty && !isReadable
        if machine.hasPeerClosed || isAllRead { return close() }
        shutdown(socket, Int32(SHUT_WR))
        machine.linger(now: loop.now)
        input = []
        isReadable = true
        read()
    }

    // MARK: Answers

    /// Sends an answer that is there in full, to a request or to what was none.
    func sendWhole(_ response: ServerResponse, to asked: Asked) {
        guard !machine.isClosed else { return }
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        let isBodiless = asked.isHead || HTTPStatus.isBodiless(response.status)
        let framing: ResponseHead.Framing =
            isBodiless ? .none(length: lengthWithoutBody(of: response, body.count)) : .length(body.count)
        var bytes = loop.takeComposer()
        guard writeHead(of: response, framing, to: asked, into: &bytes) else {
            loop.giveBackComposer(&bytes)
            // The default answer has no field of anybody's.
            let answer = DefaultAnswers().answer(to: .internal)
            return response.status == 500 && response.headers == answer.headers ? abort() : sendWhole(answer, to: asked)
        }
        if !isBodiless, body.count <= Self.batchMax {
            bytes += body
            body = []
        }
        sendComposed(&bytes, isAlone: isBodiless || body.isEmpty)
        if !isBodiless, !body.isEmpty {
            output.append(body)
            flush()
        }
    }

    /// The loop's own space goes out at once where it can, so that an answer that is taken needs no memory of its own.
    private func sendComposed(_ bytes: inout [UInt8], isAlone: Bool) {
        defer { loop.giveBackComposer(&bytes) }
        var sent = 0
        if isAlone, output.isEmpty, isWritable, input.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            sent = max(0, count)
            loop.counters.sent(sent)
            if sent == bytes.count { return }
        }
        output.append(Array(bytes[sent...]))
        // Answers to requests that came together go out together.
        if isAlone { input.isEmpty ? flush() : flushLater() }
    }

    /// HEAD says what GET would (RFC 9110, 9.3.2); 1xx and 204 say nothing, and 304 what it knows (8.6).
    private func lengthWithoutBody(of response: ServerResponse, _ count: Int) -> Int? {
        guard response.status >= 200, response.status != 204 else { return nil }
        if case .bytes = response.body { return count }
        if case .stream(let length, _) = response.body { return length }
        return response.headers["Content-Length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Sends the head of an answer whose body follows; false when it cannot be written.
    func sendHead(of response: ServerResponse, _ framing: ResponseHead.Framing, to asked: Asked) -> Bool {
        guard !machine.isClosed else { return false }
        var bytes: [UInt8] = []
        guard writeHead(of: response, framing, to: asked, into: &bytes) else { return false }
        exchange?.framing = framing
        output.append(bytes)
        flushLater()
        return true
    }

    private func writeHead(
        of response: ServerResponse, _ framing: ResponseHead.Framing, to asked: Asked, into bytes: inout [UInt8]
    ) -> Bool {
        if case .untilClose = framing { machine.endAfterAnswer() }
        let wantsClose =
            response.headers["Connection"] != nil && response.headers.hasToken("close", of: "Connection")
        if wantsClose || !mayFollow(framing) { machine.endAfterAnswer() }
        var responseHead = ResponseHead(
            status: response.status, headers: response.headers, framing: framing, keepsAlive: machine.keepsAlive,
            minorVersion: asked.minorVersion)
        if case .stream(nil, _) = response.body, asked.isHead { responseHead.wouldBeChunked = true }
        return responseHead.write(to: &bytes, date: loop.dateField())
    }

    /// Whether another request may follow, as far as can be told now. While an answer streams, the body may still be
    /// read to its end.
    private func mayFollow(_ framing: ResponseHead.Framing) -> Bool {
        switch framing {
        case .none, .length: exchange.map { $0.isBodyComplete || $0.mayDiscardBody(limits) } ?? false
        case .chunked, .untilClose, .upgrade: true
        }
    }

    // MARK: Streams

    /// Writes a part of the body; returns when less than the mark waits.
    func write(_ bytes: [UInt8], of number: UInt64) async throws {
        try Task.checkCancellation()
        guard isCurrent(number), let framing = exchange?.framing else { throw ClientGone() }
        guard !bytes.isEmpty else { return }
        exchange?.writtenInTurn += bytes.count
        switch framing {
        case .chunked: appendChunk(bytes)
        case .length:
            let left = (exchange?.lengthLeft ?? 0) - bytes.count
            guard left >= 0 else { throw HTTPServerError.internal }
            exchange?.lengthLeft = left
            output.append(bytes)
        default: output.append(bytes)
        }
        flushLater()
        try await waitForRoom(number)
    }

    func waitForRoom(_ number: UInt64) async throws {
        guard output.count > limits.unsentHighMark else { return try await letOthers(number) }
        flush()
        guard isCurrent(number) else { throw ClientGone() }
        guard output.count > limits.unsentHighMark else { return }
        try await wait { (waiter: Waiter<Void>) in
            guard isCurrent(number) else { return waiter.continuation.resume(throwing: ClientGone()) }
            guard output.count > limits.unsentHighMark else { return waiter.continuation.resume() }
            exchange?.writers.append(waiter)
        }
    }

    /// A client that takes everything at once never makes a writer wait, who would have the loop for itself.
    private func letOthers(_ number: UInt64) async throws {
        guard let written = exchange?.writtenInTurn, written > Self.turnMax else { return }
        exchange?.writtenInTurn = 0
        await Task.yield()
        guard isCurrent(number) else { throw ClientGone() }
    }

    /// How much is written before others have their turn.
    private static let turnMax = 64 << 10

    private func appendChunk(_ bytes: [UInt8]) {
        guard bytes.count >= Self.batchMax else { return output.append(Chunk.bytes(bytes)) }
        output.append(Chunk.start(of: bytes.count))
        output.append(bytes)
        output.append(Chunk.lineEnd)
    }

    /// Ends the body in good order; false when less has been written than was said.
    func endStream() -> Bool {
        guard !machine.isClosed else { return true }
        switch exchange?.framing {
        case .chunked:
            output.append(Chunk.last)
            flushLater()
        case .length: return exchange?.lengthLeft == 0
        default: break
        }
        return true
    }
}

/// The answers of a handler that leaves them to the defaults.
private struct DefaultAnswers: RequestHandler {
    func respond(to request: ServerRequest) async throws -> ServerResponse { throw HTTPServerError.internal }
}
