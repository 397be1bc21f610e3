import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Whole answers, and what is sent for them.
@Suite struct HTTPModelProviderTests {
    @Test(arguments: DialectSample.allCases)
    func eventsAreToldAsTheyCome(_ sample: DialectSample) async throws {
        let goOn = Signal()
        let host = ModelHost { _, connection in
            let (beginning, rest) = sample.halves
            connection.startStream()
            connection.chunk(beginning)
            goOn.waitOnThread()
            connection.chunk(rest)
            connection.endStream()
        }
        let told = Told()
        let response = try await host.provider(sample.dialect).answer(Samples.request) { event in
            told.tell(event)
            goOn.give()  // never, unless an event is told before the answer is whole
        }
        #expect(response.text == "Hello")
        #expect(response.usage == ModelUsage(uncachedInput: 9, output: 2))
        #expect(told.text == "Hello")
        #expect(told.all.last == .finished(.stop, native: response.nativeFinish))
    }

    @Test func aServerWithoutStreamsIsUnderstood() async throws {
        let host = ModelHost { _, connection in connection.answer(Samples.chatWhole) }
        let told = Told()
        let response = try await host.provider().answer(Samples.request) { told.tell($0) }
        #expect(response == Samples.hello)
        #expect(told.all == Samples.hello.events)
    }

    @Test func theEndMarkerNeedsNoEmptyLine() async throws {
        let host = ModelHost { _, connection in
            connection.stream(Samples.chat("Hello") + Samples.chatStop + Samples.chatUsage + "data: [DONE]")
        }
        #expect(try await host.provider().answer() == Samples.hello)
    }

    @Test func missingAndRepeatedUsage() async throws {
        let more = Samples.chatUsage.replacing("\"completion_tokens\":2", with: "\"completion_tokens\":1")
        let host = ModelHost { asked, connection in
            let usage = asked.body["model"] == "silent" ? "" : more + Samples.chatUsage
            connection.stream(usage + Samples.chat("Hello") + Samples.chatStop + Samples.done)
        }
        #expect(try await host.provider().answer() == Samples.hello)
        var silent = Samples.request
        silent.model = "silent"
        #expect(try await host.provider().answer(silent).usage == nil)
    }

    @Test func aConnectionIsUsedForTheNextCall() async throws {
        let host = ModelHost { _, connection in connection.stream(Samples.chatStream) }
        let provider = try host.provider()
        for _ in 0..<5 { #expect(try await provider.answer() == Samples.hello) }
        // A call that begins before the one before has come to its end makes a connection of its own.
        #expect(host.connectionCount < 5)
    }

    @Test func whatIsSent() async throws {
        let host = ModelHost { _, connection in connection.stream(Samples.chatStream) }
        var request = Samples.request
        request.idempotencyToken = "run_1/step#1"
        _ = try await host.provider().answer(request)
        let asked = try #require(host.asked.first)
        #expect(asked.line == "POST /chat/completions HTTP/1.1")
        #expect(asked.headers["authorization"] == "Bearer \(Samples.key)")
        #expect(asked.headers["idempotency-key"] == "run_1/step#1")
        #expect(asked.headers["content-type"] == "application/json")
        #expect(asked.headers["accept"] == "text/event-stream, application/json")
        #expect(asked.body["stream"] == true)
        #expect(asked.body["stream_options"] == ["include_usage": true])
        #expect(asked.body["messages"] == [["role": "user", "content": "What is the planted question?"]])
    }

    @Test(arguments: ["", "with\r\nline: end", String(repeating: "x", count: 256)])
    func atokenThatIsNoHeaderIsRefused(_ token: String) async throws {
        let host = ModelHost { _, connection in connection.stream(Samples.chatStream) }
        var request = Samples.request
        request.idempotencyToken = token
        let error = try await host.provider().failure(request)
        #expect(error?.message == "'idempotencyToken' must have 1 to 255 visible characters")
        #expect(host.asked.isEmpty)
    }

    @Test func anthropicIsAskedInTheVersionThatTheRequestNeeds() async throws {
        let host = ModelHost { _, connection in connection.stream(Samples.anthropicStream) }
        let provider = try host.provider(DialectSample.anthropic.dialect)
        _ = try await provider.answer()
        var warm = Samples.request
        warm.temperature = 0.5
        _ = try await provider.answer(warm)
        let versions = host.asked.map { $0.headers["anthropic-version"] }
        #expect(versions == ["2026-10-21", "2023-06-01"])
        #expect(host.asked.map { $0.headers["authorization"] } == ["Bearer \(Samples.key)", nil])
        #expect(host.asked.map { $0.headers["x-api-key"] } == [nil, Samples.key])
    }

    @Test func aLongAnswerIsTakenWhole() async throws {
        let piece = String(repeating: "ä", count: 32 << 10)
        let count = 150  // 9.4 MiB
        let host = ModelHost { _, connection in
            connection.startStream()
            for _ in 0..<count { connection.chunk(Samples.chat(piece)) }
            connection.chunk(Samples.chatStop + Samples.done)
            connection.endStream()
        }
        let response = try await host.provider().answer()
        #expect(response.text.utf8.count == count * piece.utf8.count)
    }

    @Test(arguments: [true, false]) func anAnswerWithoutEndIsCutAtTheLimit(_ isStreamed: Bool) async throws {
        let piece = String(repeating: "x", count: 64 << 10)
        let closed = Signal()
        let host = ModelHost { _, connection in
            if isStreamed {
                connection.startStream()
                while connection.chunk(Samples.chat(piece)) {}
            } else {
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"x\":\"")
                while connection.send(piece) {}
            }
            closed.give()
        }
        let error = try await host.provider().failure()
        #expect(error?.kind == .answerTooLarge)
        #expect(error?.classification == .never)
        await closed.wait()
    }
}
