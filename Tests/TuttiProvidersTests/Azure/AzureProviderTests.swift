import TestServer
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Azure OpenAI as a directory reaches it.
@Suite struct AzureProviderTests {
    private static let token = #"{"access_token":"planted-token","expires_in":"3599","token_type":"Bearer"}"#

    private func host() -> ModelHost { ModelHost { _, connection in connection.stream(Samples.chatStream) } }

    private func directory(_ variables: [String: String], clock: TestClock = TestClock()) -> ModelDirectory {
        let off = ["AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"]
        var settings = ProviderSettings(environment: off.merging(variables) { $1 })
        settings.timeouts = Samples.patience
        return ModelDirectory(settings, clock: clock)
    }

    private func ask(_ directory: ModelDirectory, _ model: String = "azure/gpt") async throws -> ModelResponse {
        let found = try directory.resolve(model)
        var request = Samples.request
        request.model = found.model
        return try await found.provider.answer(request)
    }

    private func failure(_ variables: [String: String]) async -> ModelError? {
        let error = await #expect(throws: ModelError.self) { try await ask(directory(variables)) }
        #expect(!String(reflecting: error).contains("planted"))
        return error
    }

    @Test func aKeyAndTheVariablesOfAzure() async throws {
        let host = host()
        var variables = ["AZURE_OPENAI_ENDPOINT": host.url + "/openai/v1/", "AZURE_OPENAI_API_KEY": "planted-key"]
        #expect(try await ask(directory(variables)) == Samples.hello)
        variables["AZURE_OPENAI_ENDPOINT"] = host.url + "/"
        variables["AZURE_OPENAI_API_VERSION"] = "2024-10-21"
        #expect(try await ask(directory(variables)) == Samples.hello)
        variables["AZURE_OPENAI_DEPLOYMENT"] = "mine"
        variables["AZURE_OPENAI_API_VERSION"] = nil
        variables["OPENAI_API_VERSION"] = "2025-01-01-preview"
        #expect(try await ask(directory(variables)) == Samples.hello)
        #expect(
            host.asked.map(\.line) == [
                "POST /openai/v1/chat/completions HTTP/1.1",
                "POST /openai/deployments/gpt/chat/completions?api-version=2024-10-21 HTTP/1.1",
                "POST /openai/deployments/mine/chat/completions?api-version=2025-01-01-preview HTTP/1.1",
            ])
        #expect(host.asked.allSatisfy { $0.headers["api-key"] == "planted-key" && $0.headers["authorization"] == nil })
        let other = try directory(variables).resolve("azure/gpt", key: SecretText("theirs"))
        _ = try await other.provider.answer()
        #expect(host.asked.last?.headers["api-key"] == "theirs")
    }

    @Test func whatIsSetWronglyIsRefused() {
        func error(_ variables: [String: String]) -> String? {
            #expect(throws: ModelDirectoryError.self) { try directory(variables).resolve("azure/gpt") }?.message
        }
        #expect(error([:])?.contains("AZURE_OPENAI_ENDPOINT") == true)
        #expect(error(["AZURE_OPENAI_ENDPOINT": "http://x.openai.azure.com"])?.contains("https://") == true)
        for version in ["preview", "2024 10", "2024-10-21&x=y"] {
            let variables = ["AZURE_OPENAI_ENDPOINT": "https://x", "AZURE_OPENAI_API_VERSION": version]
            #expect(error(variables)?.contains("2024-10-21, or v1") == true)
        }
    }

    // MARK: Tokens

    @Test func anApplicationsSecret() async throws {
        let (host, tokens) = (host(), ModelHost { _, connection in connection.answer(Self.token) })
        let directory = directory([
            "AZURE_OPENAI_ENDPOINT": host.url, "AZURE_TENANT_ID": "t-1", "AZURE_CLIENT_ID": "c-1",
            "AZURE_CLIENT_SECRET": "planted&s", "AZURE_AUTHORITY_HOST": tokens.url + "/",
        ])
        for _ in 0..<2 { #expect(try await ask(directory) == Samples.hello) }
        #expect(tokens.asked.map(\.line) == ["POST /t-1/oauth2/v2.0/token HTTP/1.1"])
        #expect(
            tokens.asked.first?.bodyText == "client_id=c-1&client_secret=planted%26s&grant_type=client_credentials"
                + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default")
        #expect(host.asked.map { $0.headers["authorization"] } == Array(repeating: "Bearer planted-token", count: 2))
        #expect(host.asked.first?.headers["api-key"] == nil)
    }

    @Test func aWorkloadsTokenIsReadAnew() async throws {
        let (host, tokens) = (host(), ModelHost { _, connection in connection.answer(Self.token) })
        let folder = try TestFolder(["token": "one\n"])
        let clock = TestClock()
        let directory = directory(
            [
                "AZURE_OPENAI_ENDPOINT": host.url, "AZURE_TENANT_ID": "example.org", "AZURE_CLIENT_ID": "c-1",
                "AZURE_FEDERATED_TOKEN_FILE": "\(folder.path)/token", "AZURE_AUTHORITY_HOST": tokens.url,
            ], clock: clock)
        _ = try await ask(directory)
        try folder.write("token", "two")
        clock.advance(.seconds(3600))
        _ = try await ask(directory)
        let middle = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        #expect(
            tokens.asked.map(\.bodyText)
                == ["one", "two"].map {
                    "client_id=c-1&\(middle)&client_assertion=\($0)&grant_type=client_credentials"
                        + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default"
                })
    }

    @Test func aMachinesIdentity() async throws {
        let (host, machine) = (host(), ModelHost { _, connection in connection.answer(Self.token) })
        let directory = directory([
            "AZURE_OPENAI_ENDPOINT": host.url, "AZURE_POD_IDENTITY_AUTHORITY_HOST": machine.url,
            "AZURE_CLIENT_ID": "c-1",
        ])
        #expect(try await ask(directory) == Samples.hello)
        #expect(
            machine.asked.first?.line == "GET /metadata/identity/oauth2/token?api-version=2018-02-01"
                + "&resource=https%3A%2F%2Fcognitiveservices.azure.com%2F&client_id=c-1 HTTP/1.1")
        #expect(machine.asked.first?.headers["metadata"] == "true")
    }

    @Test func tokensThatCannotBeHad() async throws {
        let none = await failure(["AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com"])
        for way in ["AZURE_OPENAI_API_KEY", "providers.azure.key", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"] {
            #expect(none?.message.contains(way) == true)
        }
        let refusing = ModelHost { asked, connection in
            let isAway = asked.line.contains("/away/")
            connection.answer(
                #"{"error":"invalid_client","error_description":"planted"}"#, status: isAway ? 503 : 401)
        }
        var variables = [
            "AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com", "AZURE_CLIENT_ID": "c",
            "AZURE_CLIENT_SECRET": "planted", "AZURE_AUTHORITY_HOST": refusing.url,
        ]
        #expect(await failure(variables)?.message.contains("AZURE_TENANT_ID or AZURE_CLIENT_ID is not") == true)
        variables["AZURE_TENANT_ID"] = "t"
        #expect(await failure(variables)?.message.contains("401 (invalid_client)") == true)
        variables["AZURE_TENANT_ID"] = "away"
        #expect(await failure(variables)?.classification == .retry)
        variables["AZURE_TENANT_ID"] = "../planted"
        #expect(await failure(variables)?.message.contains("AZURE_TENANT_ID is no id") == true)
        variables["AZURE_TENANT_ID"] = "t"
        variables["AZURE_AUTHORITY_HOST"] = "http://login.example"
        #expect(await failure(variables)?.message.contains("AZURE_AUTHORITY_HOST") == true)
        variables["AZURE_CLIENT_SECRET"] = nil
        variables["AZURE_AUTHORITY_HOST"] = nil
        variables["AZURE_FEDERATED_TOKEN_FILE"] = "/nowhere/token"
        #expect(await failure(variables)?.message.contains("correct AZURE_FEDERATED_TOKEN_FILE") == true)
        // The server of another cloud answers at the same address.
        let other = ModelHost { _, connection in connection.answer("planted", type: "text/plain") }
        let found = await failure([
            "AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com", "AZURE_POD_IDENTITY_AUTHORITY_HOST": other.url,
        ])
        #expect(found == none && other.connectionCount == 1)
    }

    @Test func anExpiredTokenIsRenewedOnce() async throws {
        let tokens = ModelHost { _, connection in connection.answer(Self.token) }
        let host = ModelHost { _, connection in
            connection.answer(#"{"statusCode":401,"message":"planted"}"#, status: 401)
        }
        let error = await failure([
            "AZURE_OPENAI_ENDPOINT": host.url, "AZURE_POD_IDENTITY_AUTHORITY_HOST": tokens.url,
        ])
        #expect(error?.kind == .unauthenticated)
        #expect(host.asked.count == 2 && tokens.asked.count == 2)
    }
}
