import Testing

@testable import TuttiConfiguration

/// Keys of which people choose a part.
@Suite struct KeyFamilyTests {
    private static let home = Sourced(value: "/h", source: .fallback)

    private func file(_ text: String) throws(ConfigurationError) -> ConfigurationLayer {
        try .file(text, path: "f", keys: ConfigurationKeys.all)
    }

    @Test(arguments: [
        ("providers:\n  Mine: {url: x}", "Mine"), ("providers:\n  my-own: {url: x}", "my-own"),
        ("providers:\n  mine: {adress: x}", "mine.adress"), ("providers.a.b.url: x", "a.b.url"),
        ("providers:\n  \(String(repeating: "x", count: 33)): {url: x}", "xxx"),
    ])
    func namesThatAreNone(_ text: String, _ name: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try file(text) }
        #expect(error?.message.contains("there is no key 'providers.\(name)") == true)
        #expect(
            error?.message.hasSuffix(
                "keys there are such as 'providers.NAME.url', where NAME has up to 32 of a-z, 0-9 and '_'") == true)
    }

    @Test(arguments: ["providers: x", "providers:\n  mine: x"]) func levelsHoldKeys(_ text: String) {
        let error = #expect(throws: ConfigurationError.self) { try file(text) }
        #expect(error?.message.contains("holds no keys; write 'key: value' lines") == true)
    }

    @Test func aKeyThatStandsTwiceIsNotShown() {
        let error = #expect(throws: ConfigurationError.self) {
            try file("providers:\n  mine: {key: hush}\nproviders.mine.key: hush")
        }
        #expect(error?.message == "'providers.mine.key' stands twice; keep one")
    }

    @Test func noMoreThanMay() throws {
        let lines = (0...KeyFamily.membersMax).map { "providers.p\($0).url: x\n" }
        #expect(try file(lines.dropLast().joined()).values.count == KeyFamily.membersMax)
        let error = #expect(throws: ConfigurationError.self) { try file(lines.joined()) }
        #expect(error?.message.hasSuffix("at most 64 such keys may be set") == true)
    }

    @Test func aMemberIsSetByFileAndVariable() throws {
        let environment = [
            "TUTTI_PROVIDERS_MINE_KEY": "hush", "TUTTI_PROVIDERS_A_URL_URL": "u", "TUTTI_PROVIDERS_URL": "no",
            "TUTTI_PROVIDERS__URL": "no", "TUTTI_PROVIDERS_Mine_URL": "no", "TUTTI_PROVIDERS_OTHER_URL": "",
        ]
        let configuration = Configuration(
            home: Self.home,
            layers: [
                try .environment(environment, keys: ConfigurationKeys.all),
                try file("providers:\n  mine: {url: 'http://h', key: quiet}\n  openai:\n    key: silence"),
            ])
        #expect(configuration.values(of: ConfigurationKeys.providerURL) == ["mine": "http://h", "a_url": "u"])
        #expect(configuration.values(of: ConfigurationKeys.providerKey) == ["mine": "hush", "openai": "silence"])
        let providers = configuration.lines.filter { $0.key.name.hasPrefix("providers.") }
        let lines = providers.map { "\($0.key.name) = \($0.text) (\($0.source))" }
        #expect(
            lines.filter { !$0.hasPrefix("providers.NAME.") } == [
                "providers.a_url.url = u (environment TUTTI_PROVIDERS_A_URL_URL)",
                "providers.mine.url = http://h (file f)",
                "providers.mine.key = (secret, set) (environment TUTTI_PROVIDERS_MINE_KEY)",
                "providers.openai.key = (secret, set) (file f)",
            ])
    }

    @Test func theDefaultModelHasAShortVariable() throws {
        let layer = try ConfigurationLayer.environment(["TUTTI_MODEL": "ollama/m"], keys: ConfigurationKeys.all)
        let configuration = Configuration(home: Self.home, layers: [layer])
        #expect(configuration.value(of: ConfigurationKeys.modelsDefault) == "ollama/m")
        #expect(configuration.source(of: ConfigurationKeys.modelsDefault) == .environment("TUTTI_MODEL"))
    }
}
