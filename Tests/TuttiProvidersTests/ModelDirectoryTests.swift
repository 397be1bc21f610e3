import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiProviders

/// Full names of models, and what they lead to.
@Suite struct ModelDirectoryTests {
    private static let key = SecretText(Samples.key)
    private static let environment = [
        "OPENAI_API_KEY": "sk-planted-openai\n", "ANTHROPIC_API_KEY": " sk-planted-anthropic", "GEMINI_API_KEY": "",
        "GOOGLE_API_KEY": "planted-google", "OPENROUTER_API_KEY": "sk-planted-or", "OLLAMA_HOST": "0.0.0.0:11500",
        "ANTHROPIC_BASE_URL": "https://proxy.example/anthropic/", "OPENAI_BASE_URL": "https://proxy.example",
    ]

    private func resolve(
        _ name: String, _ settings: ProviderSettings = ProviderSettings(environment: environment)
    ) throws(ModelDirectoryError) -> (provider: HTTPModelProvider?, model: String) {
        let found = try ModelDirectory(settings).resolve(name)
        return (found.provider as? HTTPModelProvider, found.model)
    }

    private func error(
        _ name: String, _ settings: ProviderSettings = ProviderSettings()
    ) -> ModelDirectoryError? {
        #expect(throws: ModelDirectoryError.self) { try ModelDirectory(settings).resolve(name) }
    }

    // MARK: Members besides

    @Test func requestsHaveTheMembersThatAreSet() throws {
        var server = ProviderSettings.Server(key: Self.key)
        server.fields = #"{"transforms": ["middle-out"], "provider": {"sort": "price", "allow_fallbacks": false}}"#
        let settings = ProviderSettings().overridden(by: ["openrouter": server])
        let provider = try resolve("openrouter/v/m", settings).provider
        let wire = try #require(try provider?.dialect.encode(Samples.request, isStreaming: true))
        let body = String(decoding: wire.body, as: UTF8.self)
        #expect(
            body.hasSuffix(
                #","stream":true,"provider":{"allow_fallbacks":false,"sort":"price"},"transforms":["middle-out"]}"#))
    }

    @Test(arguments: [
        ("planted", "must be a JSON object"), ("[1]", "must be a JSON object"),
        (#"{"a":1,"model":"x"}"#, "has 'model'"),
        (#"{"stream":false}"#, "has 'stream'"), (String(repeating: " ", count: 70_000) + "{}", "at most 65536 bytes"),
    ])
    func membersThatCannotBeSet(fields: String, part: String) {
        var server = ProviderSettings.Server(url: "http://mine")
        server.fields = fields
        let error = error("mine/m", ProviderSettings(servers: ["mine": server]))
        #expect(error?.code == "bad_provider_setting" && error?.message.contains(part) == true)
        #expect(error?.message.hasPrefix("providers.mine.fields ") == true)
    }

    // MARK: What is refused

    @Test(arguments: [
        ("", "'' names no provider: a model is PROVIDER/NAME; such as ollama/NAME"),
        ("gpt-9", "'gpt-9' names no provider: a model is PROVIDER/NAME; did you mean 'openai/gpt-9'?"),
        ("opanai", "'opanai' names no provider: a model is PROVIDER/NAME; did you mean 'openai/MODEL'?"),
        ("openai", "'openai' is a provider; add one of its models: openai/MODEL ('tutti models ls' lists them)"),
        ("openai/", "'openai/' names no model: write PROVIDER/NAME ('tutti models ls' lists them)"),
    ])
    func namesThatNameNothing(_ name: String, _ message: String) {
        #expect(error(name)?.message == message)
        #expect(error(name)?.code == "bad_model_name")
    }

    @Test(arguments: ["openai/with blank", "openai/line\nend", "openai/" + String(repeating: "x", count: 257)])
    func namesThatNoModelHas(_ name: String) {
        #expect(error(name)?.code == "bad_model_name")
        #expect(error(name)?.message.contains("at most 256 visible ASCII characters") == true)
    }

    @Test func anUnknownProvider() {
        let error = error("olama/llama")
        #expect(error?.code == "unknown_provider")
        #expect(
            error?.message
                == "there is no provider 'olama'; did you mean 'ollama'? There are anthropic, azure, bedrock, gemini, "
                + "llamacpp, lmstudio, ollama, openai, openrouter, script, vertex, vllm; a server of your own is set "
                + "up by providers.NAME.url, and models of other vendors are had through openrouter/VENDOR/NAME")
    }

    @Test(arguments: [
        ("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY"),
        ("gemini", "GEMINI_API_KEY or GOOGLE_API_KEY"), ("openrouter", "OPENROUTER_API_KEY"),
    ])
    func aMissingKeyNamesTheVariable(_ provider: String, _ variables: String) {
        let error = error("\(provider)/m")
        #expect(error?.code == "missing_key")
        #expect(error?.message.contains("needs a key: set \(variables), or providers.\(provider).key;") == true)
        #expect(error?.message.contains("(ollama/MODEL, llamacpp/MODEL, vllm/MODEL, lmstudio/MODEL)") == true)
        #expect(error?.isRetryable == false)
    }

    @Test(arguments: [
        "", "ftp://host", "host:80", "http://", "http:///v1", "http://user:planted@host/v1",
        "http://host/v1?key=planted",
        "http://host/v1#planted", "http://ho st", "http://hö.example", "http://" + String(repeating: "x", count: 2048),
    ])
    func anAddressThatIsNone(_ url: String) {
        let error = error("mine/m", ProviderSettings(servers: ["mine": .init(url: url)]))
        #expect(error?.code == "bad_provider_url")
        #expect(error?.message.contains("providers.mine.url") == true)
        #expect(error?.message.contains("planted") == false)
    }

    @Test func aKeyAloneIsNoServer() {
        let error = error("mine/m", ProviderSettings(servers: ["mine": .init(key: Self.key)]))
        #expect(error?.message == "the provider 'mine' has no address; set providers.mine.url")
    }

    @Test(arguments: ["", "script", "Mine", "mi ne", "mi/ne", String(repeating: "x", count: 33)])
    func namesThatNoProviderHas(_ name: String) {
        let error = #expect(throws: ModelDirectoryError.self) {
            try ModelDirectory().register(name, ScriptProvider(Cassette()))
        }
        #expect(error?.code == "bad_provider_name")
    }

    @Test func noMoreProvidersThanMay() throws {
        let directory = ModelDirectory()
        for number in 0..<ModelDirectory.ownMax { try directory.register("p\(number)", ScriptProvider(Cassette())) }
        try directory.register("p7", ScriptProvider(Cassette()))
        #expect(throws: ModelDirectoryError.self) { try directory.register("more", ScriptProvider(Cassette())) }
    }

    // MARK: What is found

    @Test(arguments: [
        ("openai/gpt-9", "https://proxy.example/v1", "gpt-9"),
        ("anthropic/claude-9", "https://proxy.example/anthropic", "claude-9"),
        ("gemini/gemini-9", "https://generativelanguage.googleapis.com", "gemini-9"),
        ("openrouter/vendor/model:free", "https://openrouter.ai/api/v1", "vendor/model:free"),
        ("ollama/llama:8b", "http://127.0.0.1:11500/v1", "llama:8b"),
        ("llamacpp/any", "http://127.0.0.1:8080/v1", "any"),
        ("vllm/org/model", "http://127.0.0.1:8000/v1", "org/model"),
        ("lmstudio/m", "http://127.0.0.1:1234/v1", "m"),
    ])
    func knownProviders(_ name: String, _ url: String, _ model: String) throws {
        let found = try resolve(name)
        #expect(found.provider?.base.text == url)
        #expect(found.model == model)
        #expect(found.provider?.dialect.name == name.split(separator: "/").first.map { String($0) })
    }

    @Test func keysAreTakenFromTheEnvironment() throws {
        let keys = ["openai": "sk-planted-openai", "anthropic": "sk-planted-anthropic", "gemini": "planted-google"]
        for (name, key) in keys { #expect(try resolve("\(name)/m").provider?.dialect.key?.revealed == key) }
        #expect(try resolve("ollama/m").provider?.dialect.key == nil)
    }

    @Test func settingsCountBeforeTheEnvironment() throws {
        let settings = ProviderSettings(environment: Self.environment).overridden(by: [
            "openai": .init(url: "http://127.0.0.1:9/v2/"), "vllm": .init(key: Self.key),
            "mine": .init(url: "HTTP://Host.example:9"),
        ])
        let openAI = try resolve("openai/m", settings).provider
        #expect(openAI?.base.text == "http://127.0.0.1:9/v2")
        #expect(openAI?.dialect.key?.revealed == "sk-planted-openai")
        #expect(try resolve("vllm/m", settings).provider?.dialect.key == Self.key)
        let mine = try resolve("mine/a/b", settings)
        #expect(mine.provider?.base.text == "http://Host.example:9/v1")
        #expect(mine.model == "a/b")
        #expect(ModelDirectory(settings).names.contains("mine"))
    }

    /// What listens on this machine in a service's place may need no key.
    @Test func aServiceOnThisMachineNeedsNoKey() throws {
        let settings = ProviderSettings(servers: ["openai": .init(url: "http://localhost:4000")])
        #expect(try resolve("openai/m", settings).provider?.base.text == "http://localhost:4000/v1")
    }

    @Test(arguments: [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"), ("0.0.0.0", "http://127.0.0.1:11434"),
        (":1234", "http://127.0.0.1:1234"), ("host", "http://host:11434"), ("[::1]:9", "http://[::1]:9"),
        ("[::1]", "http://[::1]:11434"), ("[::]", "http://127.0.0.1:11434"), ("https://host/x", "https://host/x"),
        ("host:80/x", "http://host:80/x"),
    ])
    func whatOllamaListensAt(_ text: String, _ url: String) {
        #expect(OllamaHost.url(text) == url)
    }

    @Test func aProviderOfOnesOwnIsPutInByOneCall() async throws {
        let directory = ModelDirectory()
        let request = ModelRequest(model: "anything/at all", messages: [.user("hi")])
        var cassette = Cassette()
        try cassette.record(request, Samples.hello, hiding: [])
        try directory.register("mine", ScriptProvider(cassette))
        let (provider, model) = try directory.resolve("mine/anything")
        #expect(model == "anything")
        #expect(try await provider.answer(request) == Samples.hello)
        try directory.register("openai", ScriptProvider(cassette))
        #expect(try directory.resolve("openai/m").provider is ScriptProvider)
        #expect(directory.ownNames == ["mine", "openai"])
    }

    @Test func callsAtOneTimeLeaveFilesForOthers() {
        #expect(ProviderClients.callsMax(openFilesMax: 1024, threads: 3) == 256)
        #expect(ProviderClients.callsMax(openFilesMax: 4, threads: 3) == 16)
        #expect(ProviderClients.callsMax(openFilesMax: .max, threads: 3) == ProviderClients.callsMax)
    }

    // MARK: Keys

    @Test func nothingShowsAKey() throws {
        let settings = ProviderSettings(environment: Self.environment)
        let directory = ModelDirectory(settings)
        var shown = "\(settings) \(String(reflecting: settings)) \(directory) \(String(reflecting: directory))"
        dump(settings, to: &shown)
        dump(directory, to: &shown)
        for name in ["openai/m", "anthropic/m", "gemini/m", "openrouter/v/m"] {
            let provider = try directory.resolve(name).provider
            shown += "\(provider) \(String(reflecting: provider))"
            dump(provider, to: &shown)
        }
        #expect(shown.contains("[secret]"))
        #expect(!shown.contains("planted"))
    }

    @Test func aKeyThatNoHeaderCanHoldIsNotShown() async throws {
        let settings = ProviderSettings(servers: ["openai": .init(key: SecretText("sk-planted\u{7}"))])
        let error = try await ModelDirectory(settings).resolve("openai/m").provider.failure()
        #expect(error?.kind == .unauthenticated)
        #expect("\(error as Any)".contains("planted") == false || "\(error as Any)".contains("planted question"))
    }
}

/// Cassettes by their path.
@Suite struct ScriptNameTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/tutti-script-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func write(_ models: [String], _ name: String = "calls.jsonl") throws -> String {
        var cassette = Cassette()
        for model in models {
            for number in 1...2 {
                let answer = ModelResponse(content: [.text("\(model) \(number)")])
                try cassette.record(ModelRequest(model: model, messages: [.user("hi")]), answer, hiding: [])
            }
        }
        try cassette.bytes().write(to: URL(filePath: "\(folder)/\(name)"))
        return "\(folder)/\(name)"
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func aCassetteAnswersWhoeverAsks() async throws {
        defer { remove() }
        let path = try write(["vendor/m"])
        let directory = ModelDirectory()
        let (provider, model) = try directory.resolve("script/\(path)")
        #expect(model == "vendor/m")
        let request = ModelRequest(model: model, messages: [.user("hi")])
        #expect(try await provider.answer(request).text == "vendor/m 1")
        // The counts go on, whoever has resolved it.
        #expect(try await directory.resolve("script/\(path)").provider.answer(request).text == "vendor/m 2")
    }

    @Test func oneOfSeveralModels() throws {
        defer { remove() }
        let path = try write(["a", "b"])
        let directory = ModelDirectory()
        #expect(try directory.resolve("script/\(path)#b").model == "b")
        let error = #expect(throws: ModelDirectoryError.self) { try directory.resolve("script/\(path)") }
        #expect(error?.message.hasSuffix("holds calls of 2 models (a, b); name one: script/PATH#MODEL") == true)
        let other = #expect(throws: ModelDirectoryError.self) { try directory.resolve("script/\(path)#c") }
        #expect(other?.message.hasSuffix("holds no call of 'c', but of a, b") == true)
    }

    @Test func whatIsNoCassette() throws {
        defer { remove() }
        try Data("{}".utf8).write(to: URL(filePath: folder + "/other.json"))
        for path in ["\(folder)/none", folder, "\(folder)/other.json"] {
            let error = #expect(throws: ModelDirectoryError.self) { try ModelDirectory().resolve("script/\(path)") }
            #expect(error?.code == "bad_cassette")
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func noMoreCassettesThanMay() throws {
        defer { remove() }
        let directory = ModelDirectory()
        for number in 0..<ModelDirectory.scriptsMax {
            _ = try directory.resolve("script/\(try write(["m"], "\(number)"))")
        }
        let error = #expect(throws: ModelDirectoryError.self) {
            try directory.resolve("script/\(try write(["m"], "more"))")
        }
        #expect(error?.message.contains("64 cassettes are open already") == true)
    }
}
