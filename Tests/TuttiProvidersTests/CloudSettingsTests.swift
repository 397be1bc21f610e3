import Testing
import TuttiCore

@testable import TuttiProviders

/// What the clouds' variables say, and what of it nobody may see.
@Suite struct CloudSettingsTests {
    private static let environment = [
        "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": " planted-aws\n", "AWS_SESSION_TOKEN": "planted-session",
        "AZURE_CLIENT_SECRET": "planted-azure", "AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com",
        "AZURE_OPENAI_API_KEY": "planted-key", "GOOGLE_APPLICATION_CREDENTIALS": "/keys/g.json", "HOME": "/h",
        "OTHER_SECRET": "planted-other", "AWS_REGION": "",
    ]

    @Test func onlyWhatCloudsLookAtIsKept() {
        let cloud = CloudEnvironment(Self.environment)
        #expect(cloud["AWS_SECRET_ACCESS_KEY"] == "planted-aws" && cloud["HOME"] == "/h")
        #expect(cloud["OTHER_SECRET"] == nil && cloud["AWS_REGION"] == nil && cloud["AWS_PROFILE"] == nil)
        #expect(cloud.first("AWS_REGION", "AZURE_OPENAI_ENDPOINT") == "https://x.openai.azure.com")
        #expect(cloud.all["OTHER_SECRET"] == nil && cloud.all["AWS_ACCESS_KEY_ID"] == "AKID")
        #expect(CloudEnvironment() == CloudEnvironment(["OTHER": "x"]))
    }

    @Test func theirVariablesSetProvidersUp() {
        let settings = ProviderSettings(environment: Self.environment)
        #expect(settings.servers.keys.sorted() == ["azure", "bedrock", "vertex"])
        #expect(settings.servers["azure"]?.key?.revealed == "planted-key")
        #expect(settings.servers["bedrock"] == ProviderSettings.Server())
        #expect(ProviderSettings(environment: [:]) == ProviderSettings())
    }

    @Test func secretsAreKnownAndNotShown() {
        var settings = ProviderSettings(environment: Self.environment)
        settings.servers["bedrock"] = ProviderSettings.Server(key: SecretText("AKID:planted-s:planted-t"))
        let secrets = Set(settings.secrets.map(\.revealed))
        #expect(
            secrets == [
                "planted-aws", "planted-session", "planted-azure", "planted-key", "AKID:planted-s:planted-t",
                "planted-s", "planted-t",
            ])
        var text = "\(settings)"
        dump(settings, to: &text)
        #expect(!text.contains("planted"))
    }

    @Test func whatIsSetCountsMemberByMember() {
        var base = ProviderSettings.Server(url: "u", key: SecretText("k"))
        (base.region, base.profile, base.project, base.location) = ("r", "p", "q", "l")
        (base.deployment, base.apiVersion, base.fields) = ("d", "v", "f")
        let settings = ProviderSettings(servers: ["x": base])
        #expect(settings.overridden(by: ["x": ProviderSettings.Server()]) == settings)
        var other = ProviderSettings.Server()
        other.region = "r2"
        var expected = base
        expected.region = "r2"
        #expect(settings.overridden(by: ["x": other, "y": other]).servers == ["x": expected, "y": other])
    }
}
