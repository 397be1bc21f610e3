import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// By which interface a provider is asked.
@Suite struct DialectChoiceTests {
    private static let key = SecretText(Samples.key)

    private func error(_ name: String, _ server: ProviderSettings.Server) -> ModelDirectoryError? {
        #expect(throws: ModelDirectoryError.self) {
            try ModelDirectory(ProviderSettings(servers: [name: server])).resolve("\(name)/m")
        }
    }

    private func dialect(_ name: String, _ settings: ProviderSettings) throws -> any ModelDialect {
        let provider = try ModelDirectory(settings).resolve("\(name)/m").provider as? HTTPModelProvider
        return try #require(provider).dialect
    }

    @Test(arguments: [("respones", "did you mean 'responses'? "), ("", ""), ("Chat!planted?", "")])
    func aWordThatIsNone(_ word: String, _ guess: String) {
        let error = error("openai", .init(key: Self.key, dialect: word))
        #expect(error?.code == "bad_provider_dialect" && error?.isRetryable == false)
        #expect(
            error?.message
                == "'\(word)' is no dialect; \(guess)providers.openai.dialect may be chat or responses, or left out")
    }

    @Test(arguments: [("anthropic", "Anthropic"), ("gemini", "Gemini")])
    func aProviderThatHasOneOnly(_ name: String, _ title: String) {
        let error = error(name, .init(key: Self.key, dialect: "responses"))
        #expect(
            error?.message
                == "\(title) speaks one dialect only, its own; leave providers.\(name).dialect out")
    }

    @Test func eitherOfOpenAIs() throws {
        let usual = ProviderSettings(servers: ["openai": .init(key: Self.key)])
        #expect(try dialect("openai", usual) is ChatDialect)
        let chosen = usual.overridden(by: ["openai": .init(dialect: "responses")])
        #expect(try dialect("openai", chosen) is ResponsesDialect)
        #expect(try dialect("openai", chosen.overridden(by: ["openai": .init(dialect: "chat")])) is ChatDialect)
    }

    @Test(arguments: ["ollama", "openrouter", "mine"]) func thoseOfOthers(_ name: String) throws {
        let server = ProviderSettings.Server(url: "http://h", key: Self.key, dialect: "responses")
        let found = try dialect(name, ProviderSettings(servers: [name: server]))
        #expect(found is ResponsesDialect && found.name == name && found.key == Self.key)
    }

    @Test func anotherKeyDoesNotChangeIt() async throws {
        let host = ModelHost { _, connection in connection.stream(Samples.responsesStream) }
        let server = ProviderSettings.Server(url: host.url + "/v1", key: SecretText("sk-other"), dialect: "responses")
        let directory = ModelDirectory(ProviderSettings(servers: ["openai": server]))
        let found = try directory.resolve("openai/m", key: Self.key)
        #expect(try await found.provider.answer().text == "Hello")
        let asked = try #require(host.asked.first)
        #expect(asked.line == "POST /v1/responses HTTP/1.1")
        #expect(asked.headers["authorization"] == "Bearer \(Samples.key)")
        #expect(asked.body["store"] == false && asked.body["stream"] == true)
    }
}
