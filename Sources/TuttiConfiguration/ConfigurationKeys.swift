package import TuttiCore

/// The keys of this release. A key is listed here when something reads it, not before.
package enum ConfigurationKeys {
    package static let maxIterations = ConfigurationKey(
        "roundtable.max_iterations", .integer(1...10), fallback: 3,
        "How many rounds a roundtable may take before it ends as exhausted.")

    package static let critics = ConfigurationKey(
        "roundtable.critics", .list, fallback: ["product", "engineering", "ai-risk"],
        "The critics that read the document in each round, in the order of the report.")

    package static let failOn = ConfigurationKey(
        "roundtable.fail_on", SeverityBar.choice, fallback: SeverityBar.high,
        "The bar: a roundtable converges when no open finding is this severe or worse.")

    package static let thresholdPercent = ConfigurationKey(
        "roundtable.threshold_percent", .integer(0...100), fallback: 5,
        "A round that changes less of the text than this, in percent of its words, ends the roundtable as stable.")

    package static let retentionRuns = ConfigurationKey<Duration>(
        "retention.runs", .duration, fallback: nil,
        "How long ended runs stay; 'tutti db prune' removes older ones.")

    package static let retentionKeep = ConfigurationKey<Int>(
        "retention.keep", .integer(0...1_000_000), fallback: nil,
        "How many ended runs of each workflow stay; 'tutti db prune' removes the oldest of more.")

    package static let retentionEvents = ConfigurationKey<Duration>(
        "retention.events", .duration, fallback: nil,
        "How long the events of ended runs stay that stay themselves; 'tutti db prune' removes older ones.")

    package static let modelsDefault = ConfigurationKey<String>(
        "models.default", .text, fallback: nil, environment: "TUTTI_MODEL",
        "The model to ask where none is named, as PROVIDER/NAME.")

    package static let modelsRoutes = ConfigurationKey<String>(
        "models.routes", .path(endings: [".yaml", ".yml"]), fallback: nil,
        "A file of routes: names that stand for deployments of models, for the gateway of the server.")

    package static let modelsPrices = ConfigurationKey<String>(
        "models.prices", .path(endings: [".json"]), fallback: nil,
        "The file with the prices of models; without it costs are only known where providers tell them.")

    package static let modelsConnect = ConfigurationKey<Duration>(
        "models.timeout_connect", .duration, fallback: .seconds(10),
        "How long it may take to reach a provider.")

    package static let modelsFirstToken = ConfigurationKey<Duration>(
        "models.timeout_first_token", .duration, fallback: .seconds(300),
        "How long a model may think before the first word of its answer.")

    package static let modelsIdle = ConfigurationKey<Duration>(
        "models.timeout_idle", .duration, fallback: .seconds(120),
        "How long a provider may be silent in the middle of an answer.")

    package static let modelsTotal = ConfigurationKey<Duration>(
        "models.timeout_total", .duration, fallback: .seconds(600), "How long a call of a model may take.")

    package static let providerURL = KeyFamily(
        "providers", "url", .text,
        "Where the provider NAME is; an unknown NAME is a server of one's own that speaks as OpenAI's does.")

    package static let providerKey = KeyFamily(
        "providers", "key", .text, secret: true, "The key for the provider NAME.")

    package static let providerDialect = KeyFamily(
        "providers", "dialect", .text,
        "By which interface the provider NAME is asked: chat or responses, where a server of OpenAI's kind has both.")

    package static let providerRegion = KeyFamily(
        "providers", "region", .text, "The region of bedrock, such as eu-central-1.")

    package static let providerProfile = KeyFamily(
        "providers", "profile", .text,
        "The profile in the files of the AWS tools that bedrock takes its credentials and region from.")

    package static let providerProject = KeyFamily(
        "providers", "project", .text, "The Google Cloud project that pays for calls of vertex.")

    package static let providerLocation = KeyFamily(
        "providers", "location", .text,
        "Where vertex answers: global, us, eu or a region such as europe-west1.")

    package static let providerDeployment = KeyFamily(
        "providers", "deployment", .text,
        "The deployment of azure that answers, whatever the model is called; else the one of the model's name.")

    package static let providerAPIVersion = KeyFamily(
        "providers", "api_version", .text,
        "The version of the interface of azure, such as 2024-10-21; without one the addresses of v1 are used.")

    package static let providerFields = KeyFamily(
        "providers", "fields", .text,
        "A JSON object of members that each request to NAME has besides, such as the routing of openrouter.")

    package static let serverListen = ConfigurationKey(
        "server.listen", .text, fallback: "127.0.0.1:8001",
        "Where the server listens, as ADDRESS:PORT; another address than this machine's needs a proxy that ends TLS.")

    package static let serverOrigins = ConfigurationKey<[String]>(
        "server.origins", .list, fallback: nil,
        "Origins of other web pages that may use the API, such as https://tools.example.org.")

    package static let serverGrace = ConfigurationKey<Duration>(
        "server.grace", .duration, fallback: .seconds(30),
        "How long what is in hand may go on when the server is asked to end.")

    package static let logLevel = ConfigurationKey(
        "log.level", LogLevel.choice, fallback: LogLevel.notice, "The least important line that is logged.")

    package static let logFormat = ConfigurationKey(
        "log.format", LogForm.choice, fallback: LogForm.human,
        "How lines are logged: for people, or as JSON for programs that collect them.")

    /// Every key, in the order of the reference.
    package static let all: [KeyDefinition] =
        [
            maxIterations.definition, critics.definition, failOn.definition, thresholdPercent.definition,
            modelsDefault.definition, modelsPrices.definition, modelsRoutes.definition, modelsConnect.definition,
            modelsFirstToken.definition,
            modelsIdle.definition, modelsTotal.definition, retentionRuns.definition, retentionKeep.definition,
            retentionEvents.definition, serverListen.definition, serverOrigins.definition, serverGrace.definition,
            logLevel.definition, logFormat.definition,
        ] + agents + access + quotas

    /// What can be said of each provider.
    package static let providerFamilies: [KeyFamily] = [
        providerURL, providerKey, providerDialect, providerRegion, providerProfile, providerProject, providerLocation,
        providerDeployment, providerAPIVersion, providerFields,
    ]

    /// Every family of keys, in the order of the reference.
    package static let families: [KeyFamily] = providerFamilies + agentFamilies + accessFamilies
}

/// How severe an open finding must be to keep a roundtable from converging.
package enum SeverityBar: String, CaseIterable, PlainValueConvertible {
    case critical, high, medium, low, never

    /// The least severity that makes the program end with code 3; `nil` when none does.
    package var severity: Severity? { Severity(rawValue: rawValue) }
    /// The least severity that keeps the loop going. With `never` only the exit code changes: the bar stays high.
    package var loopSeverity: Severity { severity ?? .high }
}

/// How much is logged.
package enum LogLevel: String, CaseIterable, PlainValueConvertible {
    case trace, debug, info, notice, warning, error
}

/// What a line of the log looks like.
package enum LogForm: String, CaseIterable, PlainValueConvertible {
    case human, json
}
