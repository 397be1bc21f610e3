import TestServer
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTPClient
import TuttiTesting

@testable import TuttiAccessHTTP

private let login = "POST auth/approle/login"
private let renewal = "POST auth/token/renew-self"
private let lookup = "GET auth/token/lookup-self"

/// Getting into Vault and staying there, by a clock that the tests advance.
struct VaultLoginTests {
    private func isLogin(_ line: String) -> Bool { line.contains(" auth/") }

    @Test func oneLoginIsEnoughUntilTwoThirdsOfTheLease() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(2399))
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login])
            vault.clock.advance(by: .seconds(1))
            #expect(try await store.read("secret:a") == "v")
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal])
            // It counts from the renewal.
            vault.clock.advance(by: .seconds(2399))
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal])
        }
    }

    @Test func whoComesBackTooLateLogsInAnew() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(3600))
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, login])
        }
    }

    @Test func aTokenThatCannotBeRenewedIsReplacedInTime() async throws {
        try await withVault { (vault, store) async throws in
            vault.change { $0.isRenewable = false }
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(2400))
            #expect(try await store.read("secret:a") == "v")
            vault.change { $0.isRenewable = true }
            vault.clock.advance(by: .seconds(2400))
            #expect(try await store.read("secret:a") == "v")
            vault.change { $0.isRenewalAllowed = false }
            vault.clock.advance(by: .seconds(2400))
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, login, login, renewal, login])
        }
    }

    @Test func nearItsLongestLifeItIsReplaced() async throws {
        try await withVault { (vault, store) async throws in
            vault.change { $0.leaseMax = 4000 }
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(2400))  // 1600 seconds are left of 4000, less than half of the first lease
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal, login])
        }
    }

    @Test func aTokenWithoutEndIsKept() async throws {
        try await withVault { (vault, store) async throws in
            vault.change { $0.lease = 0 }
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(86_400 * 400))
            #expect(try await store.read("secret:a") == "v")
            #expect(vault.trace.filter(isLogin) == [login])
        }
    }

    @Test func aRevokedTokenIsReplacedOnce() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.clock.advance(by: VaultLogin.youth)
            vault.revokeTokens()
            #expect(try await store.read("secret:tenant/a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, login])
        }
    }

    @Test func aPolicyThatForbidsIsToldWithoutAStormOfLogins() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.change { $0.isDataAllowed = false }
            vault.clock.advance(by: VaultLogin.youth)
            for _ in 0..<5 {
                let error = await secretFailure { try await store.read("secret:tenant/a") }
                #expect(error?.reason == .refused && error?.isRetryable == false)
                #expect(error?.message.contains("secret/data/tutti") == true)
                #expect(error?.message.contains("planted") == false)
            }
            #expect(vault.trace.filter(isLogin) == [login, login])
        }
    }

    @Test func allWhoComeAtOnceShareOneLogin() async throws {
        try await withVault { (vault, store) async throws in
            vault.write("tutti/acme/tenant/a", ["value": "v"])
            let (came, go) = (Signal(), Signal())
            vault.trouble(login, .hold(came: came, go: go))
            let values = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 { group.addTask { try await store.read("secret:tenant/a") } }
                await came.wait()
                go.give()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(values == Array(repeating: "v", count: 10))
            #expect(vault.trace.filter(isLogin) == [login])
        }
    }

    @Test func whileOneRenewsTheOthersGoOn() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(2400))
            let (came, go) = (Signal(), Signal())
            vault.trouble(renewal, .hold(came: came, go: go))
            async let first = store.read("secret:tenant/a")
            await came.wait()
            #expect(try await store.read("secret:tenant/a") == "v")
            go.give()
            #expect(try await first == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal])
        }
    }

    @Test func aWrongSecretIDIsTold() async throws {
        try await withVault(.appRole(roleID: "role", secretID: SecretText("planted-wrong"), mount: "approle")) {
            vault, store in
            let error = await secretFailure { try await store.read("secret:a") }
            #expect(error?.reason == .refused && error?.message.contains("vault.secret_id") == true)
            #expect(error?.message.contains("planted") == false)
            #expect(vault.trace == [login])
        }
    }

    @Test(arguments: [
        "{}", "{\"auth\":null}", "{\"auth\":{\"client_token\":\"\"}}", "{\"auth\":{\"client_token\":\"a\\r\\nb\"}}",
    ])
    func aLoginWithoutATokenIsAnError(text: String) async throws {
        try await withVault { (vault, store) async throws in
            vault.trouble(login, .status(200, text))
            #expect(await secretFailure { try await store.read("secret:a") }?.reason == .unusable)
            #expect(try await store.read("secret:a") == nil)
        }
    }

    @Test func whenVaultIsAwayTheTokenIsUsedOn() async throws {
        try await withVault { (vault, store) async throws in
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(2400))
            vault.trouble(renewal, .status(503, ""))
            vault.trouble(login, .status(503, ""))
            #expect(try await store.read("secret:tenant/a") == "v")
            #expect(try await store.read("secret:tenant/a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal, login])
            vault.clock.advance(by: .seconds(600))  // half of what was left
            #expect(try await store.read("secret:tenant/a") == "v")
            #expect(vault.trace.filter(isLogin) == [login, renewal, login, renewal])
        }
    }

    // MARK: A token that somebody has given us

    @Test func aGivenTokenIsLookedUpAndRenewed() async throws {
        try await withVault(.token(SecretText("planted-given"))) { (vault, store) async throws in
            vault.token("planted-given", lease: 900)
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(600))
            #expect(try await store.read("secret:tenant/a") == "v")
            #expect(vault.trace.filter(isLogin) == [lookup, renewal])
            vault.clock.advance(by: .seconds(3600))
            let error = await secretFailure { try await store.read("secret:tenant/a") }
            #expect(error?.reason == .refused && error?.message.contains("vault.token") == true)
            #expect(error?.message.contains("planted") == false)
        }
    }

    @Test func aTokenThatMayNotLookAtItselfIsUsedUntilItIsRefused() async throws {
        try await withVault(.token(SecretText("planted-given"))) { (vault, store) async throws in
            vault.change { $0.isLookupAllowed = false }
            vault.token("planted-given", lease: 900)
            _ = try await store.put("v", "a")
            vault.clock.advance(by: .seconds(901))
            let error = await secretFailure { try await store.read("secret:tenant/a") }
            #expect(error?.reason == .refused && error?.message.contains("planted") == false)
        }
    }

    @Test func keepingAliveRenewsWhatNobodyUses() async throws {
        try await withVault(.token(SecretText("planted-given"))) { (vault, store) async throws in
            vault.token("planted-given", lease: 900)
            let keeper = Task { await store.keepAlive() }
            await vault.clock.untilSleeping(1)
            vault.clock.advance(by: .seconds(600))
            await vault.clock.untilSleeping(1)
            #expect(vault.trace == [lookup, renewal])
            vault.clock.advance(by: .seconds(2400))
            await vault.clock.untilSleeping(1)
            #expect(vault.trace == [lookup, renewal, renewal])
            keeper.cancel()
            await keeper.value
        }
    }
}

/// The rules of a token, without any call.
struct VaultTokenTests {
    private func token(_ seconds: Int64, isRenewable: Bool = true) -> VaultToken {
        VaultToken(SecretText("t"), seconds: seconds, isRenewable: isRenewable, at: .seconds(100))
    }

    @Test(arguments: [
        (100, VaultToken.Need.nothing), (159, .nothing), (160, .renewal), (189, .renewal), (190, .end), (9000, .end),
    ])
    func whatIsNeededWhen(at second: Int, need: VaultToken.Need) {
        #expect(token(90).need(at: .seconds(second)) == need)
        let other = need == .renewal ? .another : need
        #expect(token(90, isRenewable: false).need(at: .seconds(second)) == other)
        #expect(token(0).need(at: .seconds(second)) == .nothing)
    }

    @Test func hugeLeasesAreNoTrouble() {
        #expect(token(.max).need(at: .seconds(1 << 31)) == .end)
        #expect(token(.max).need(at: .seconds(1 << 20)) == .nothing)
        #expect(token(.min).need(at: .seconds(1 << 31)) == .nothing)
    }

    @Test func postponingEndsWithTheLease() {
        var token = token(90)
        token.postpone(at: .seconds(160))
        #expect(token.dueAt == .seconds(175))
        token.postpone(at: .seconds(189))
        #expect(token.dueAt == .seconds(190))
        #expect(token.need(at: .seconds(190)) == .end)
    }
}
