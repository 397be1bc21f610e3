import TestServer
import Testing
import TuttiAccess
import TuttiAccessHTTP
import TuttiCore

struct VaultStoreTests {
    @Test func whatIsPutIsRead() async throws {
        try await withVault(namespace: "team/one") { (vault, store) async throws in
            let first = try await store.put("sk-0123456789", "openai", .person("ann"))
            #expect(first.version == 1 && first.hint == "6789" && first.keyID.isEmpty && first.createdBy == "usr_a")
            #expect(vault.paths == ["tutti/acme/person/ann/openai"])
            #expect(try await store.read("secret:openai") == "sk-0123456789")
            #expect(try await store.read("secret:openai", person: "ben") == nil)
            #expect(try await store.read("secret:openai", tenant: "other") == nil)
            let second = try await store.put(
                SecretText("other"), name: name("openai"), scope: .person("ann"), tenant: "acme", label: "Mine",
                provider: "openai", by: nil, at: noon + .seconds(1))
            #expect(second.id == first.id && second.version == 2 && second.created == noon && second.label == "Mine")
            #expect(second.updated == noon + .seconds(1) && second.createdBy == nil && second.hint == nil)
            #expect(try await store.summaries(tenant: "acme", scope: .person("ann")) == [second])
            #expect(vault.calls.allSatisfy { $0.namespace == "team/one" })
            let tokens = Set(vault.calls.dropFirst().map(\.token))
            #expect(vault.calls[0].token == nil && tokens == ["hvs.planted-1"])
        }
    }

    @Test func theNearestWins() async throws {
        try await withVault { (_, store) async throws in
            _ = try await store.put("of the tenant", "a")
            #expect(try await store.read("secret:a") == "of the tenant")
            _ = try await store.put("of the project", "a", .project("p1"))
            _ = try await store.put("of ann", "a", .person("ann"))
            #expect(try await store.read("secret:a") == "of ann")
            #expect(try await store.read("secret:a", person: nil) == "of the project")
            #expect(try await store.read("secret:tenant/a") == "of the tenant")
        }
    }

    @Test func listsAreOfOneTenantAndInOrder() async throws {
        try await withVault { (vault, store) async throws in
            var made: [SecretSummary] = []
            for scope in [SecretScope.person("a/b"), .person("ann"), .project("p1"), .tenant] {
                for text in ["a", "b"] { made.append(try await store.put("value", text, scope)) }
            }
            _ = try await store.put("value", "a", tenant: "acme2")
            // What others have put beside them.
            vault.write("tutti/acme/person/ann/Not_Ours", ["value": "x"])
            vault.write("tutti/acme/person/%2e%2e/a", ["value": "x"])
            #expect(try await store.summaries(tenant: "acme", scope: nil) == made)
            #expect(try await store.summary(of: made[0].id, tenant: "acme") == made[0])
            #expect(try await store.summary(of: made[0].id, tenant: "acme2") == nil)
            #expect(Set(made.map(\.id)).count == made.count)
            #expect(try await store.remove(made[0].id, tenant: "acme2") == false)
            #expect(try await store.remove(made[0].id, tenant: "acme"))
            #expect(try await store.remove(name("a"), scope: .person("a/b"), tenant: "acme") == false)
            #expect(try await store.summaries(tenant: "acme", scope: nil) == Array(made.dropFirst()))
            #expect(try await store.rotate(to: .fresh()) == SecretRotation())
        }
    }

    @Test(arguments: [
        "..", ".", "../../sys", "a/../../b", "a?list=true", "a#b", "%2e%2e", "ä ü", "a_b", "a\\b",
        "a\r\nX-Vault-Token: b",
        "A.b", String(repeating: "/", count: 300),
    ])
    func noNameLeadsOutOfThePrefix(owner: String) async throws {
        try await withVault { (vault, store) async throws in
            for scope in [SecretScope.person(owner), .project(owner)] {
                _ = try await store.put("value", "a", scope)
                _ = try await store.put("value", "a", scope, tenant: owner)
                #expect(try await store.summaries(tenant: "acme", scope: scope).map(\.scope) == [scope])
                #expect(try await store.summaries(tenant: owner, scope: nil).map(\.scope).contains(scope))
            }
            #expect(vault.paths.count == 4)
            for call in vault.calls.dropFirst() {
                let path = call.path.hasSuffix("?list=true") ? String(call.path.dropLast(10)) : call.path
                #expect(path.hasPrefix("secret/data/tutti/") || path.hasPrefix("secret/metadata/tutti/"))
                let parts = path.split(separator: "/", omittingEmptySubsequences: false)
                #expect((5...7).contains(parts.count) && !parts.contains("..") && !parts.contains(""), "\(path)")
                #expect(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && ![0x23, 0x25, 0x3F, 0x5C].contains($0) })
            }
        }
    }

    @Test func whatAnOperatorHasWrittenIsRead() async throws {
        try await withVault { (vault, store) async throws in
            vault.write("tutti/acme/tenant/openai", ["value": "sk-by-hand-0123"])
            #expect(try await store.read("secret:openai") == "sk-by-hand-0123")
            let summary = try #require(try await store.summaries(tenant: "acme", scope: .tenant).first)
            #expect(summary.created == Timestamp(milliseconds: 1_700_000_000_123) && summary.hint == "0123")
            vault.write("tutti/acme/tenant/odd", ["key": "planted"])
            let error = await secretFailure { try await store.read("secret:odd") }
            #expect(error?.reason == .unusable && error?.message.contains("'value'") == true)
        }
    }

    @Test func whatWasDeletedInVaultIsGoneAndMayBePutAgain() async throws {
        try await withVault { (vault, store) async throws in
            vault.write("tutti/acme/tenant/a", ["value": "one"])
            vault.write("tutti/acme/tenant/a", nil)
            #expect(try await store.read("secret:a") == nil)
            #expect(try await store.summaries(tenant: "acme", scope: nil).isEmpty)
            #expect(try await store.put("two", "a").version == 3)
            #expect(try await store.read("secret:a") == "two")
        }
    }

    @Test func twoWhoPutAtOnceAreKeptOneAfterTheOther() async throws {
        try await withVault { (vault, store) async throws in
            let (came, go) = (Signal(), Signal())
            vault.trouble("POST secret/data/", .hold(came: came, go: go))
            async let slow = store.put("slow", "a")
            await came.wait()
            #expect(try await store.put("fast", "a").version == 1)
            go.give()
            #expect(try await slow.version == 2)
            #expect(try await store.read("secret:a") == "slow")
        }
    }

    @Test func whoIsAlwaysTooLateIsTold() async throws {
        try await withVault { (vault, store) async throws in
            for _ in 0..<SecretLimits.attemptsMax {
                vault.trouble("POST secret/data/", .status(400, #"{"errors":["check-and-set planted"]}"#))
            }
            let error = await secretFailure { try await store.put("planted", "a") }
            #expect(error?.reason == .conflict && error?.message.contains("planted") == false)
            #expect(vault.paths.isEmpty)
        }
    }

    @Test func aScopeHasABound() async throws {
        try await withVault { (vault, store) async throws in
            for number in 0..<SecretLimits.secretsPerScopeMax {
                vault.write("tutti/acme/tenant/s\(number)", ["value": "v"])
            }
            #expect(await secretFailure { try await store.put("v", "more") }?.reason == .full)
            _ = try await store.put("new", "s0")
            #expect(await secretFailure { try await store.put("", "s0") }?.reason == .badInput)
            #expect(try await store.read("secret:s0") == "new")
        }
    }
}
