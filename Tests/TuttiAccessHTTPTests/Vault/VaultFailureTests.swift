import TestServer
import Testing
import TuttiAccess
import TuttiAccessHTTP
import TuttiCore
import TuttiHTTPClient

/// What goes wrong between us and Vault, and what is told of it: never a word of theirs, and nothing of a secret.
struct VaultFailureTests {
    @Test(arguments: [
        (307, "redirect", false), (405, "documented API", false), (412, "newest", true), (429, "standby", true),
        (472, "standby", true), (473, "standby", true), (500, "failed", true), (502, "failed", true),
        (503, "sealed", true),
    ])
    func everyStatusHasAMeaning(status: Int, word: String, isRetryable: Bool) async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("sk-planted", "a")
            for prefix in ["GET secret/data/", "POST secret/data/"] {
                vault.trouble(prefix, .status(status, #"{"errors":["planted"]}"#))
            }
            for attempt in 0..<2 {
                let error = await secretFailure {
                    if attempt == 0 { return try await store.read("secret:tenant/a") ?? "" }
                    return try await store.put("sk-planted-other", "a").name.text
                }
                #expect(error?.reason == .unusable && error?.isRetryable == isRetryable)
                #expect(error?.message.contains(word) == true && error?.message.contains("planted") == false)
            }
            #expect(try await store.read("secret:a") == "sk-planted")
        }
    }

    @Test(arguments: [
        "planted", "[]", "{", "\"planted\"", "{\"data\": \"planted\"}", "{\"data\":{\"data\":{\"value\":1}}}", "{}",
        "null",
        String(repeating: "[", count: 10_000), "",
    ])
    func answersThatAreNoneAreErrors(text: String) async throws {
        try await withVault { (vault, store) async throws in
            vault.trouble("GET secret/data/", .status(200, text))
            vault.trouble("GET secret/metadata/", .status(200, text))
            for attempt in 0..<2 {
                let error = await secretFailure {
                    if attempt == 0 { return try await store.read("secret:tenant/a") ?? "" }
                    return try await store.summaries(tenant: "acme", scope: .tenant).map(\.name.text).joined()
                }
                #expect(error?.reason == .unusable && error?.isRetryable == false)
                #expect(error?.message.contains("planted") == false)
            }
        }
    }

    @Test func anAnswerThatIsTooLargeIsAnError() async throws {
        try await withVault { (vault, store) async throws in
            vault.trouble("GET secret/data/", .status(200, String(repeating: " ", count: (1 << 20) + 1)))
            #expect(await secretFailure { try await store.read("secret:tenant/a") }?.reason == .unusable)
        }
    }

    @Test func connectionsThatAreCutAreErrorsAndTheSameCallIsRightAgain() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("one", "a")
            for isCarriedOut in [false, true] {
                // Once for the kept connection, which the client tries again by itself, and once for the new one.
                for _ in 0..<2 { vault.trouble("POST secret/data/", .cut(carriedOut: isCarriedOut)) }
                let error = await secretFailure { try await store.put("planted", "a") }
                #expect(error == nil || error?.reason == .unusable && error?.isRetryable == true)
                #expect(error?.message.contains("planted") != true)
                _ = try? await store.put("two", "a")
                #expect(try await store.put("two", "a").version > 1)
                #expect(try await store.read("secret:a") == "two")
            }
        }
    }

    @Test func aSlowAnswerHoldsUpNobodyElse() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("one", "a")
            _ = try await store.put("two", "b")
            let (came, go) = (Signal(), Signal())
            vault.trouble("GET secret/data/tutti/acme/tenant/a", .hold(came: came, go: go))
            async let slow = store.read("secret:tenant/a")
            await came.wait()
            #expect(try await store.read("secret:tenant/b") == "two")
            go.give()
            #expect(try await slow == "one")
        }
    }

    @Test func anAnswerThatNeverComesEndsWithTheTimeout() async throws {
        let (came, go) = (Signal(), Signal())
        try await withVault(timeout: .milliseconds(200)) { (vault, store) async throws in
            vault.trouble("POST auth/approle/login", .hold(came: came, go: go))
            let error = await secretFailure { try await store.read("secret:a") }
            #expect(error?.reason == .unusable && error?.isRetryable == true)
            go.give()
        }
    }

    @Test func whereNobodyListensIsAnError() async throws {
        let settings = try VaultSettings(
            address: "http://127.0.0.1:1", authentication: .token(SecretText("planted")))
        let client = HTTPClient()
        let store = VaultSecretStore(settings, client: client)
        let error = await secretFailure { try await store.read("secret:a") }
        #expect(error?.reason == .unusable && error?.message.contains("planted") == false)
        await client.shutDown()
    }
}
