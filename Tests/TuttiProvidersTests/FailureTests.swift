import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiHTTPClient
import TuttiModels

@testable import TuttiProviders

/// Answers that are failures, and answers that fail on the way.
@Suite struct FailureTests {
    private func failure(
        _ sample: DialectSample = .chat, timeouts: ModelTimeouts = Samples.patience, told: Told = Told(),
        _ script: @escaping @Sendable (RawConnection) -> Void
    ) async throws -> ModelError? {
        let host = ModelHost { _, connection in script(connection) }
        return try await host.provider(sample.dialect, timeouts: timeouts).failure(told: told)
    }

    /// How a stream comes to its end without its marker.
    enum Cut: CaseIterable, Sendable {
        case politeChunk, politeClose, missingChunk, reset
    }

    @Test(arguments: DialectSample.allCases, Cut.allCases)
    func aCutIsNeverAnEnd(_ sample: DialectSample, _ cut: Cut) async throws {
        let told = Told()
        let error = try await failure(sample, told: told) { connection in
            let whole = sample.stream
            let part = String(whole[..<(whole.firstRange(of: sample.endMark)?.lowerBound ?? whole.endIndex)])
            if cut == .politeClose {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + part)
            } else {
                connection.startStream()
                connection.chunk(part)
            }
            if cut == .politeChunk { connection.endStream() }
            // A reset may overtake what was sent before.
            if cut == .reset { connection.reset() } else { connection.end() }
        }
        #expect(error?.kind == .cutOff, "\(error?.message ?? "no error")")
        #expect(error?.classification == .retry)
        if cut == .reset { return }
        #expect(error?.hasContent == true)
        // Of some the part that is missing is the one that tells the usage.
        let isCounted = ![.gemini, .responses].contains(sample)
        #expect(error?.usage == (isCounted ? ModelUsage(uncachedInput: 9, output: 2) : nil))
        #expect(told.text == (sample == .gemini ? "Hel" : "Hello"))
    }

    @Test func aCutBeforeAnyAnswerIsNoConnection() async throws {
        let error = try await failure { $0.end() }
        #expect(error?.kind == .unreachable)
        #expect(error?.classification == .retry)
    }

    @Test(arguments: [
        (
            429, #"{"error":{"message":"slow","type":"rate_limit_error","code":"rate_limit_exceeded"}}"#,
            "rate_limited", "retry"
        ),
        (429, #"{"error":{"message":"pay","type":"insufficient_quota"}}"#, "quota_exhausted", "retry_elsewhere"),
        (500, #"{"error":{"message":"oops","type":"server_error"}}"#, "provider_failed", "retry"),
        (529, "", "overloaded", "retry"),
        (503, "<html>busy</html>", "overloaded", "retry"),
        (
            401, #"{"error":{"message":"wrong key sk-planted-0123456789","code":"invalid_api_key"}}"#,
            "unauthenticated", "never"
        ),
        (404, #"{"error":{"message":"no such","code":"model_not_found"}}"#, "model_not_found", "retry_elsewhere"),
        (400, #"{"error":{"message":"long","code":"context_length_exceeded"}}"#, "context_too_long", "retry_elsewhere"),
        (302, "", "malformed_answer", "never"),
    ])
    func eachStatusIsAnError(_ status: Int, _ body: String, _ code: String, _ classification: String) async throws {
        let error = try await failure { connection in
            connection.answer(body, status: status, headers: ["Retry-After: 7", "X-Request-Id: req_1", "Location: /"])
        }
        #expect(error?.code == code)
        #expect(error?.classification.rawValue == classification)
        #expect(error?.status == status)
        #expect(error?.retryAfter == .seconds(7))
        #expect(error?.requestID == "req_1")
        #expect(error?.hasContent == false)
        for secret in [Samples.key, "planted question"] {
            #expect("\(error as Any) \(error?.message ?? "") \(error?.data as Any)".contains(secret) == false)
        }
    }

    @Test func theBodyOfAnErrorMayBeCutOrHuge() async throws {
        let cut = try await failure { connection in
            connection.send("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{\"error\":")
            connection.end()
        }
        #expect(cut?.kind == .providerFailed)
        let closed = Signal()
        let huge = try await failure { connection in
            connection.send("HTTP/1.1 500 No\r\nContent-Length: 100000000\r\n\r\n")
            while connection.send(String(repeating: "x", count: 64 << 10)) {}
            closed.give()
        }
        #expect(huge?.kind == .providerFailed)
        await closed.wait()
    }

    @Test func anErrorInsideOfTheAnswerEndsTheCall() async throws {
        let closed = Signal()
        let told = Told()
        let error = try await failure(.anthropic, told: told) { connection in
            connection.startStream()
            let part = Samples.anthropicStream.firstRange(of: "event: content_block_stop")?.lowerBound
            connection.chunk(String(Samples.anthropicStream[..<(part ?? Samples.anthropicStream.endIndex)]))
            connection.chunk(
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n"
            )
            connection.waitForClose()
            closed.give()
        }
        #expect(error?.kind == .overloaded)
        #expect(error?.usage?.uncachedInput == 9)
        #expect(error?.hasContent == true)
        #expect(told.text == "Hello")
        await closed.wait()
    }

    @Test(arguments: ["not http at all\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html></html"])
    func garbageIsMalformed(_ answer: String) async throws {
        let error = try await failure { connection in
            connection.send(answer)
            connection.end()
        }
        #expect(error?.kind == .malformed)
    }

    @Test func aRefusedConnection() async throws {
        let provider = HTTPModelProvider(
            ChatDialect(.ollama), at: try BaseURL("http://127.0.0.1:1"), client: HTTPClient(),
            timeouts: Samples.patience)
        let error = try await provider.failure()
        #expect(error?.kind == .unreachable)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("ollama: no connection to 127.0.0.1:1") == true, "\(error?.message ?? "")")
        #expect(error?.message.hasSuffix("; start the server, or check its URL") == true)
    }

    // MARK: Time limits

    private static let short = Duration.milliseconds(80)

    private func patience(_ limit: WritableKeyPath<ModelTimeouts, Duration>) -> ModelTimeouts {
        var timeouts = Samples.patience
        timeouts[keyPath: limit] = Self.short
        return timeouts
    }

    @Test(arguments: ["", ": OPENROUTER PROCESSING\n\n", "data: {\"choices\":[]}\n\n"])
    func theFirstTokenHasItsTimeWhateverComesBefore(_ signOfLife: String) async throws {
        let error = try await failure(timeouts: patience(\.firstToken)) { connection in
            connection.startStream()
            if signOfLife.isEmpty { connection.waitForClose() } else { while connection.chunk(signOfLife) {} }
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.classification == .retry)
        #expect(error?.hasContent == false)
    }

    @Test func silenceHasItsTime() async throws {
        let error = try await failure(timeouts: patience(\.idle)) { connection in
            // In one piece, so that nothing of it can be late.
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + Samples.chatUsage + Samples.chat("Hel"))
            connection.waitForClose()
        }
        #expect(error?.kind == .timedOut)
        #expect(error?.hasContent == true)
        #expect(error?.usage == ModelUsage(uncachedInput: 9, output: 2))
    }

    @Test func aSlowDripHasItsTime() async throws {
        let error = try await failure(timeouts: patience(\.total)) { connection in
            connection.startStream()
            while connection.chunk(Samples.chat("x")) {}
        }
        #expect(error?.kind == .timedOut)
    }

    @Test func limitsHaveToMakeSense() async throws {
        var timeouts = Samples.patience
        timeouts.idle = .zero
        let error = try await failure(timeouts: timeouts) { $0.stream(Samples.chatStream) }
        #expect(error?.kind == .badRequest)
        #expect(error?.message.contains("the time limit 'idle'") == true)
    }
}
