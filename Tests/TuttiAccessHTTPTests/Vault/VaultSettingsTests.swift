import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiAccessHTTP

struct VaultSettingsTests {
    private let token = VaultSettings.Authentication.token(SecretText("planted"))

    @Test(arguments: [
        "https://vault.example.com:8200", "https://vault.example.com/", "http://127.0.0.1:8200", "http://localhost",
        "http://[::1]:8200/",
    ])
    func addressesThatAreRight(address: String) throws {
        #expect(try !VaultSettings(address: address, authentication: token).address.hasSuffix("/"))
    }

    @Test(arguments: [
        "", "vault.example.com", "ftp://vault", "http://vault.example.com:8200", "http://localhost.example.com",
        "http://127.0.0.1.example.com", "http://localhost@example.com", "https://a:b@vault", "https://vault?x",
        "https://v#x",
        "https://v v", "http://[::1].example.com/", "https:\\\\vault", "http://[::1", "http://127.0.0.1\r\nA: b",
    ])
    func addressesThatAreWrong(address: String) async {
        let error = await secretFailure { try VaultSettings(address: address, authentication: token) }
        #expect(error?.reason == .badInput && error?.message.contains("vault.address") == true)
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", "..", "a/../b", ".a", "a b", "a?b", "ä", "a\n", String(repeating: "a", count: 201),
    ])
    func pathsThatAreWrong(path: String) async {
        let address = "https://vault"
        let tries: [(String, () throws -> VaultSettings)] = [
            ("vault.mount", { try VaultSettings(address: address, mount: path, authentication: token) }),
            ("vault.prefix", { try VaultSettings(address: address, prefix: path, authentication: token) }),
            ("vault.namespace", { try VaultSettings(address: address, namespace: path, authentication: token) }),
            (
                "vault.auth_mount",
                {
                    try VaultSettings(
                        address: address,
                        authentication: .appRole(roleID: "r", secretID: SecretText("planted"), mount: path))
                }
            ),
        ]
        for (field, make) in tries {
            let error = await secretFailure { try make() }
            #expect(error?.reason == .badInput && error?.message.contains(field) == true)
            #expect(error?.message.contains("planted") == false)
        }
    }

    @Test(arguments: ["", "planted text", "planted\r\nX: y", "plantedü", String(repeating: "planted", count: 700)])
    func credentialsThatAreWrongAreNotShown(text: String) async {
        let secret = SecretText(text)
        let all: [VaultSettings.Authentication] = [
            .token(secret), .appRole(roleID: text, secretID: SecretText("a"), mount: "approle"),
            .appRole(roleID: "r", secretID: secret, mount: "approle"),
        ]
        for authentication in all {
            let error = await secretFailure { try VaultSettings(address: "https://v", authentication: authentication) }
            #expect(error?.reason == .badInput && error?.message.contains("planted") == false)
        }
    }

    @Test(arguments: [Duration.zero, .seconds(301), .seconds(-1)])
    func timeoutsHaveBounds(timeout: Duration) async {
        let error = await secretFailure {
            try VaultSettings(address: "https://v", authentication: token, timeout: timeout)
        }
        #expect(error?.message.contains("vault.timeout") == true)
    }

    @Test func settingsDoNotShowTheirSecrets() throws {
        var shown = ""
        for authentication in [token, .appRole(roleID: "r", secretID: SecretText("planted"), mount: "approle")] {
            let settings = try VaultSettings(address: "https://v", authentication: authentication)
            dump(settings, to: &shown)
            shown += "\(settings)" + String(reflecting: settings)
        }
        #expect(!shown.contains("planted"))
    }

    @Test(arguments: ["", "a", "A-z9", "_", "__", "a/b", "..", "ä", "a_2f", "%2f", "\u{0}"])
    func namesAreWrittenSoThatTheyCanBeReadAgain(text: String) {
        let encoded = VaultPath.encode(text)
        #expect(VaultPath.decode(encoded) == text)
        #expect(encoded.utf8.allSatisfy { VaultPath.isPlain($0) || $0 == 0x5F } && !encoded.isEmpty)
    }

    @Test(arguments: ["_zz", "_2F", "_6", "_61", "a.b", "_ff", ".", "__"])
    func whatIsWrittenOtherwiseIsNotRead(text: String) {
        #expect(VaultPath.decode(text) == nil)
    }
}
