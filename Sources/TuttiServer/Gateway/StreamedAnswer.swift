import Synchronization
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiModels
import TuttiRuntime

/// An answer that is sent while it comes. Its head waits for the first piece: until then a failure is an answer with a
/// status of its own, and another deployment can be asked; behind it a failure is the last event of the stream.
///
/// The call goes on in a task of its own, on the same executor as whoever sends; it ends when the client leaves or when
/// nobody sends the answer any more.
final class StreamedAnswer: Sendable {
    private let handoff = AnswerHandoff()
    private let task: Task<Void, Never>
    private let dialect: any InboundDialect
    private let requestID: String

    /// Begins the call.
    ///
    /// - Parameter call: asks the model, and brings the bytes of the answer as they come.
    init(
        in dialect: any InboundDialect, requestID: String, pulse: StreamPulse,
        call: @escaping @Sendable (@escaping @Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.dialect = dialect
        self.requestID = requestID
        let handoff = handoff
        let executor = currentTaskExecutor
        task = Task(executorPreference: executor) {
            let enlisted = pulse.enlist(handoff, alive: dialect.alive)
            defer { pulse.dismiss(enlisted) }
            do {
                try await call { bytes in try await handoff.put(bytes) }
                handoff.finish()
            } catch {
                handoff.finish(error)
            }
        }
    }

    deinit { task.cancel() }

    /// Waits for the first piece.
    ///
    /// - Throws: what the call failed with before there was one; `CancellationError`.
    func response() async throws -> ServerResponse {
        let first = try await withTaskCancellationHandler {
            try await handoff.next()
        } onCancel: {
            task.cancel()
        }
        return ServerResponse(
            status: 200,
            headers: [
                "Content-Type": EventStream.mediaType, "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
            ],
            body: .stream(length: nil) { writer in try await self.send(first, to: writer) })
    }

    private func send(_ first: [UInt8]?, to writer: ResponseWriter) async throws {
        defer { task.cancel() }
        guard let first else { return }
        try await writer.write(first)
        do {
            while let more = try await handoff.next() { try await writer.write(more) }
        } catch let error where !(error is CancellationError || error is ClientGone) {
            // The status has been sent: only an event tells the client that the answer is not whole.
            try await writer.write(dialect.brokenOff(GatewayError(thrown: error), request: requestID))
        }
    }
}

/// The writer of a stream, as its events come from whatever task.
final class StreamState: Sendable {
    private let stream: Mutex<any AnswerStream>

    init(_ stream: any AnswerStream) { self.stream = Mutex(stream) }

    func take(_ event: ModelEvent) -> [UInt8] { stream.withLock { $0.take(event) } }
}
