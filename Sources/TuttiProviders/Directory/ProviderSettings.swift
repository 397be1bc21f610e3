public import TuttiCore
public import TuttiModels

/// Where providers are, the keys for them, and how long they may take.
public struct ProviderSettings: Sendable, Hashable {
    /// What is known of one provider.
    public struct Server: Sendable, Hashable {
        /// The base URL; `nil` for the usual one. One without a path gets `/v1` where the dialect wants it.
        public var url: String?
        /// The key; `nil` for none.
        public var key: SecretText?
        /// Which of its interfaces is used, where a server has two: `chat` or `responses`; `nil` for the usual one.
        public var dialect: String?

        /// A server from what is known.
        public init(url: String? = nil, key: SecretText? = nil, dialect: String? = nil) {
            self.url = url
            self.key = key
            self.dialect = dialect
        }
    }

    /// Servers by the name of their provider; one that is not known is a server that speaks as OpenAI's does.
    public var servers: [String: Server]
    /// How long calls may take.
    public var timeouts: ModelTimeouts
    /// What an answer may have at most.
    public var limits: ModelLimits

    /// Settings from their parts.
    public init(
        servers: [String: Server] = [:], timeouts: ModelTimeouts = ModelTimeouts(), limits: ModelLimits = ModelLimits()
    ) {
        self.servers = servers
        self.timeouts = timeouts
        self.limits = limits
    }

    /// What the variables of the providers say: `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `GEMINI_API_KEY` or
    /// `GOOGLE_API_KEY`, `OPENROUTER_API_KEY`; `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, `GEMINI_BASE_URL`,
    /// `OPENROUTER_BASE_URL` and `OLLAMA_HOST`. An empty one counts as unset.
    public init(environment: [String: String]) {
        self.init()
        func text(_ names: [String]) -> String? {
            names.lazy.compactMap { environment[$0].map(Self.trimmed) }.first { !$0.isEmpty }
        }
        for provider in KnownProvider.all {
            var url = text(provider.addressVariables)
            if provider.addressVariables == ["OLLAMA_HOST"] { url = url.map(OllamaHost.url) }
            let server = Server(url: url, key: text(provider.keyVariables).map { SecretText($0) })
            if server != Server() { servers[provider.name] = server }
        }
    }

    /// The same, where what `other` says counts first.
    public func overridden(by other: [String: Server]) -> ProviderSettings {
        var settings = self
        for (name, server) in other {
            let before = servers[name] ?? Server()
            settings.servers[name] = Server(
                url: server.url ?? before.url, key: server.key ?? before.key, dialect: server.dialect ?? before.dialect)
        }
        return settings
    }

    /// Keys are copied with line ends and blanks around them.
    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
