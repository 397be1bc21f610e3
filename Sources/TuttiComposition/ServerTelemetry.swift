import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiObservability
import TuttiProviders
import TuttiRuntime
import TuttiServer
import TuttiTerminal

/// Log, numbers and traces of a server, as configuration and environment ask for them.
struct ServerTelemetry: Sendable {
    let telemetry: Telemetry
    let tracing: Tracing
    private let client: HTTPClient

    /// - Throws: ``InputError`` for a variable of OpenTelemetry that makes no sense.
    init(_ configuration: Configuration, _ context: CommandContext, clock: any Timekeeper) throws(InputError) {
        let metrics = MetricRegistry()
        let settings = ProviderSettings(configuration, environment: context.environment)
        let redactions = Redactions(settings.secrets)
        let level = Log.Level(configuration[ConfigurationKeys.logLevel].rawValue) ?? .notice
        let format = LogFormat(rawValue: configuration[ConfigurationKeys.logFormat].rawValue) ?? .human
        let sink = context.progress
        let log = Log(
            LogSettings(level: level, format: format), redactions: redactions, clock: clock, metrics: metrics
        ) { line in
            try? sink.write(line)  // nobody is left to be told that the log is gone
        }
        let client = HTTPClient()
        do throws(OTLPSettingsError) {
            tracing = try Tracing(
                environment: context.environment, version: Release.version, redactions: redactions, clock: clock,
                metrics: metrics
            ) { request in
                try await Self.post(request, with: client)
            }
        } catch {
            throw InputError("\(error)")
        }
        self.client = client
        telemetry = Telemetry(metrics: metrics, tracer: tracing.tracer, log: log)
    }

    private static func post(_ request: OTLPRequest, with client: HTTPClient) async throws -> OTLPAnswer {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        for header in request.headers { headers.add(header.name, header.value.revealed) }
        let answer = try await client.send(
            HTTPRequest(
                .post, request.url, headers: headers, body: request.body,
                timeouts: HTTPTimeouts(total: request.timeout)))
        return OTLPAnswer(status: answer.status, retryAfter: answer.headers["Retry-After"], body: answer.body)
    }

    /// Sends what is left, and closes everything.
    func end() async {
        telemetry.log.finish()
        await client.shutDown()
    }
}
