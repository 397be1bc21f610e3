import Synchronization
import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Vertex AI as a directory reaches it.
@Suite struct VertexProviderTests {
    /// Gives tokens 1, 2, 3 and so on.
    private final class TokenHost: Sendable {
        let count = Atomic<Int>(0)
        let failures: Int

        init(failures: Int = 0) { self.failures = failures }

        func answer(_ asked: AskedRequest, _ connection: RawConnection) {
            let flavor = ["Metadata-Flavor: Google"]
            if asked.line.contains("project-id") { return connection.answer("machine-project", headers: flavor) }
            let number = count.add(1, ordering: .relaxed).newValue
            if number <= failures { return connection.answer("{}", status: 503, headers: flavor) }
            connection.answer(#"{"access_token":"t\#(number)","expires_in":3600}"#, headers: flavor)
        }
    }

    private func host(refusing tokens: Set<String> = []) -> ModelHost {
        ModelHost { asked, connection in
            if tokens.contains(asked.headers["authorization"] ?? "") {
                connection.answer(#"{"error":{"code":401,"status":"UNAUTHENTICATED"}}"#, status: 401)
            } else {
                let isClaude = asked.line.contains("/anthropic/")
                connection.stream(isClaude ? Samples.anthropicStream : Samples.geminiStream)
            }
        }
    }

    private func directory(
        _ host: ModelHost?, _ tokens: ModelHost?, project: String? = "p-1", location: String? = "eu",
        key: String? = nil,
        _ variables: [String: String] = [:], clock: TestClock = TestClock()
    ) -> ModelDirectory {
        var environment = variables
        environment["GCE_METADATA_HOST"] = tokens.map { String($0.url.dropFirst("http://".count)) } ?? "127.0.0.1:1"
        var server = ProviderSettings.Server(url: host?.url, key: key.map { SecretText($0) })
        server.project = project
        server.location = location
        var settings = ProviderSettings(environment: environment).overridden(by: ["vertex": server])
        settings.timeouts = Samples.patience
        return ModelDirectory(settings, clock: clock)
    }

    private func ask(_ directory: ModelDirectory, _ name: String) async throws -> ModelResponse {
        let (provider, model) = try directory.resolve(name)
        var request = Samples.request
        request.model = model
        return try await provider.answer(request)
    }

    @Test func bothVendorsAreAskedWithOneToken() async throws {
        let (source, host) = (TokenHost(), host())
        let tokens = ModelHost { source.answer($0, $1) }
        let directory = directory(host, tokens)
        #expect(try await ask(directory, "vertex/gemini-x").text == "Hello")
        #expect(try await ask(directory, "vertex/claude-x").text == "Hello")
        #expect(
            host.asked.map(\.line) == [
                "POST /v1/projects/p-1/locations/eu/publishers/google/models/gemini-x:streamGenerateContent?alt=sse "
                    + "HTTP/1.1",
                "POST /v1/projects/p-1/locations/eu/publishers/anthropic/models/claude-x:streamRawPredict HTTP/1.1",
            ])
        #expect(host.asked.map { $0.headers["authorization"] } == ["Bearer t1", "Bearer t1"])
        #expect(host.asked.allSatisfy { $0.headers["x-goog-api-key"] == nil && $0.headers["anthropic-version"] == nil })
    }

    @Test func aTokenThatIsRefusedOrRunsOutIsRenewed() async throws {
        let (source, host) = (TokenHost(), host(refusing: ["Bearer t1"]))
        let tokens = ModelHost { source.answer($0, $1) }
        let clock = TestClock()
        let directory = directory(host, tokens, clock: clock)
        #expect(try await ask(directory, "vertex/gemini-x").text == "Hello")
        clock.advance(.seconds(3600))
        #expect(try await ask(directory, "vertex/gemini-x").text == "Hello")
        #expect(host.asked.map { $0.headers["authorization"] } == ["Bearer t1", "Bearer t2", "Bearer t3"])
    }

    @Test func aTokenServiceThatFailsAndThenWorks() async throws {
        let (source, host) = (TokenHost(failures: 1), host())
        let tokens = ModelHost { source.answer($0, $1) }
        let directory = directory(host, tokens)
        let error = await #expect(throws: ModelError.self) { try await ask(directory, "vertex/gemini-x") }
        #expect(error?.classification == .retry && host.asked.isEmpty)
        #expect(try await ask(directory, "vertex/gemini-x").text == "Hello")
    }

    @Test func theProjectIsLookedForInItsOrder() async throws {
        let (source, host) = (TokenHost(), host())
        let tokens = ModelHost { source.answer($0, $1) }
        func project(_ set: String?, _ variables: [String: String] = [:]) async throws -> Substring? {
            let directory = directory(host, tokens, project: set, variables)
            _ = try await ask(directory, "vertex/gemini-x")
            return host.asked.last?.line.split(separator: "/").dropFirst(3).first
        }
        #expect(try await project("p-1", ["GOOGLE_CLOUD_PROJECT": "p-2"]) == "p-1")
        #expect(try await project(nil, ["GOOGLE_CLOUD_PROJECT": "p-2", "GOOGLE_PROJECT_ID": "p-3"]) == "p-2")
        #expect(try await project(nil, ["GOOGLE_PROJECT_ID": "p-3"]) == "p-3")
        #expect(try await project(nil) == "machine-project")
    }

    @Test func aKeyBringsItsProject() throws {
        let key = ServiceAccountSample.json(project: "p-key")
        let found = directory(nil, nil, project: nil, location: nil, key: key, ["GOOGLE_CLOUD_PROJECT": "p-2"])
        let provider = try found.resolve("vertex/gemini-x").provider as? HTTPModelProvider
        var request = Samples.request
        request.model = "gemini-x"
        let path = try provider?.dialect.encode(request, isStreaming: true).path
        #expect(path?.hasPrefix("/v1/projects/p-key/locations/global/") == true)
        #expect(provider?.base.text == "https://aiplatform.googleapis.com")
        let byRequest = try directory(nil, nil, project: nil).resolve("vertex/claude-x", key: SecretText(key))
        #expect((byRequest.provider as? HTTPModelProvider)?.base.text == "https://aiplatform.eu.rep.googleapis.com")
    }

    @Test func whatIsSetWronglyIsRefused() {
        func error(_ directory: ModelDirectory) -> ModelDirectoryError? {
            let error = #expect(throws: ModelDirectoryError.self) { try directory.resolve("vertex/gemini-x") }
            #expect(!String(reflecting: error).contains("planted"))
            return error
        }
        for location in ["", "evil.example/", "EU", "a b"] {
            #expect(error(directory(nil, nil, location: location))?.message.contains("europe-west1") == true)
        }
        for project in ["", "../x", "p 1", "A"] {
            #expect(error(directory(nil, nil, project: project))?.message.contains("id of a project") == true)
        }
        #expect(error(directory(nil, nil, key: "planted"))?.message.contains("no JSON object") == true)
        let projectless = ServiceAccountSample.json(project: nil)
        #expect(error(directory(nil, nil, project: nil, key: projectless))?.message.contains("must name") == true)
        var settings = ProviderSettings()
        settings.servers["vertex"] = ProviderSettings.Server(url: "http://proxy.example")
        #expect(error(ModelDirectory(settings))?.message.contains("https://") == true)
    }

    @Test func thereIsNoList() async throws {
        let provider = try directory(nil, nil).resolve("vertex/gemini-x").provider as? HTTPModelProvider
        let error = await #expect(throws: ModelError.self) { try await provider?.models() }
        #expect(error?.message.contains("Model Garden") == true)
    }
}
