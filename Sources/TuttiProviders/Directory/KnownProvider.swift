import TuttiCore
import TuttiModels

/// A provider that is known by its name, as data.
struct KnownProvider: Sendable {
    /// As models are named: `openai/…`.
    let name: String
    /// As people call it.
    let title: String
    /// Where it is unless somebody says otherwise.
    let address: String
    /// What is added to an address without a path.
    let path: String
    /// The variables that may hold its key, in the order in which they count.
    let keyVariables: [String]
    /// The variables that may hold its address, in the order in which they count.
    let addressVariables: [String]
    /// Whether it runs on machines of one's own, and needs no key.
    var isLocal = false
    /// Variables that say that it is meant to be used, besides those of its key and address.
    var signVariables: [String] = []
    /// Makes what it takes to call it; nothing is asked for that.
    ///
    /// Throws ``ModelDirectoryError`` that names the setting, the rule and the way out.
    let connect: @Sendable (ProviderSetup) throws(ModelDirectoryError) -> ProviderConnection

    static let all: [KnownProvider] = [
        hosted("openai", "OpenAI", .openAI), anthropic, gemini, hosted("openrouter", "OpenRouter", .openRouter),
        AzureConnection.provider, BedrockConnection.provider, VertexConnection.provider,
        local(.ollama, "ollama", "Ollama", port: 11434, addressVariables: ["OLLAMA_HOST"]),
        local(.llamaCpp, "llamacpp", "llama.cpp", port: 8080), local(.vLLM, "vllm", "vLLM", port: 8000),
        local(.lmStudio, "lmstudio", "LM Studio", port: 1234),
    ]

    /// A connection in the dialect that most speak, where each request may have more members than ours.
    private static func chat(
        at address: String, _ flavor: ChatFlavor
    ) -> @Sendable (ProviderSetup) throws(ModelDirectoryError) -> ProviderConnection {
        { setup throws(ModelDirectoryError) in
            ProviderConnection(
                dialect: ChatDialect(flavor, key: setup.server.key, fields: try setup.fields()),
                address: setup.server.url ?? address)
        }
    }

    /// A connection where the key goes along with each request as it is.
    private static func keyed(
        at address: String, _ dialect: @escaping @Sendable (SecretText?) -> any ModelDialect
    ) -> @Sendable (ProviderSetup) throws(ModelDirectoryError) -> ProviderConnection {
        { setup in ProviderConnection(dialect: dialect(setup.server.key), address: setup.server.url ?? address) }
    }

    static func named(_ name: String) -> KnownProvider? { all.first { $0.name == name } }

    /// A server of the user's own that speaks the dialect that most speak.
    static func own(_ name: String) -> KnownProvider {
        KnownProvider(
            name: name, title: name, address: "", path: "/v1", keyVariables: [], addressVariables: [], isLocal: true,
            connect: chat(at: "", ChatFlavor(name: name, baseURL: nil, takesTopK: true)))
    }

    private static let anthropic = KnownProvider(
        name: "anthropic", title: "Anthropic", address: AnthropicDialect.baseURL, path: "",
        keyVariables: ["ANTHROPIC_API_KEY"], addressVariables: ["ANTHROPIC_BASE_URL"],
        connect: keyed(at: AnthropicDialect.baseURL) { AnthropicDialect(key: $0) })

    private static let gemini = KnownProvider(
        name: "gemini", title: "Gemini", address: GeminiDialect.baseURL, path: "",
        keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        addressVariables: ["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"],
        connect: keyed(at: GeminiDialect.baseURL) { GeminiDialect(key: $0) })

    private static func hosted(_ name: String, _ title: String, _ flavor: ChatFlavor) -> KnownProvider {
        KnownProvider(
            name: name, title: title, address: flavor.baseURL ?? "", path: "/v1",
            keyVariables: ["\(name.uppercased())_API_KEY"], addressVariables: ["\(name.uppercased())_BASE_URL"],
            connect: chat(at: flavor.baseURL ?? "", flavor))
    }

    private static func local(
        _ flavor: ChatFlavor, _ name: String, _ title: String, port: Int, addressVariables: [String] = []
    ) -> KnownProvider {
        var flavor = flavor
        flavor.name = name
        let address = "http://127.0.0.1:\(port)/v1"
        return KnownProvider(
            name: name, title: title, address: address, path: "/v1", keyVariables: [],
            addressVariables: addressVariables, isLocal: true,
            connect: chat(at: address, flavor))
    }
}
