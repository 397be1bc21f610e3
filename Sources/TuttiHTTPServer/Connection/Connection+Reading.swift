import Glibc
import TuttiHTTP

/// Bytes in: from the socket through the reader to whoever waits for them.
extension Connection {
    /// Takes as much as is there and wanted. What belongs to a later request stays behind until its turn.
    func read() {
        guard !isReading else { return }  // the one further up goes on
        isReading = true
        defer { isReading = false }
        var reads = 0
        while wantsInput {
            if !input.isEmpty {
                let before = input
                input = []
                let taken = consume(before.span)
                keep(before, from: taken)
                startBegun()
                if taken > 0 || machine.isClosed { continue }
            }
            guard wantsInput, isReadable else { return }
            // Who sends faster than is read would have the loop for itself.
            guard reads < Self.readsMax else { return loop.perform { self.assumeIsolated { $0.read() } } }
            guard readMore() else { return }
            reads += 1
        }
    }

    /// How often a socket is read before others have their turn.
    private static let readsMax = 16

    private var wantsInput: Bool {
        guard machine.wantsInput(unread: exchange?.unread.count ?? 0) else { return false }
        return exchange?.bodyError == nil && hasRoomForMessages
    }

    private func keep(_ bytes: [UInt8], from taken: Int) {
        guard !machine.isClosed, taken < bytes.count else { return }
        input = taken == 0 ? bytes : Array(bytes[taken...])
    }

    /// One read into the loop's scratch space; false when there is nothing more for now.
    private func readMore() -> Bool {
        let count = unsafe recv(socket, loop.inputSpace.baseAddress, loop.inputSpace.count, 0)
        guard count > 0 else {
            isReadable = false
            if count < 0 {
                if errno == EINTR { isReadable = true }
                if errno != EAGAIN, errno != EINTR { abort() }
                return errno == EINTR
            }
            takePeerClosed()
            return false
        }
        // Less than there was room for is all there was: the next edge tells of more.
        if unsafe count < loop.inputSpace.count, !machine.hasPeerClosed { isReadable = false }
        loop.counters.received(count)
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(loop.inputSpace)[..<count])
        guard input.isEmpty else {
            unsafe input.append(contentsOf: bytes)
            return true
        }
        let taken = unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe consume(Span(_unsafeElements: $0)) }
        if !machine.isClosed, taken < count { input = unsafe Array(bytes[taken...]) }
        startBegun()
        return true
    }

    /// Understands what it can, and gives how many bytes that were.
    private func consume(_ bytes: Span<UInt8>) -> Int {
        var offset = 0
        while true {
            switch machine.phase {
            case .idle, .head:
                if consumeHead(bytes, &offset) { continue }
                return offset
            case .exchange(let isBodyComplete):
                guard !isBodyComplete, consumeBody(bytes, &offset) else { return offset }
            case .discarding: guard consumeBody(bytes, &offset) else { return offset }
            case .webSocket: guard consumeFrames(bytes, &offset) else { return offset }
            case .lingering:
                guard machine.discard(bytes.count - offset, now: loop.now) else {
                    close()
                    return bytes.count
                }
                return bytes.count
            case .ending, .closed: return bytes.count
            }
        }
    }

    private func consumeHead(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        guard offset < bytes.count else { return false }
        switch reader.next(bytes, &offset) {
        case .head(let head):
            begin(head)
            return true
        case .failed(let error):
            offset = bytes.count
            refuse(error)
        default: machine.headBegan(now: loop.now)
        }
        return false
    }

    /// Decides by the head whether there is an exchange, and leaves it to be started when the bytes are let go.
    private func begin(_ head: RequestHead) {
        let number = nextExchangeNumber()
        machine.requestBegan(keepsAlive: head.keepsAlive && !loop.context.isEnding)
        let body = RequestBody(of: self, exchange: number, length: head.length)
        var request = ServerRequest(
            method: head.method, target: head.target, headers: head.headers, body: body, peer: peer)
        let plan = handler.plan(for: &request)
        if let length = head.length, length > plan.bodySizeMax {
            let asked = Asked(isHead: head.method == .head, minorVersion: head.minorVersion)
            return refuse(.bodyTooLarge(plan.bodySizeMax), of: asked)
        }
        exchange = Exchange(number: number, head: head, request: request, plan: plan)
    }

    /// Starts what the bytes have begun, now that they are let go.
    private func startBegun() {
        guard let current = exchange, let request = current.request else { return }
        current.request = nil
        if let error = current.bodyError {
            exchange = nil
            return refuse(error, of: current.asked)
        }
        start(request, current)
    }

    /// False when there is nothing to go on with.
    private func consumeBody(_ bytes: Span<UInt8>, _ offset: inout Int) -> Bool {
        while true {
            switch reader.next(bytes, &offset) {
            case .more, .head:
                wakeBody()
                return false
            case .body(let range):
                guard machine.discard(range.count, now: loop.now) else {
                    endWhenSent()
                    return false
                }
                takeBody(bytes.extracting(range))
                // No more is taken until somebody reads; that nothing more is to come needs no room.
                guard exchange == nil || wantsInput || reader.isBehindBody else {
                    wakeBody()
                    return false
                }
            case .end:
                machine.bodyCompleted(now: loop.now)
                exchange?.isBodyComplete = true
                wakeBody()
                return exchange == nil
            case .failed(let error):
                offset = bytes.count
                if exchange == nil { endWhenSent() } else { failBody(error) }
                return false
            }
        }
    }

    private func takeBody(_ bytes: Span<UInt8>) {
        guard let limit = exchange?.plan.bodySizeMax, exchange?.bodyError == nil else { return }
        exchange?.bodyCount += bytes.count
        exchange?.owesContinue = false  // RFC 9110, 10.1.1: who sends already need not be told to
        guard let count = exchange?.bodyCount, count <= limit else { return failBody(.bodyTooLarge(limit)) }
        // Chunks of a byte each would cost an array each: they are put together.
        unsafe bytes.withUnsafeBufferPointer { unsafe exchange?.unread.append(contentsOf: $0) }
    }

    /// No more of the body can be read, and whoever reads learns why.
    func failBody(_ error: HTTPServerError) {
        guard exchange != nil else { return }
        machine.endAfterAnswer()
        exchange?.bodyError = error
        wakeBody()
    }

    private func wakeBody() {
        guard let number = exchange?.number, let waiter = exchange?.bodyWaiter, let result = takeChunk(of: number)
        else { return }
        exchange?.bodyWaiter = nil
        machine.bodyAwaited(false, now: loop.now)
        waiter.continuation.resume(with: result)
    }

    /// The next bytes of the body; nil at its end.
    func nextChunk(of number: UInt64) async throws -> [UInt8]? {
        try Task.checkCancellation()
        if let result = takeChunk(of: number) {
            read()  // there is room again
            return try result.get()
        }
        if exchange?.owesContinue == true {
            exchange?.owesContinue = false
            send(Self.continueAnswer)
        }
        read()
        return try await wait { waiter in
            if let result = takeChunk(of: number) { return waiter.continuation.resume(with: result) }
            precondition(exchange?.bodyWaiter == nil, "a body has one reader at a time")
            exchange?.bodyWaiter = waiter
            machine.bodyAwaited(true, now: loop.now)
        }
    }

    /// All bytes of the body.
    ///
    /// - Throws: as ``RequestBody/collect(upTo:)``.
    func collectBody(of number: UInt64, upTo limit: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let chunk = try await nextChunk(of: number) {
            guard chunk.count <= limit - all.count else { throw HTTPServerError.bodyTooLarge(limit) }
            if all.isEmpty { all = chunk } else { all += chunk }
        }
        return all
    }

    /// What whoever reads the body gets now; nil when it has to wait.
    private func takeChunk(of number: UInt64) -> Result<[UInt8]?, any Error>? {
        guard isCurrent(number), let unread = exchange?.unread else { return .failure(ClientGone()) }
        if let error = exchange?.bodyError { return .failure(error) }
        guard unread.isEmpty else {
            exchange?.unread = []
            return .success(unread)
        }
        return exchange?.isBodyComplete == true ? .success(nil) : nil
    }

    private static let continueAnswer = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
