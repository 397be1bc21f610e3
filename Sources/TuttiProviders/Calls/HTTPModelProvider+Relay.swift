import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
package import TuttiModels

/// Handing requests of clients on as they are.
extension HTTPModelProvider: RelayingProvider {
    package var relayDialect: RelayDialect? { dialect.relayDialect }

    package func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        guard let relay = dialect.relayDialect else {
            throw ModelError(.badRequest, .never, "\(dialect.name) takes no requests of other dialects")
        }
        let body = try await begin(call)
        let (isStreaming, tellsUsage) = (call.isStreaming, call.tellsUsage)
        return try await withTaskCancellationHandler {
            if isStreaming {
                return try await stream(
                    body, StreamRelay(dialect, relay, tellsUsage: tellsUsage, limits: limits), tell)
            }
            return try await whole(body, RelayTap(dialect, relay, tellsUsage: tellsUsage), tell)
        } onCancel: {
            body.cancel()
        }
    }

    @inline(never)  // what it has at hand is not to be kept for as long as the stream goes on
    private func begin(_ call: RelayedCall) async throws -> HTTPBody {
        var wire = try dialect.relayed(call)
        let accepted = call.isStreaming ? "text/event-stream" : "application/json"
        wire.headers.append(WireRequest.Header("accept", accepted))
        return try await begin(wire, at: base.text, method: .post, bodySizeMax: Self.streamBytesMax).body
    }

    private func whole(
        _ body: HTTPBody, _ tap: RelayTap, _ tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        let bytes: [UInt8]
        do throws(HTTPClientError) {
            bytes = try await body.collected()
        } catch {
            throw lost(error)
        }
        guard bytes.count <= limits.answerBytesMax else {
            throw ModelError.tooLarge(dialect.name, "bytes", limits.answerBytesMax)
        }
        // Some say success and mean failure.
        let usage = try tap.usage(ofWhole: bytes)
        try await tell(bytes)
        return RelayedAnswer(usage: usage)
    }

    private func stream(
        _ body: HTTPBody, _ events: StreamRelay, _ tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        var bytes = body.makeAsyncIterator()
        do {
            while !events.isOver, let more = try await next(&bytes) {
                let isFirst = !events.hasSpoken
                let out = try events.take(more)
                guard !out.isEmpty else { continue }
                if isFirst { body.noteContent() }
                try await tell(out)
            }
            let rest = try events.end()
            if !rest.isEmpty { try await tell(rest) }
        } catch let error as ModelError {
            throw events.completed(error)
        }
        body.finish()
        return events.answer
    }

    private func next(_ bytes: inout HTTPBody.AsyncIterator) async throws -> [UInt8]? {
        try Task.checkCancellation()
        do throws(HTTPClientError) {
            return try await bytes.next()
        } catch {
            throw lost(error)
        }
    }

    /// A connection that is lost behind the head of an answer, in the words of answers that are read; where the
    /// provider is does not matter to the client.
    private func lost(_ error: HTTPClientError) -> any Error {
        if error.reason == .cut { return ModelError.cutOff(dialect.name, "the connection was lost") }
        return failure(error)
    }
}
