import FoundationEssentials
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRuntime

extension HTTPModelProvider {
    /// What a status that is no success means, with what the body says about it.
    func refusal(_ call: HTTPStreamedResponse) async throws -> ModelError {
        var body: [UInt8] = []
        var bytes = call.body.makeAsyncIterator()
        do throws(HTTPClientError) {
            // More is not looked at.
            while body.count <= ProviderFailure.bodyBytesMax, let more = try await bytes.next() { body += more }
            if body.count <= ProviderFailure.bodyBytesMax { call.body.finish() }
        } catch {
            // The status says most; of the body there is what there is.
            if error.reason == .cancelled { throw CancellationError() }
        }
        let headers = WireHeaders(call.headers.fields.map { (name: $0.name, value: $0.value) })
        return dialect.error(status: call.status, headers: headers, body: Data(body), now: clock.now())
    }

    /// What a failure of the transport means, for whoever asked; a cancelled call is `CancellationError`.
    func failure(_ error: HTTPClientError, _ reader: AnswerReader? = nil) -> any Error {
        if error.reason == .cancelled { return CancellationError() }
        let row = row(for: error)
        var failure = ModelError(
            row.kind, row.classification, "\(dialect.name): \(error.message); \(wayOut(of: error.reason))")
        failure.usage = reader?.usage
        failure.hasContent = reader?.hasContent ?? false
        return failure
    }

    private func row(for error: HTTPClientError) -> RetryTable.Row {
        func row(_ cause: CallFailure.Cause) -> RetryTable.Row {
            var row = RetryTable.row(for: CallFailure(cause, of: dialect.family))
            // A certificate is the same at the next attempt.
            if !error.isRetryable, row.classification == .retry { row.classification = .retryElsewhere }
            return row
        }
        switch error.reason {
        case .dns, .connect, .tls, .timeoutConnect: return row(.unreachable)
        case .cut: return row(error.hasAnswerBegun ? .cut : .unreachable)
        case .timeoutFirstByte, .timeoutFirstContent, .timeoutIdle, .timeoutTotal: return row(.status(504))
        case .overloaded: return row(.status(503))
        case .protocolError: return row(.malformed)
        case .tooLarge: return RetryTable.Row(kind: .answerTooLarge, classification: .never)
        case .badRequest, .cancelled, .shutDown: return RetryTable.Row(kind: .badRequest, classification: .never)
        }
    }

    private func wayOut(of reason: HTTPClientError.Reason) -> String {
        switch reason {
        case .dns, .connect, .timeoutConnect, .cut:
            base.isLoopback ? "start the server, or check its URL" : "check the network and the provider's URL"
        case .tls: "check the provider's URL, or the certificates of this machine"
        case .timeoutFirstByte, .timeoutFirstContent, .timeoutIdle, .timeoutTotal:
            "ask for less, or raise the time limit"
        case .overloaded: "make fewer calls at one time"
        case .protocolError: "check the provider's URL"
        case .tooLarge: "ask for less"
        case .badRequest: "change it and ask again"
        case .cancelled, .shutDown: "open another one"
        }
    }
}
