import Testing
import TuttiCore
import TuttiObservability

struct OTLPSettingsTests {
    private func read(_ more: [String: String]) throws -> OTLPSettings? {
        try OTLPSettings.read(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"].merging(more) { $1 })
    }

    @Test(arguments: [
        [:], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""], ["OTEL_SERVICE_NAME": "a"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "TRUE"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"],
    ])
    func nothingIsSentUnasked(environment: [String: String]) throws {
        #expect(try OTLPSettings.read(environment) == nil)
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http:///a"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a\r\nb"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://c"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http"), ("OTEL_EXPORTER_OTLP_HEADERS", "planted-key"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=planted-key%0d%0ab"), ("OTEL_EXPORTER_OTLP_HEADERS", "a b=planted-key"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=planted-key%zz"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "=planted-key"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a"), ("OTEL_RESOURCE_ATTRIBUTES", "a=%ff"), ("OTEL_TRACES_SAMPLER", "all"),
        ("OTEL_BSP_SCHEDULE_DELAY", "5s"), ("OTEL_BSP_MAX_QUEUE_SIZE", "0"), ("OTEL_BSP_EXPORT_TIMEOUT", "-1"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "99999999999999999999"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "1.5"),
    ])
    func namesTheVariableAndNotItsValue(variable: String, value: String) {
        let error = #expect(throws: OTLPSettingsError.self) { try read([variable: value]) }
        #expect(error?.variable == variable)
        #expect(error.map { !"\($0)".contains("planted") } == true)
    }

    @Test(arguments: ["-0.1", "1.1", "half", "nan"])
    func refusesAPart(value: String) {
        #expect(throws: OTLPSettingsError.self) {
            try read(["OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": value])
        }
    }

    @Test(arguments: [
        ("http://c:4318", "http://c:4318/v1/traces"), ("http://c:4318/", "http://c:4318/v1/traces"),
        ("HTTPS://c/otel", "HTTPS://c/otel/v1/traces"),
    ])
    func addsThePathToTheCommonEndpoint(endpoint: String, expected: String) throws {
        #expect(try read(["OTEL_EXPORTER_OTLP_ENDPOINT": endpoint])?.endpoint == expected)
    }

    @Test func usesTheEndpointOfTracesAsItIs() throws {
        #expect(try read(["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://t/in"])?.endpoint == "https://t/in")
    }

    @Test func hasTheDefaultsOfTheSpecification() throws {
        let settings = try #require(try read([:]))
        #expect(settings == OTLPSettings(endpoint: "http://c:4318/v1/traces"))
        #expect(settings.sampler == .parentBased(.always) && settings.headers.isEmpty)
        #expect(settings.queue.spansMax == 2048 && settings.queue.batchSpansMax == 512)
        #expect(settings.queue.delay == .seconds(5) && settings.exportTimeout == .seconds(30))
        #expect(settings.requestTimeout == .seconds(10))
    }

    @Test func readsKeysAndAttributes() throws {
        let settings = try #require(
            try read([
                "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20planted%3D%3D, x-team = a=b ",
                "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test%2C1,service.name=from-list,a=1,",
            ]))
        #expect(settings.headers.map(\.name) == ["Authorization", "x-team"])
        #expect(settings.headers.map(\.value.revealed) == ["Basic planted==", "a=b"])
        #expect(settings.resource.pairs.map(\.key) == ["service.name", "deployment.environment", "a"])
        #expect(settings.resource["service.name"] == "from-list")
        #expect(settings.resource["deployment.environment"] == "test,1")
        #expect(!"\(settings)".contains("planted"))
        let named = try read(["OTEL_SERVICE_NAME": "me", "OTEL_RESOURCE_ATTRIBUTES": "service.name=other"])
        #expect(named?.resource["service.name"] == "me")
    }

    @Test func readsSamplersTimesAndSizes() throws {
        let settings = try #require(
            try read([
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25",
                "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BSP_MAX_QUEUE_SIZE": "64",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "512", "OTEL_BSP_EXPORT_TIMEOUT": "2000",
                "OTEL_EXPORTER_OTLP_TIMEOUT": "700", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "800",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
            ]))
        #expect(settings.sampler == .parentBased(.ratio(0.25)))
        #expect(settings.queue.delay == .milliseconds(100) && settings.queue.spansMax == 64)
        #expect(settings.queue.batchSpansMax == 64, "no batch is larger than the queue")
        #expect(settings.exportTimeout == .seconds(2) && settings.requestTimeout == .milliseconds(800))
        for (name, sampler) in [
            ("always_on", Sampler.always), ("always_off", .never), ("traceidratio", .ratio(1)),
            ("parentbased_always_off", .parentBased(.never)), ("parentbased_always_on", .parentBased(.always)),
        ] {
            #expect(try read(["OTEL_TRACES_SAMPLER": name])?.sampler == sampler)
        }
    }
}
