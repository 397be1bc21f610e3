/// What has come of an answer and not been taken yet. Pure: it says what is to be done, and others do it.
struct CallState {
    /// What came is here, or is yet to come.
    enum Taken<Value> {
        case value(Value)
        case failed(HTTPClientError)
        case notYet
    }

    private(set) var head: HTTPHead?
    private(set) var isPaused = false
    /// Nobody reads any more; what still comes is thrown away.
    private(set) var isDraining = false
    private var bytes: [UInt8] = []
    private var ending: Result<Void, HTTPClientError>?
    private var sleeper: CheckedContinuation<Void, Never>?

    var hasEnded: Bool { ending != nil }

    // MARK: From the loop

    /// The head is complete; gives whom to wake.
    mutating func receive(_ head: HTTPHead) -> CheckedContinuation<Void, Never>? {
        self.head = head
        return takeSleeper()
    }

    /// More of the body; gives whom to wake, or nil for all when it may not be taken now: then its sender has to wait
    /// until ``takeBytes()`` says otherwise.
    mutating func receive(
        _ more: UnsafeRawBufferPointer, highMark: Int
    ) -> (isTaken: Bool, wake: CheckedContinuation<Void, Never>?) {
        if isDraining { return (true, nil) }
        guard ending == nil, bytes.count < highMark else {
            isPaused = ending == nil
            return (false, nil)
        }
        unsafe bytes.append(contentsOf: more)
        return (true, takeSleeper())
    }

    /// Nothing more will come; a success has had its head. Only the first end counts; a cancelled call forgets what
    /// was not taken.
    mutating func end(_ ending: Result<Void, HTTPClientError>) -> CheckedContinuation<Void, Never>? {
        guard self.ending == nil else { return nil }
        if case .success = ending { precondition(head != nil, "an answer without a head is a failure") }
        self.ending = ending
        if case .failure(let error) = ending, error.reason == .cancelled { bytes = [] }
        return takeSleeper()
    }

    // MARK: From the reader

    /// Throws away what has come and what will; false when there is nothing to wait for.
    mutating func drain() -> Bool {
        guard ending == nil, head != nil, !isDraining else { return false }
        (bytes, isPaused, isDraining) = ([], false, true)
        return true
    }

    mutating func takeHead() -> Taken<HTTPHead> {
        if let head { return .value(head) }
        if case .failure(let error)? = ending { return .failed(error) }
        return .notYet
    }

    /// All bytes that are there, or nil at the end; and whether the sender, which was made to wait, may go on.
    mutating func takeBytes() -> (bytes: Taken<[UInt8]?>, resumesSender: Bool) {
        guard bytes.isEmpty else {
            defer {
                bytes = []
                isPaused = false
            }
            return (.value(bytes), isPaused)
        }
        switch ending {
        case .failure(let error)?: return (.failed(error), false)
        case .success?: return (.value(nil), false)
        case nil: return (.notYet, false)
        }
    }

    /// Has the reader sleep until something changes; false when there is something already.
    mutating func sleep(_ continuation: CheckedContinuation<Void, Never>, forHead: Bool) -> Bool {
        if ending != nil || !bytes.isEmpty || (forHead && head != nil) { return false }
        precondition(sleeper == nil, "the body of an answer has one reader")
        sleeper = continuation
        return true
    }

    private mutating func takeSleeper() -> CheckedContinuation<Void, Never>? {
        defer { sleeper = nil }
        return sleeper
    }
}
