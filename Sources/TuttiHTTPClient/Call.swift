import Synchronization

/// One call, between the task that made it and the loop that carries it out.
final class Call: Sendable {
    let id: UInt64
    let request: CheckedRequest
    private let state = Mutex(CallState())
    private let mailbox: Mailbox
    private let contentSeen = Atomic(false)

    init(id: UInt64, _ request: CheckedRequest, mailbox: Mailbox) {
        self.id = id
        self.request = request
        self.mailbox = mailbox
    }

    // MARK: From the loop

    /// A reader who waits for what has just come. The loop wakes the readers of a round together: one by one they would
    /// fall asleep between two of them.
    typealias Reader = CheckedContinuation<Void, Never>

    /// Gives whom to wake.
    func receive(_ head: HTTPHead) -> Reader? {
        state.withLock { $0.receive(head) }
    }

    /// Gives whom to wake; not taken when the reader has too much before it already, and the same bytes are to be
    /// offered again.
    func receive(_ bytes: UnsafeRawBufferPointer, highMark: Int) -> (isTaken: Bool, wake: Reader?) {
        state.withLock { unsafe $0.receive(bytes, highMark: highMark) }
    }

    func end(_ ending: Result<Void, HTTPClientError>) {
        state.withLock { $0.end(ending) }?.resume()
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var isPaused: Bool { state.withLock { $0.isPaused } }
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Whether what the reader waits for has come. Only looked at when the time for it is over.
    var hasContent: Bool { contentSeen.load(ordering: .relaxed) }

    // MARK: From the caller

    func noteContent() { contentSeen.store(true, ordering: .relaxed) }

    /// Lets the call come to its end by itself, for a short while, with nobody who reads it.
    func drain() {
        if state.withLock({ $0.drain() }) { mailbox.post(.drain(id)) }
    }

    /// Ends the call; nothing when it has ended or comes to its end by itself.
    func cancel() {
        guard !hasEnded, !isDraining else { return }
        end(.failure(.cancelled))
        mailbox.post(.cancel(id))
    }

    /// The head of the answer, as soon as it is complete.
    func answerHead() async throws(HTTPClientError) -> HTTPHead {
        while true {
            switch state.withLock({ $0.takeHead() }) {
            case .value(let head): return head
            case .failed(let error): throw error
            case .notYet: await sleep(forHead: true)
            }
        }
    }

    /// The bytes that have come, as soon as there are any; nil at the end.
    func nextBytes() async throws(HTTPClientError) -> [UInt8]? {
        while true {
            let (bytes, resumesSender) = state.withLock { $0.takeBytes() }
            if resumesSender { mailbox.post(.resume(id)) }
            switch bytes {
            case .value(let bytes): return bytes
            case .failed(let error): throw error
            case .notYet: await sleep(forHead: false)
            }
        }
    }

    private func sleep(forHead: Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !state.withLock({ $0.sleep(continuation, forHead: forHead) }) { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}
