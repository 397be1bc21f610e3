package import TuttiCore
package import TuttiRuntime

/// Tracer, queue and exporter, put together as the environment asks for it.
///
/// ```swift
/// let tracing = try Tracing(environment: environment, version: version, …) { try await client.post($0) }
/// async let exporting: Void = tracing.run()     // for as long as the program works
/// …
/// tracing.stop()                                // sends what is left, for at most five seconds
/// await exporting
/// ```
package struct Tracing: Sendable {
    /// Begins spans. Where traces go nowhere it still makes contexts, which are passed on and logged.
    package let tracer: Tracer
    /// Where traces go; `nil` when they go nowhere.
    package let endpoint: String?
    private let export: (queue: SpanQueue, exporter: OTLPTraceExporter)?

    /// Reads the environment. Keys for the collector are added to `redactions`, so that no log can tell them.
    ///
    /// - Throws: ``OTLPSettingsError`` when a variable has a value that makes no sense.
    package init(
        environment: [String: String], version: String, redactions: Redactions, clock: some Timekeeper,
        metrics: MetricRegistry,
        random: LockedGenerator = LockedGenerator(BufferedRandomNumberGenerator()), post: @escaping OTLPTransport
    ) throws(OTLPSettingsError) {
        guard let settings = try OTLPSettings.read(environment) else {
            tracer = .silent(clock: clock)
            endpoint = nil
            export = nil
            return
        }
        redactions.add(settings.headers.map(\.value))
        let queue = SpanQueue(limits: settings.queue, clock: clock, metrics: metrics)
        let exporter = OTLPTraceExporter(
            settings: settings, version: version, redactions: redactions, clock: clock, random: random, post: post)
        tracer = Tracer(sampler: settings.sampler, clock: clock, random: random, record: queue.add)
        endpoint = settings.endpoint
        export = (queue, exporter)
    }

    /// Exports until ``stop()``; returns at once where traces go nowhere.
    package func run() async {
        if let export { await export.queue.run(export.exporter) }
    }

    /// Lets ``run()`` send what is left, and return.
    package func stop() { export?.queue.stop() }
}
