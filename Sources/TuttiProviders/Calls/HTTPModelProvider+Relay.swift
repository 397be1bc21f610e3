import FoundationEssentials
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
        let tap = RelayTap(dialect, relay, tellsUsage: call.tellsUsage)
        return try await withTaskCancellationHandler {
            if call.isStreaming { return try await stream(answer.body, tap, tell) }
            return try await whole(answer.body, tap, tell)
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
        if let failure = tap.failure(inWhole: Data(bytes)) { throw failure }
        try await tell(bytes)
        return RelayedAnswer(usage: tap.usage(ofWhole: Data(bytes)))
    }

    private func stream(
        _ body: HTTPBody, _ tap: RelayTap, _ tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer {
        var (tap, held, hasSpoken) = (tap, [UInt8](), false)
        var events = EventBoundary(bytesMax: limits.eventBytesMax + 1024)
        var bytes = body.makeAsyncIterator()
        do {
            while !tap.isFinished, let more = try await next(&bytes) {
                guard let whole = events.take(more) else {
                    throw ModelError.tooLarge(dialect.name, "bytes in one piece", limits.eventBytesMax)
                }
                var out: [UInt8] = []
                for event in whole {
                    let verdict = tap.take(event)
                    if let failure = tap.failure {
                        if !hasSpoken, out.isEmpty { throw failure }
                        out += held + withoutKey(event)
                        held = []
                        continue
                    }
                    guard hasSpoken || !out.isEmpty || tap.isReadable(event) else {
                        throw ModelError.malformed(dialect.name, "a piece is no JSON object")
                    }
                    switch verdict {
                    case .drop: break
                    case .hold where !hasSpoken && out.isEmpty: held += event
                    case .hold, .forward:
                        out += held + event
                        held = []
                    }
                }
                if !out.isEmpty {
                    if !hasSpoken { body.noteContent() }
                    hasSpoken = true
                    try await tell(out)
                }
                if tap.failure != nil { break }
            }
            try await end(&tap, events.unfinished, tell)
        } catch var error as ModelError {
            error.usage = error.usage ?? tap.usage
            error.hasContent = hasSpoken
            throw error
        }
        body.finish()
        return RelayedAnswer(usage: tap.usage, failure: tap.failure)
    }

    /// What a provider says of a failure can hold the key that it was asked with.
    private func withoutKey(_ event: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let key = dialect.key?.revealed, !key.isEmpty else { return event }
        return Array(String(decoding: event, as: UTF8.self).replacing(key, with: "[secret]").utf8)[...]
    }

    /// Looks whether the stream is whole. Some leave the empty line out behind their last event.
    private func end(
        _ tap: inout RelayTap, _ unfinished: ArraySlice<UInt8>, _ tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        if tap.isFinished || tap.failure != nil { return }
        let isClosed = [UInt8(ascii: "}"), UInt8(ascii: "]"), 0x0A].contains(unfinished.last ?? 0)
        if isClosed { _ = tap.take(unfinished) }
        guard tap.isFinished else {
            throw ModelError.cutOff(dialect.name, "the connection was closed before the end of the stream")
        }
        try await tell(unfinished + [0x0A, 0x0A])
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
