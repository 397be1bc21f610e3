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
        var wire = try dialect.relayed(call)
        let accepted = call.isStreaming ? "text/event-stream" : "application/json"
        wire.headers.append(WireRequest.Header("accept", accepted))
        let answer = try await begin(wire, at: base.text, method: .post, bodySizeMax: Self.streamBytesMax)
        return try await withTaskCancellationHandler {
            if call.isStreaming {
                let events = StreamRelay(dialect, relay, tellsUsage: call.tellsUsage, limits: limits)
                return try await stream(answer.body, events, tell)
            }
            return try await whole(answer.body, RelayTap(dialect, relay, tellsUsage: call.tellsUsage), tell)
        } onCancel: {
            answer.body.cancel()
        }
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
