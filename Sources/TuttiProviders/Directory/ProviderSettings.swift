public import TuttiCore
public import TuttiModels

/// Where providers are, the keys for them, and how long they may take.
public struct ProviderSettings: Sendable, Hashable {
    /// What is known of one provider. What a provider has no use for is not looked at.
    public struct Server: Sendable, Hashable {
        /// The base URL; `nil` for the usual one. One without a path gets `/v1` where the dialect wants it.
        public var url: String?
        /// The key; `nil` for none.
        ///
        /// For `bedrock` an API key, or `ID:SECRET` or `ID:SECRET:TOKEN` to sign with; for `vertex` the JSON of a
        /// service account's key.
        public var key: SecretText?
        /// Which of its interfaces is used, where a server has two: `chat` or `responses`; `nil` for the usual one.
        public var dialect: String?
        /// The region of `bedrock`, such as `eu-central-1`.
        public var region: String?
        /// The profile in the files of the AWS tools that `bedrock` takes its credentials and region from.
        public var profile: String?
        /// The Google Cloud project that pays for calls of `vertex`.
        public var project: String?
        /// Where `vertex` answers: `global`, `us`, `eu` or a region such as `europe-west1`.
        public var location: String?
        /// The deployment of `azure` that answers, whatever the model is called; `nil` for the one of the model's name.
        public var deployment: String?
        /// The version of the interface of `azure`, such as `2024-10-21`; `nil` for the addresses without one (`v1`).
        public var apiVersion: String?
        /// A JSON object of members that each request has besides, for servers that speak as OpenAI's does: such as the
        /// routing of `openrouter`, `{"provider": {"sort": "price"}, "transforms": ["middle-out"]}`.
        public var fields: String?

        /// A server from what is known; the rest can be set after that.
        public init(url: String? = nil, key: SecretText? = nil, dialect: String? = nil) {
            self.url = url
            self.key = key
            self.dialect = dialect
        }

        /// The same, where what `other` says counts first.
        func overridden(by other: Server) -> Server {
            var server = Server(url: other.url ?? url, key: other.key ?? key, dialect: other.dialect ?? dialect)
            server.region = other.region ?? region
            server.profile = other.profile ?? profile
            server.project = other.project ?? project
            server.location = other.location ?? location
            server.deployment = other.deployment ?? deployment
            server.apiVersion = other.apiVersion ?? apiVersion
            server.fields = other.fields ?? fields
            return server
        }
    }

    /// Servers by the name of their provider; one that is not known is a server that speaks as OpenAI's does.
    public var servers: [String: Server]
    /// How long calls may take.
    public var timeouts: ModelTimeouts
    /// What an answer may have at most.
    public var limits: ModelLimits
    /// The variables that the clouds' own tools are set up by, for `bedrock`, `vertex` and `azure`.
    public var cloud = CloudEnvironment()

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
    /// `OPENROUTER_BASE_URL` and `OLLAMA_HOST`; and those of the clouds. An empty one counts as unset.
    public init(environment: [String: String]) {
        self.init()
        cloud = CloudEnvironment(environment)
        func text(_ names: [String]) -> String? {
            names.lazy.compactMap { environment[$0].map(CloudEnvironment.trimmed) }.first { !$0.isEmpty }
        }
        for provider in KnownProvider.all {
            var url = text(provider.addressVariables)
            if provider.addressVariables == ["OLLAMA_HOST"] { url = url.map(OllamaHost.url) }
            let server = Server(url: url, key: text(provider.keyVariables).map { SecretText($0) })
            if server != Server() || text(provider.signVariables) != nil { servers[provider.name] = server }
        }
    }

    /// All that nobody may see: the keys, what they are made of, and what the variables of clouds hold.
    package var secrets: [SecretText] {
        let parts = servers["bedrock"]?.key?.revealed.split(separator: ":").dropFirst() ?? []
        return servers.values.compactMap(\.key) + parts.map { SecretText(String($0)) } + cloud.secrets
    }

    /// The same, where what `other` says counts first.
    public func overridden(by other: [String: Server]) -> ProviderSettings {
        var settings = self
        for (name, server) in other {
            settings.servers[name] = (servers[name] ?? Server()).overridden(by: server)
        }
        return settings
    }
}
