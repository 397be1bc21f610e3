import Testing

@testable import TuttiConfiguration

@Suite("The configuration")
struct ConfigurationTests {
    static let keys = ConfigurationKeys.all
    static let home = Sourced(value: "/h", source: ConfigurationSource.fallback)

    static func fileError(_ text: String) -> String? {
        do throws(ConfigurationError) {
            _ = try ConfigurationLayer.file(text, path: "tutti.yaml", keys: keys)
            return nil
        } catch {
            return error.description
        }
    }

    static let wrong: [(String, String)] = [
        (
            "roundtable:\n  max_iteration: 3",
            "tutti.yaml:2:3: there is no key 'roundtable.max_iteration'; did you mean 'roundtable.max_iterations'?"
        ),
        ("banana: 3", "tutti.yaml:1:1: there is no key 'banana'; 'tutti config' lists the keys"),
        (
            "roundtable:\n  max_iterations: 11",
            """
            tutti.yaml:2:19: 'roundtable.max_iterations' '11' does not fit; it takes a whole number from 1 to 10
            """
        ),
        (
            "log:\n  level: loud",
            """
            tutti.yaml:2:10: 'log.level' 'loud' does not fit; it takes trace, debug, info, notice, warning or error
            """
        ),
        ("log:\n  level: [debug]", "tutti.yaml:2:10: 'log.level' takes trace, debug, info, notice, warning or error"),
        (
            "log:\n  level:",
            "tutti.yaml:2:9: 'log.level' '' is empty; it takes trace, debug, info, notice, warning or error"
        ),
        ("- a", "tutti.yaml:1:1: the file holds no keys; write 'key: value' lines"),
        ("log: debug", "tutti.yaml:1:6: 'log' holds no keys; write 'key: value' lines"),
        (
            "log.level: debug\nlog:\n  level: info",
            "tutti.yaml:3:3: 'log.level' stands twice (once as debug); keep one"
        ),
        ("roundtable:\n  critics: [a, [b]]", "tutti.yaml:2:16: 'roundtable.critics' holds something that is no name"),
        ("a: [", "tutti.yaml:2:1: did not find expected node content"),
    ]

    @Test(arguments: wrong) func namesTheFaultInTheFile(text: String, message: String) {
        #expect(Self.fileError(text) == message)
    }

    @Test func namesTheFaultInTheEnvironment() {
        let environment = ["TUTTI_ROUNDTABLE_MAX_ITERATIONS": "many"]
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationLayer.environment(environment, keys: Self.keys)
        }
        #expect(
            error?.description
                == "TUTTI_ROUNDTABLE_MAX_ITERATIONS 'many' does not fit; it takes a whole number from 1 to 10")
    }

    @Test func flagsWinOverEnvironmentOverFileOverDefaults() throws {
        let file = "roundtable:\n  max_iterations: 7\n  fail_on: low\n  critics: [product, ai-risk]\n"
        let configuration = Configuration(
            home: Self.home,
            layers: [
                .flags(["roundtable.max_iterations": .integer(9)]) { _ in "--max-iterations" },
                try .environment(
                    [
                        "TUTTI_ROUNDTABLE_MAX_ITERATIONS": "8", "TUTTI_ROUNDTABLE_FAIL_ON": "never",
                        "TUTTI_LOG_LEVEL": "", "TUTTI_SOMETHING_ELSE": "x",
                    ], keys: Self.keys),
                try .file(file, path: "/h/tutti.yaml", keys: Self.keys),
            ])
        #expect(configuration[ConfigurationKeys.maxIterations] == 9)
        #expect(configuration[ConfigurationKeys.failOn] == .never)
        #expect(configuration[ConfigurationKeys.critics] == ["product", "ai-risk"])
        #expect(configuration[ConfigurationKeys.thresholdPercent] == 5)
        let lines = configuration.lines.map { "\($0.key.name) = \($0.text) (\($0.source))" }
        #expect(lines.count == ConfigurationKeys.all.count + ConfigurationKeys.families.count)
        #expect(
            lines.prefix(19) == [
                "roundtable.max_iterations = 9 (flag --max-iterations)",
                "roundtable.critics = product,ai-risk (file /h/tutti.yaml)",
                "roundtable.fail_on = never (environment TUTTI_ROUNDTABLE_FAIL_ON)",
                "roundtable.threshold_percent = 5 (default)", "models.default = (not set) (default)",
                "models.prices = (not set) (default)", "models.routes = (not set) (default)",
                "models.timeout_connect = 10s (default)",
                "models.timeout_first_token = 5m (default)", "models.timeout_idle = 2m (default)",
                "models.timeout_total = 10m (default)", "retention.runs = (not set) (default)",
                "retention.keep = (not set) (default)", "retention.events = (not set) (default)",
                "server.listen = 127.0.0.1:8001 (default)", "server.origins = (not set) (default)",
                "server.grace = 30s (default)",
                "log.level = notice (default)", "log.format = human (default)",
            ])
        let providers = lines.filter { $0.hasPrefix("providers.") }
        #expect(
            providers == [
                "providers.NAME.url = (not set) (default)", "providers.NAME.key = (not set) (default)",
                "providers.NAME.dialect = (not set) (default)",
                "providers.NAME.region = (not set) (default)", "providers.NAME.profile = (not set) (default)",
                "providers.NAME.project = (not set) (default)", "providers.NAME.location = (not set) (default)",
                "providers.NAME.deployment = (not set) (default)", "providers.NAME.api_version = (not set) (default)",
                "providers.NAME.fields = (not set) (default)",
            ])
    }

    @Test func emptyFilesAndSectionsSayNothing() throws {
        for text in ["", "# nothing", "roundtable:\n"] {
            #expect(try ConfigurationLayer.file(text, path: "f", keys: Self.keys).values.isEmpty)
        }
    }

    @Test func secretsAreNeverShown() throws {
        let key = ConfigurationKey<String>("api.key", .text, fallback: nil, secret: true, "A key.")
        let number = ConfigurationKey<Int>("api.pin", .integer(1...9), fallback: nil, secret: true, "A pin.")
        let keys = [key.definition, number.definition]
        let layer = try ConfigurationLayer.environment(["TUTTI_API_KEY": "hush"], keys: keys)
        let configuration = Configuration(home: Self.home, keys: keys, families: [], layers: [layer])
        #expect(configuration.value(of: key) == "hush")
        #expect(configuration.value(of: number) == nil)
        #expect(configuration.lines.map(\.text) == ["(secret, set)", "(not set)"])
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(layer, to: &dumped)
        dumped += "\(configuration) \(layer) \(String(reflecting: configuration)) \(configuration.lines)"
        #expect(!dumped.contains("hush"))
        for wrong in [["TUTTI_API_PIN": "hush"]] {
            let error = #expect(throws: ConfigurationError.self) {
                try ConfigurationLayer.environment(wrong, keys: keys)
            }
            #expect(error?.description.contains("hush") == false)
        }
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationLayer.file("api:\n  pin: hush", path: "f", keys: keys)
        }
        #expect(error?.description.contains("hush") == false)
    }

    @Test(arguments: keys + ConfigurationKeys.families.map(\.pattern)) func everyKeyIsWhole(key: KeyDefinition) throws {
        #expect(key.documentation.hasSuffix("."))
        #expect(key.name.allSatisfy { $0.isLetter || $0 == "." || $0 == "_" })
        if let fallback = key.fallback { #expect(try key.kind.read(fallback.text) == fallback) }
    }
}
