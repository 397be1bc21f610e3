import Testing
import TuttiCore

@testable import TuttiAccessHTTP

/// Settings that cannot work are refused with the name of the setting.
struct OpenIDSettingsTests {
    private func provider(
        name: String = "acme", issuer: String = "https://id.example.com", clientID: String = "c",
        secret: String? = "s", scopes: String = OpenIDProvider.defaultScopes, domains: [String] = []
    ) async -> OpenIDError? {
        await refusal { () async throws(OpenIDError) in
            try OpenIDProvider(
                name: name, issuer: issuer, clientID: clientID, clientSecret: secret.map { SecretText($0) },
                scopes: scopes, allowedDomains: domains)
        }
    }

    static let issuers = [
        "http://id.example.com", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com", "http://10.0.0.1",
        "http://localhost.example.com", "http://[::2]", "http://0.0.0.0", "http://127.1", "ftp://example.com",
        "id.example.com", "", "https://", "https:///path", "https://u:p@example.com", "https://example.com?x",
        "https://example.com#x", "https://exa mple.com", "https://example.com:port", "https://example.com:99999",
        "https://exämple.com", "https://example.com\\@evil.org", "HTTPS://example.com", "https://[::1",
    ]

    @Test(arguments: issuers)
    func anIssuerIsFarAwayBySecureWaysOnly(issuer: String) async {
        let error = await provider(issuer: issuer)
        #expect(error?.kind == .badSetting)
        #expect(error?.message.contains("`issuer`") == true)
    }

    @Test(arguments: [
        "https://id.example.com", "https://id.example.com/", "https://id.example.com:8443/realms/a",
        "http://localhost:1",
        "http://127.0.0.1", "http://[::1]:8080/x", "https://10.0.0.1", "https://[2001:db8::1]",
    ])
    func anIssuerMayBeHere(issuer: String) async {
        #expect(await provider(issuer: issuer) == nil)
    }

    @Test func everySettingHasItsRule() async {
        #expect(await provider(name: "A B")?.message.contains("`name`") == true)
        #expect(await provider(name: "")?.message.contains("`name`") == true)
        #expect(await provider(name: "a/b")?.message.contains("`name`") == true)
        #expect(await provider(clientID: "")?.message.contains("`client_id`") == true)
        #expect(await provider(clientID: "a\nb")?.message.contains("`client_id`") == true)
        #expect(await provider(secret: "")?.message.contains("`client_secret`") == true)
        let planted = await provider(secret: "planted\n")
        #expect(planted?.message.contains("`client_secret`") == true)
        #expect(planted?.message.contains("planted") == false)
        #expect(await provider(scopes: "email")?.message.contains("`scopes`") == true)
        #expect(await provider(scopes: "openid\nemail")?.message.contains("`scopes`") == true)
        #expect(await provider(domains: ["exa mple.com"])?.message.contains("`allowed_domains`") == true)
        #expect(await provider(domains: [""])?.message.contains("`allowed_domains`") == true)
        #expect(await provider(secret: nil, domains: ["Example.COM"]) == nil)
    }

    @Test func aDescriptionHasItsPlace() {
        let path = "/.well-known/openid-configuration"
        #expect(OpenIDAddress.discovery(of: "https://a.example.com") == "https://a.example.com" + path)
        #expect(OpenIDAddress.discovery(of: "https://a.example.com/") == "https://a.example.com" + path)
        #expect(OpenIDAddress.discovery(of: "https://a.example.com/t/v2.0") == "https://a.example.com/t/v2.0" + path)
    }

    @Test func aForeignIssuerHasAnAudience() async {
        func refused(_ issuer: String, _ audiences: [String], _ url: String?) async -> String? {
            await refusal { () async throws(OpenIDError) in
                try ForeignIssuer(issuer: issuer, audiences: audiences, keysURL: url)
            }?.message
        }
        #expect(await refused("https://a.example.com", ["x"], nil) == nil)
        #expect(await refused("any name", ["x"], "https://a.example.com/keys?a=b") == nil)
        #expect(await refused("any name", ["x"], nil)?.contains("`issuer`") == true)
        #expect(await refused("", ["x"], "https://a.example.com")?.contains("`issuer`") == true)
        #expect(await refused("https://a.example.com", [], nil)?.contains("`audience`") == true)
        #expect(await refused("https://a.example.com", [""], nil)?.contains("`audience`") == true)
        #expect(await refused("https://a.example.com", ["x"], "http://a.example.com")?.contains("`jwks_url`") == true)
    }
}
