import Synchronization
import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Lists of models, in the shape of each dialect.
@Suite struct ModelListTests {
    @Test func chatServersTellTheirContextInManyWays() async throws {
        let host = ModelHost { _, connection in
            connection.answer(
                """
                {"object":"list","data":[{"id":"a","owned_by":"openai"},{"id":"v/b","context_length":8192,
                "top_provider":{"max_completion_tokens":4096}},{"id":"c","max_model_len":100},{"id":"d",
                "meta":{"n_ctx_train":200}},{"id":"e","context_length":0},{"id":"with blank"},{"name":"none"},7]}
                """)
        }
        #expect(
            try await host.provider().models() == [
                ModelDescription(name: "a"), ModelDescription(name: "v/b", contextTokens: 8192, outputTokensMax: 4096),
                ModelDescription(name: "c", contextTokens: 100), ModelDescription(name: "d", contextTokens: 200),
                ModelDescription(name: "e"),
            ])
        #expect(host.asked.first?.line == "GET /models HTTP/1.1")
        #expect(host.asked.first?.headers["authorization"] == "Bearer \(Samples.key)")
    }

    @Test func anthropicsComesInParts() async throws {
        let host = ModelHost { asked, connection in
            let isSecond = asked.line.contains("after_id=m%201")
            connection.answer(
                isSecond
                    ? #"{"data":[{"type":"model","id":"m2"}],"has_more":false,"last_id":"m2"}"#
                    : #"{"data":[{"type":"model","id":"m1"}],"has_more":true,"last_id":"m 1"}"#)
        }
        let models = try await host.provider(DialectSample.anthropic.dialect).models()
        #expect(models.map(\.name) == ["m1", "m2"])
        #expect(
            host.asked.map(\.line) == [
                "GET /v1/models?limit=1000 HTTP/1.1", "GET /v1/models?limit=1000&after_id=m%201 HTTP/1.1",
            ])
        #expect(host.asked.map { $0.headers["anthropic-version"] } == ["2026-10-21", "2026-10-21"])
    }

    @Test func geminisHasOtherModelsToo() async throws {
        let host = ModelHost { asked, connection in
            connection.answer(
                asked.line.contains("pageToken=t%2F1")
                    ? #"{"models":[{"name":"models/b","supportedGenerationMethods":["embedContent"]}]}"#
                    : """
                    {"models":[{"name":"models/a","supportedGenerationMethods":["generateContent"],
                    "inputTokenLimit":"1000","outputTokenLimit":10}],"nextPageToken":"t/1"}
                    """)
        }
        let models = try await host.provider(DialectSample.gemini.dialect).models()
        #expect(models == [ModelDescription(name: "a", contextTokens: 1000, outputTokensMax: 10)])
        #expect(host.asked.map { $0.headers["x-goog-api-key"] } == [Samples.key, Samples.key])
    }

    @Test(arguments: ["<html>", "[]", "{}", #"{"data":{}}"#, #"{"error":{"message":"no","code":500}}"#])
    func whatIsNoListIsAnError(_ body: String) async throws {
        let host = ModelHost { _, connection in connection.answer(body) }
        let provider = try host.provider()
        await #expect(throws: ModelError.self) { try await provider.models() }
    }

    @Test func aRefusalIsTheDialectsError() async throws {
        let host = ModelHost { _, connection in
            connection.answer(#"{"error":{"code":"invalid_api_key"}}"#, status: 401)
        }
        let provider = try host.provider()
        let error = await #expect(throws: ModelError.self) { try await provider.models() }
        #expect(error?.kind == .unauthenticated)
    }

    @Test func aListWithoutEndIsGivenUp() async throws {
        let count = Atomic(0)
        let host = ModelHost { _, connection in
            let number = count.add(1, ordering: .relaxed).newValue
            connection.answer(#"{"data":[],"has_more":true,"last_id":"\#(number)"}"#)
        }
        let provider = try host.provider(DialectSample.anthropic.dialect)
        let error = await #expect(throws: ModelError.self) { try await provider.models() }
        #expect(error?.kind == .answerTooLarge)
        #expect(host.asked.count == HTTPModelProvider.listPagesMax)
    }

    @Test func aListThatIsTooLongIsGivenUp() async throws {
        let host = ModelHost { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while connection.send(String(repeating: " ", count: 64 << 10)) {}
        }
        let provider = try host.provider()
        let error = await #expect(throws: ModelError.self) { try await provider.models() }
        #expect(error?.kind == .answerTooLarge)
    }

    @Test func noMoreModelsThanAreLookedAt() throws {
        let items = Array(repeating: JSONValue.object(["id": "m"]), count: ModelListPage.modelsMax + 1)
        let page = try ChatDialect(.openAI).list(in: ["data": .array(items)])
        #expect(page.models.count == ModelListPage.modelsMax)
    }

    @Test func offersAskNobodyBeyondThisMachine() async throws {
        let host = ModelHost { _, connection in connection.answer(#"{"data":[{"id":"small"}]}"#) }
        let away = ProviderSettings.Server(url: "https://models.invalid", key: SecretText("sk-away"))
        let settings = ProviderSettings(servers: [
            "openai": ProviderSettings.Server(key: SecretText("sk-openai")), "far": away,
            "near": ProviderSettings.Server(url: host.url), "gemini": ProviderSettings.Server(),
        ])
        let offers = await ModelDirectory(settings).offers(at: [], patience: .seconds(60))
        // A list that had been asked for would have failed, and one without a key cannot be asked.
        #expect(offers == ["far/NAME", "near/small", "openai/NAME"])
        #expect(host.asked.map(\.line) == ["GET /v1/models HTTP/1.1"])
    }
}
