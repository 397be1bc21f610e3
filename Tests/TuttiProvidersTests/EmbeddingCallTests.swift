import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Vectors over HTTP.
@Suite struct EmbeddingCallTests {
    private static let request = EmbeddingRequest(model: "e", inputs: .texts(["What is the planted question?"]))
    private static let answer = #"{"data":[{"index":0,"embedding":"AACAPwAAAL8="}],"usage":{"prompt_tokens":5}}"#

    private func failure(_ provider: HTTPModelProvider) async -> ModelError? {
        await #expect(throws: ModelError.self) { try await provider.embed(Self.request) }
    }

    @Test func aProviderWithoutThemSaysSo() async throws {
        let host = ModelHost { _, connection in connection.answer(Self.answer) }
        let error = await failure(try host.provider(DialectSample.anthropic.dialect))
        #expect(error?.kind == .badRequest && error?.classification == .never)
        #expect(
            error?.message
                == "anthropic has no embeddings; use a model of a provider that has, such as openai, gemini or ollama")
        #expect(host.asked.isEmpty)
    }

    @Test(arguments: [DialectSample.chat, .responses]) func areAskedForAndRead(_ sample: DialectSample) async throws {
        let host = ModelHost { _, connection in connection.answer(Self.answer) }
        let answer = try await host.provider(sample.dialect).embed(Self.request)
        #expect(answer == EmbeddingResponse(vectors: [[1, -0.5]], usage: ModelUsage(uncachedInput: 5)))
        let asked = try #require(host.asked.first)
        #expect(asked.line == "POST /embeddings HTTP/1.1")
        #expect(asked.headers["authorization"] == "Bearer \(Samples.key)")
        #expect(asked.headers["accept"] == "application/json")
        #expect(asked.body["input"] == ["What is the planted question?"])
    }

    @Test func geminisToo() async throws {
        let host = ModelHost { _, connection in connection.answer(#"{"embedding":{"values":[0.5]}}"#) }
        let provider: any EmbeddingProvider = try host.provider(DialectSample.gemini.dialect)
        #expect(try await provider.embed(Self.request) == EmbeddingResponse(vectors: [[0.5]]))
        #expect(host.asked.first?.line == "POST /v1/models/e:embedContent HTTP/1.1")
    }

    @Test func refusalsAreTheDialectsErrors() async throws {
        let host = ModelHost { _, connection in
            connection.answer(
                #"{"error":{"code":"rate_limit_exceeded","message":"\#(Samples.key)"}}"#,
                status: 429)
        }
        let error = await failure(try host.provider())
        #expect(error?.kind == .rateLimited && error?.status == 429 && error?.providerCode == "rate_limit_exceeded")
        #expect(error.map { "\($0)".contains("planted") } == false)
    }

    @Test func aCutAnswerIsNone() async throws {
        let host = ModelHost { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + Self.answer)
            connection.end()
        }
        #expect(await failure(try host.provider())?.kind == .cutOff)
    }

    @Test func aCancelledCallEndsAtOnce() async throws {
        let (begun, closed) = (Signal(), Signal())
        let host = ModelHost { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
            begun.give()
            connection.waitForClose()
            closed.give()
        }
        let provider = try host.provider()
        let task = Task { try await provider.embed(Self.request) }
        await begun.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await closed.wait()
    }
}
