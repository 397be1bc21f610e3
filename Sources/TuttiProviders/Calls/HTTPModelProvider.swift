import FoundationEssentials
import TuttiHTTP
package import TuttiHTTPClient
public import TuttiModels
package import TuttiRuntime

/// A provider that is reached over HTTP, whatever dialect it speaks.
///
/// Answers are streamed: each event is told as it comes. A provider that does not know of streams and sends its answer
/// in one piece is understood, too. Nothing is tried twice, but what was refused since a credential had run out, once
/// more with a new one; what to do about a failure is in the ``ModelError``.
public struct HTTPModelProvider: ModelProvider {
    let dialect: any ModelDialect
    let base: BaseURL
    /// What shows the provider who asks, where the dialect's own key does not.
    let authorization: (any CallAuthorization)?
    let client: HTTPClient
    let timeouts: ModelTimeouts
    let limits: ModelLimits
    let clock: any Timekeeper

    /// The most bytes of a streamed answer on the wire, where each word of it stands in a piece with much around it.
    static let streamBytesMax = 1 << 30

    package init(
        _ dialect: any ModelDialect, at base: BaseURL, authorization: (any CallAuthorization)? = nil,
        client: HTTPClient, timeouts: ModelTimeouts = ModelTimeouts(), limits: ModelLimits = ModelLimits(),
        clock: any Timekeeper = SystemTimekeeper()
    ) {
        self.dialect = dialect
        self.base = base
        self.authorization = authorization
        self.client = client
        self.timeouts = timeouts
        self.limits = limits
        self.clock = clock
    }

    /// Asks, tells each event while it comes, and returns the whole answer.
    ///
    /// When the task is cancelled, the connection is closed at once, even while `tell` is at work.
    ///
    /// - Throws: ``ModelError``; `CancellationError`; what `tell` throws.
    public func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        var wire = try dialect.encode(request, isStreaming: true)
        wire.headers.append(WireRequest.Header("accept", "\(dialect.framing.mediaType), application/json"))
        // The same for each attempt at a step: whoever knows the header can recognise a repeat, others pass it over.
        if let token = request.idempotencyToken { wire.headers.append(WireRequest.Header("idempotency-key", token)) }
        let call = try await begin(wire, at: base.text, method: .post, bodySizeMax: Self.streamBytesMax)
        return try await withTaskCancellationHandler {
            try await read(call.body, request, tell)
        } onCancel: {
            call.body.cancel()
        }
    }

    /// Sends a request and waits for the head of an answer with a status of success.
    ///
    /// What is refused since its credential is no longer good is sent once more with a new one, where one can be had.
    func begin(
        _ wire: WireRequest, at place: String, method: HTTPMethod, bodySizeMax: Int
    ) async throws -> HTTPStreamedResponse {
        let plain = OutgoingCall(method, place + wire.path, wire)
        let first = try await authorization?.authorized(plain) ?? plain
        let answer = try await send(first, bodySizeMax)
        return Self.isSuccess(answer) ? answer : try await beginAgain(plain, answer, to: first, bodySizeMax)
    }

    /// Makes a call once more that was refused because what authorizes it is not good any more.
    @inline(never)  // a stream keeps the memory of what was at hand when it began
    private func beginAgain(
        _ plain: OutgoingCall, _ refused: HTTPStreamedResponse, to first: OutgoingCall, _ bodySizeMax: Int
    ) async throws -> HTTPStreamedResponse {
        let error = try await refusal(refused)
        guard let authorization, error.kind == .unauthenticated, await authorization.renew(after: first) else {
            throw error
        }
        let answer = try await send(try await authorization.authorized(plain), bodySizeMax)
        guard Self.isSuccess(answer) else { throw try await refusal(answer) }
        return answer
    }

    /// All of an answer that has no stream.
    func whole(_ answer: HTTPStreamedResponse) async throws -> Data {
        answer.body.noteContent()
        do throws(HTTPClientError) {
            return Data(try await answer.body.collected())
        } catch {
            throw failure(error)
        }
    }

    private static func isSuccess(_ answer: HTTPStreamedResponse) -> Bool { (200...299).contains(answer.status) }

    private func send(_ call: OutgoingCall, _ bodySizeMax: Int) async throws -> HTTPStreamedResponse {
        do throws(HTTPClientError) {
            return try await client.stream(request(call, bodySizeMax))
        } catch {
            throw failure(error)
        }
    }

    @inline(never)  // a stream keeps the memory of what was at hand when it began
    private func request(_ call: OutgoingCall, _ bodySizeMax: Int) -> HTTPRequest {
        var headers = HTTPHeaders()
        for header in call.wire.headers { headers.add(header.name, header.value.revealed) }
        let limits = HTTPTimeouts(
            connect: timeouts.connect, firstByte: timeouts.firstToken, firstContent: timeouts.firstToken,
            idle: timeouts.idle, total: timeouts.total)
        return HTTPRequest(
            call.method, call.url, headers: headers, body: Array(call.wire.body), timeouts: limits,
            bodySizeMax: bodySizeMax)
    }

    private func read(
        _ body: HTTPBody, _ request: ModelRequest, _ tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        var reader = AnswerReader(dialect, request, limits)
        var assembler = ResponseAssembler()
        var bytes = body.makeAsyncIterator()
        var isNoted = false
        while true {
            try Task.checkCancellation()
            let piece: Result<[UInt8]?, HTTPClientError>
            do throws(HTTPClientError) {
                piece = .success(try await bytes.next())
            } catch {
                piece = .failure(error)
            }
            let events =
                switch piece {
                case .success(let more?): try reader.take(more)
                case .success(nil): try reader.end(.closed)
                case .failure(let error) where error.reason == .cut: try reader.end(.broken)
                case .failure(let error): throw failure(error, reader)
                }
            if reader.hasContent, !isNoted {
                isNoted = true
                body.noteContent()
            }
            for event in events {
                try await tell(event)
                if let response = assembler.take(event) {
                    body.finish()
                    return response
                }
            }
            if let failure = reader.failure { throw failure }
        }
    }
}
