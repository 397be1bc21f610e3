import Synchronization
import TuttiRuntime

/// Makes calls over HTTP, any number at one time.
///
/// Calls of tasks that run on an ``EventLoop``, such as handlers of the server for HTTP, are carried out there, and all
/// others on one thread of the client's own; each of these keeps its connections to itself.
///
/// Connections are kept and shared by later calls, over HTTP/2 by several at one time. Certificates are always
/// verified. Redirects are answers like others, unless
/// ``HTTPClientConfiguration/followsRedirectsOnSameHost`` is set. When the server has closed a kept connection before
/// any byte of an answer came, libcurl sends the request once more on a new one, whatever its method, within
/// ``HTTPClientConfiguration/resendWindow``.
///
/// A client that is made does nothing; its thread starts with the first call that needs it and ends with
/// ``shutDown()``, or when nobody holds the client or a body any more.
package final class HTTPClient: Sendable {
    private let configuration: HTTPClientConfiguration
    private let lanes = CallLanes()
    private let lastID = Atomic<UInt64>(0)
    private let urls = KnownURLs()
    /// Told when the sender of an answer is made to wait.
    private let whenPaused: @Sendable () -> Void
    private let time: any Timekeeper

    /// A client with connections of its own.
    package convenience init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.init(configuration, whenPaused: {})
    }

    /// The same for tests, which wait for such a moment, and let limits be over when they say so.
    init(
        _ configuration: HTTPClientConfiguration, time: any Timekeeper = SystemTimekeeper(),
        whenPaused: @escaping @Sendable () -> Void
    ) {
        precondition(
            configuration.callsMax > 0 && configuration.callsPerHostMax > 0 && configuration.waitingMax >= 0
                && configuration.bufferHighMark > 0, "the limits of an HTTP client have to let calls pass")
        self.configuration = configuration
        self.whenPaused = whenPaused
        self.time = time
    }

    deinit { lanes.close() }

    /// Makes a call and waits for the whole answer. Cancelling the task ends the call and closes its connection.
    ///
    /// - Throws: `tooLarge` when the body has more than the request's `bodySizeMax`; every other reason.
    package func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let response = try await stream(request)
        return HTTPResponse(
            status: response.status, headers: response.headers, body: try await response.body.collected())
    }

    /// Makes a call and waits for the head of the answer; the body is read as it comes.
    ///
    /// Cancelling the task, now or while it reads, ends the call and closes its connection.
    ///
    /// - Throws: every reason; what goes wrong after the head is thrown by the body.
    package func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        var trail = RedirectTrail(request)
        while true {
            let ownership = try start(trail)
            let head = try await ownership.call.answerHead()
            guard configuration.followsRedirectsOnSameHost,
                try trail.follow(head, from: ownership.call.request.url)
            else {
                let body = HTTPBody(ownership: ownership)
                return HTTPStreamedResponse(status: head.status, headers: head.headers, body: body)
            }
        }
    }

    @inline(never)  // a stream keeps the memory of what was at hand when it began
    private func start(_ trail: RedirectTrail) throws(HTTPClientError) -> CallOwnership {
        let checked = try trail.checked(configuration, urls)
        // Nobody is asked for a task that has ended already: what would come first is a matter of chance.
        guard !Task.isCancelled else { throw .cancelled }
        return CallOwnership(try begin(checked), of: self)
    }

    /// Ends all calls with `shutDown`, closes all connections and ends the thread; returns when all that is done.
    package func shutDown() async {
        lanes.close()
        await lanes.waitForEnd()
    }

    /// Whether its own thread has been needed.
    var hasThread: Bool { lanes.hasThread }

    private func begin(_ request: CheckedRequest) throws(HTTPClientError) -> Call {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let loop = (currentTaskExecutor as? any EventLoop).flatMap { $0.isCurrent ? $0 : nil }
        guard let mailbox = lanes.mailbox(for: loop) else { throw .shutDown }
        let call = Call(id: id, request, mailbox: mailbox)
        if mailbox.claimStart() { start(loop, mailbox) }
        guard mailbox.post(.start(call)) else { throw .shutDown }
        return call
    }

    private func start(_ loop: (any EventLoop)?, _ mailbox: Mailbox) {
        let (lanes, configuration, time, whenPaused) = (lanes, configuration, time, whenPaused)
        guard let loop else {
            return PosixThread.start(name: "tutti-http") {
                TransferLoop.run(mailbox, configuration, time, whenPaused)
            }
        }
        TransferLoop.join(loop, mailbox, configuration, time, whenPaused) { lanes.forget(loop) }
    }
}
