package import FoundationEssentials
package import TuttiCore

/// How one sort of provider is spoken to. All of it is values in, values out; the network is elsewhere.
package protocol ModelDialect: Sendable {
    /// What the provider is called in messages and seals.
    var name: String { get }
    /// The key, so that nothing that comes back can show it.
    var key: SecretText? { get }
    /// Whose rules apply to failures.
    var family: ProviderFamily { get }
    /// How a streamed answer is cut into pieces.
    var framing: StreamFraming { get }

    /// The request on the wire.
    ///
    /// - Parameter isStreaming: whether the answer is to come in pieces.
    /// - Throws: ``ModelError`` `bad_request` that names the field, the rule and the way out.
    func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest

    /// Reads a whole answer, one with a status of success.
    ///
    /// - Throws: ``ModelError``: the failure that the body tells of, or `malformed_answer`.
    func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse

    /// What reads the pieces of a streamed answer.
    func machine(for request: ModelRequest) -> any StreamMachine

    /// What a body tells of a failure.
    func failure(in body: JSONValue) -> ProviderFailure

    /// What a body and the headers of its answer tell of a failure, for providers that name it in a header.
    func failure(in body: JSONValue, _ headers: WireHeaders) -> ProviderFailure

    /// Where the list of models is, from the base URL of the calls.
    func listBase(_ base: String) -> String

    /// The request for the provider's list of models, on the wire.
    ///
    /// - Parameter page: what the page before said; `nil` for the first.
    /// - Throws: ``ModelError`` for a key that no header can hold.
    func encodeList(page: String?) throws(ModelError) -> WireRequest

    /// Reads a page of that list.
    ///
    /// - Throws: ``ModelError`` `malformed_answer`.
    func list(in body: JSONValue) throws(ModelError) -> ModelListPage
}

/// Whose rules apply to failures.
package enum ProviderFamily: Sendable, Hashable, CaseIterable {
    case openAI
    case anthropic
    case gemini
    case bedrock
}

/// How a streamed answer is cut into pieces.
package enum StreamFraming: Sendable, Hashable {
    /// Lines of text, as the WHATWG HTML standard says (`text/event-stream`).
    case serverSentEvents
    /// Binary messages with checksums, as Amazon's services send them (`application/vnd.amazon.eventstream`).
    case eventStream

    /// What is asked for in the header `accept`.
    package var mediaType: String {
        switch self {
        case .serverSentEvents: "text/event-stream"
        case .eventStream: "application/vnd.amazon.eventstream"
        }
    }
}

/// Reads the pieces of one dialect; ``ModelStream`` around it sees to limits and ends.
package protocol StreamMachine: Sendable {
    /// What has been counted so far.
    var usage: ModelUsage? { get }
    /// Takes one piece; the last event of a whole answer is `finished`.
    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent]
    /// The connection has been closed in good order; what is still to say, when that is a good end.
    mutating func end() throws(ModelError) -> [ModelEvent]
}

extension ModelDialect {
    /// Lines of text, as most send.
    package var framing: StreamFraming { .serverSentEvents }

    /// Beside the calls, as most have it.
    package func listBase(_ base: String) -> String { base }

    /// What the body alone tells.
    package func failure(in body: JSONValue, _ headers: WireHeaders) -> ProviderFailure { failure(in: body) }

    /// Reads a whole answer from its bytes.
    ///
    /// - Throws: as ``decode(_:for:)``; ``ModelError`` `answer_too_large`.
    package func decode(
        _ bytes: Data, for request: ModelRequest, limits: ModelLimits = ModelLimits()
    ) throws(ModelError) -> ModelResponse {
        guard bytes.count <= limits.answerBytesMax else { throw .tooLarge(name, "bytes", limits.answerBytesMax) }
        guard let body = try? WireJSON.read(bytes), case .object = body else {
            throw .malformed(name, "its body is no JSON object")
        }
        let response = try decode(body, for: request)
        guard response.toolCalls.count <= limits.toolCallsMax else {
            throw .tooLarge(name, "tool calls", limits.toolCallsMax)
        }
        return response
    }

    /// What reads a streamed answer.
    package func stream(for request: ModelRequest, limits: ModelLimits = ModelLimits()) -> ModelStream {
        ModelStream(provider: name, machine: machine(for: request), limits: limits)
    }

    /// What a status that is no success means.
    ///
    /// - Parameters:
    ///   - body: its first part is enough; what is no JSON counts as none.
    ///   - now: for hints that are dates.
    package func error(status: Int, headers: WireHeaders, body: Data, now: Timestamp) -> ModelError {
        var value = body.count <= ProviderFailure.bodyBytesMax ? (try? WireJSON.read(body)) ?? .null : .null
        if case .array(let items) = value { value = items.first ?? .null }  // Google wraps it where streams are arrays
        return error(status: status, failure(in: value, headers), headers: headers, now: now)
    }

    /// What a failure inside of an answer with a status of success means: the same as the status it stands for.
    package func error(inside body: JSONValue) -> ModelError { error(inside: failure(in: body)) }

    /// As ``error(inside:)``, of what has been read already.
    func error(inside failure: ProviderFailure) -> ModelError {
        error(status: failure.status ?? 500, failure, headers: WireHeaders(), now: nil)
    }

    private func error(
        status: Int, _ failure: ProviderFailure, headers: WireHeaders, now: Timestamp?
    ) -> ModelError {
        let shouldRetry = headers["x-should-retry"].flatMap { ["true": true, "false": false][$0.lowercased()] }
        let row = RetryTable.row(
            for: CallFailure(.status(status), of: family, words: failure.words, shouldRetry: shouldRetry))
        let shown = failure.shownWord(hiding: key)
        let words = shown.map { " (\($0))" } ?? ""
        var error = ModelError(
            row.kind, row.classification, "\(name) answered with status \(status)\(words): \(row.kind.advice)")
        error.status = status
        error.providerCode = shown
        error.parameter = failure.shownParameter(hiding: key)
        if let parameter = error.parameter {
            error.message += "; the field is \(parameter)"
        } else if row.kind == .badRequest, failure.message != nil {
            error.message += "; 'tutti models test' shows the reason that it gives"
        }
        error.providerMessage = failure.shownMessage(hiding: key)
        let id = Self.requestIDHeaders.lazy.compactMap { headers[$0] }.first
        error.requestID = id.flatMap { ProviderFailure.plain($0, hiding: key, digitsMax: .max) }
        error.retryAfter = [failure.retryDelay, now.flatMap { RetryHint.read(headers, now: $0) }]
            .compactMap(\.self).max()
        return error
    }

    /// Where providers tell the id of a call.
    private static var requestIDHeaders: [String] {
        ["x-request-id", "request-id", "x-generation-id", "x-amzn-requestid", "apim-request-id"]
    }

    /// A key as a header; one that would break the header is refused without showing it.
    func header(_ name: String, prefix: String = "", _ key: SecretText?) throws(ModelError) -> [WireRequest.Header] {
        guard let key else { return [] }
        guard !key.revealed.isEmpty, key.revealed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ModelError(
                .unauthenticated, .never,
                "the key for \(self.name) is empty or holds a blank, a line end or another character that no key has; "
                    + "set it anew")
        }
        return [WireRequest.Header(name, secret: SecretText(prefix + key.revealed))]
    }
}

extension ModelErrorCode {
    /// What happened and the way out, to stand after a colon.
    var advice: String {
        switch self {
        case .badRequest: "it does not take the request"
        case .unauthenticated: "the key is missing, wrong or has run out; set another one"
        case .forbidden: "the key may not do this; use another one, or ask for the right"
        case .modelNotFound: "there is no such model here; choose another one"
        case .requestTooLarge: "the request has too many bytes; send less"
        case .contextTooLong:
            "the text is too long for the model; send less at once (--part-tokens), or choose a larger one"
        case .refused: "it would not deal with what was asked; ask otherwise"
        case .rateLimited: "too many calls for now; wait, or use another provider"
        case .quotaExhausted: "no money or quota is left on this key; fill it up, or use another one"
        case .overloaded: "it has too much to do; wait, or use another provider"
        case .timedOut: "it gave up waiting; ask again, or ask for less"
        default: "it failed; ask again, or use another provider"
        }
    }
}

extension ModelError {
    package static func malformed(_ provider: String, _ problem: String) -> ModelError {
        ModelError(
            .malformed, RetryTable.row(for: CallFailure(.malformed, of: .openAI)).classification,
            "the answer of \(provider) is not what its protocol says: \(problem); ask again, or use another provider")
    }

    /// No model has been asked: another server is there, and asking it again finds the same.
    package static func webPage(_ provider: String) -> ModelError {
        ModelError(
            .malformed, .never,
            "the answer of \(provider) is a web page, so another server is there; check the provider's URL")
    }

    package static func cutOff(_ provider: String, _ problem: String) -> ModelError {
        ModelError(
            .cutOff, RetryTable.row(for: CallFailure(.cut, of: .openAI)).classification,
            "the answer of \(provider) broke off: \(problem); ask again")
    }

    package static func tooLarge(_ provider: String, _ unit: String, _ limit: Int) -> ModelError {
        ModelError(
            .answerTooLarge, .never,
            "the answer of \(provider) has more than \(limit) \(unit); ask for less, or raise the limit")
    }

    /// A field for which a dialect has no words; to leave it out unseen would change what is asked.
    static func unsayable(_ field: String, in dialect: String, _ wayOut: String) -> ModelError {
        .badRequest(field, "cannot be said to \(dialect); \(wayOut)")
    }

    package static func badRequest(_ field: String, _ problem: String) -> ModelError {
        var error = ModelError(.badRequest, .never, "'\(field)' \(problem)")
        error.parameter = field
        return error
    }
}
