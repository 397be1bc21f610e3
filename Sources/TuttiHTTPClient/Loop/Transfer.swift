import CCurl
import CTuttiCurl

/// One call in libcurl's hands: owns the easy handle, and hears what libcurl tells of it.
///
/// Not `Sendable`: made, used and freed on the loop's thread.
@safe
final class Transfer {
    let call: Call
    /// What the loop does about what a transfer tells.
    struct Hooks {
        /// The time at which the loop last woke.
        let now: () -> Duration
        /// A limit may have moved.
        let clockChanged: (Transfer) -> Void
        /// Something has come that a reader waits for.
        let wake: (Call.Reader) -> Void
        /// The sender of an answer is made to wait.
        let paused: () -> Void
        /// What was to be found out about the host is known.
        let explored: (Transfer) -> Void
    }

    let handle: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let complaint: UnsafeMutablePointer<CChar>
    private let handles: EasyHandles
    private let hooks: Hooks
    private let limits: HTTPClientConfiguration
    private var parser: HeadParser
    private var bodySize = 0
    private var restSize = 0
    private(set) var isConnected = false
    /// When the request was first sent.
    private var sentAt: Duration?
    private(set) var hasAnswerBegun = false
    private(set) var hasHead = false
    /// Why this side has ended the transfer.
    private(set) var failure: HTTPClientError?
    var clock: CallClock

    /// - Throws: when libcurl has no memory left, or does not take an option.
    init(
        _ call: Call, clock: CallClock, _ configuration: HTTPClientConfiguration, share: SessionShare?,
        handles: EasyHandles, hooks: Hooks
    ) throws(HTTPClientError) {
        guard let handle = unsafe handles.take() else { throw .exhausted }
        self.handles = handles
        self.call = call
        self.clock = clock
        self.hooks = hooks
        limits = configuration
        parser = HeadParser(sizeMax: configuration.headSizeMax, fieldsMax: configuration.headFieldsMax)
        unsafe self.handle = handle
        unsafe headers = Self.list(call.request.headerLines)
        unsafe complaint = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe complaint.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        var options = unsafe TransferOptions(handle)
        options.set(call.request, configuration)
        unsafe options.pointer(CURLOPT_HTTPHEADER, headers)
        unsafe options.pointer(CURLOPT_ERRORBUFFER, complaint)
        if let share { unsafe options.pointer(CURLOPT_SHARE, share.handle) }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()  // the loop keeps it until the handle is freed
        unsafe options.pointer(CURLOPT_PRIVATE, context)
        unsafe options.note(
            CTuttiCurl_setCallbacks(
                handle, context, receiveHeadLine, receiveBody, openSocket, hearOfConnection))
        if let status = options.refusal { throw .refusedOption(status) }
    }

    deinit {
        unsafe handles.giveBack(handle)
        unsafe curl_slist_free_all(headers)
        unsafe complaint.deallocate()
    }

    /// What libcurl says about a failure, in its words.
    var words: String { unsafe String(cString: complaint) }

    static func of(_ handle: UnsafeMutableRawPointer) -> Transfer? {
        guard let context = unsafe CTuttiCurl_pointer(handle, CURLINFO_PRIVATE.rawValue) else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Has libcurl make a connection without looking for one that is free.
    func connectAnew() { unsafe _ = CTuttiCurl_setNumber(handle, CURLOPT_FRESH_CONNECT.rawValue, 1) }

    /// Whether the connection may be kept when the answer is complete.
    private(set) var mayKeepConnection = true

    /// Has libcurl close the connection behind the answer.
    func closeBehind() {
        mayKeepConnection = false
        unsafe _ = CTuttiCurl_setNumber(handle, CURLOPT_FORBID_REUSE.rawValue, 1)
    }

    /// Lets the sender go on; gives libcurl's status.
    func resume() -> CURLcode {
        guard !call.isPaused else { return CURLE_OK }
        clock.progressed(hooks.now())
        hooks.clockChanged(self)
        return unsafe curl_easy_pause(handle, 0)
    }

    // MARK: What libcurl tells

    fileprivate func takeHeadLine(_ bytes: UnsafeRawBufferPointer) -> Int {
        clock.progressed(hooks.now())
        // Of the lines behind the first one each only moves the limit away.
        if !hasAnswerBegun { hooks.clockChanged(self) }
        hasAnswerBegun = true
        switch unsafe parser.take(bytes) {
        case .more: return bytes.count
        case .complete(let head):
            hasHead = true
            if let reader = call.receive(head) { hooks.wake(reader) }
            return bytes.count
        case .tooLarge(let message): return fail(.tooLarge, message)
        case .broken: return fail(.protocolError, "the head of the answer is not HTTP")
        }
    }

    fileprivate func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if call.isDraining {
            restSize += bytes.count
            guard restSize <= HTTPBody.restSizeMax else {
                return fail(.tooLarge, "nobody reads the rest of the answer")
            }
        }
        guard bytes.count <= call.request.bodySizeMax - bodySize else {
            return fail(.tooLarge, "the body of the answer has more than \(call.request.bodySizeMax) bytes")
        }
        let (isTaken, reader) = unsafe call.receive(bytes, highMark: limits.bufferHighMark)
        if let reader { hooks.wake(reader) }
        guard isTaken else {
            clock.paused()
            hooks.paused()
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        bodySize += bytes.count
        clock.progressed(hooks.now())
        hooks.clockChanged(self)
        return bytes.count
    }

    fileprivate func noteLookup() {
        if !call.request.url.isSecure { hooks.explored(self) }
    }

    /// A connection is there, and the request is sent on it.
    ///
    /// - Returns: `false` when it must not be: libcurl sends a request once more when the connection ends before any
    ///   byte of an answer. Of a kept one that is right at first; later the server has begun to work on it.
    fileprivate func noteConnection() -> Bool {
        let now = hooks.now()
        if let sentAt, !hasAnswerBegun, now - sentAt > limits.resendWindow {
            failure = HTTPClientError(
                .cut, "the connection to \(call.request.url.place) ended before an answer came",
                hasAnswerBegun: false)
            return false
        }
        sentAt = sentAt ?? now
        isConnected = true
        clock.connected(hooks.now())
        hooks.clockChanged(self)
        hooks.explored(self)
        return true
    }

    /// Another count than was offered has libcurl end the transfer.
    private func fail(_ reason: HTTPClientError.Reason, _ what: String) -> Int {
        failure = HTTPClientError(
            reason, "\(what) (\(call.request.url.place))", hasAnswerBegun: hasAnswerBegun)
        return 0
    }

    private static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { unsafe list = curl_slist_append(list, line) ?? list }
        return unsafe list
    }
}

// Functions rather than closures: these are called on the loop's thread, by C.

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private func receiveHeadLine(
    _ bytes: UnsafeMutablePointer<CChar>, _: Int, _ count: Int, _ context: UnsafeMutableRawPointer
) -> Int {
    unsafe transfer(context).takeHeadLine(UnsafeRawBufferPointer(start: bytes, count: count))
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>, _: Int, _ count: Int, _ context: UnsafeMutableRawPointer
) -> Int {
    unsafe transfer(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: count))
}

private func openSocket(_ context: UnsafeMutableRawPointer, _: Int32, _ address: UnsafeMutableRawPointer) -> Int32 {
    unsafe transfer(context).noteLookup()
    return unsafe CTuttiCurl_socket(address)
}

private func hearOfConnection(
    _ context: UnsafeMutableRawPointer, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
    _: Int32
) -> Int32 {
    let maySend = unsafe transfer(context).noteConnection()
    return Int32(maySend ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT)
}
