import FoundationEssentials
import Testing
import TuttiCore
import TuttiObservability
import TuttiTesting

struct LogTests {
    private let clock = ManualClock()
    private let lines = Collected<String>()
    private let metrics = MetricRegistry()

    private func log(
        _ level: Log.Level = .info, _ format: LogFormat = .json, redactions: Redactions = Redactions()
    ) -> Log {
        Log(LogSettings(level: level, format: format), redactions: redactions, clock: clock, metrics: metrics) {
            [lines] in lines.add($0)
        }
    }

    @Test func writesAnObjectALine() throws {
        log().notice(
            "The server listens",
            [
                "server.address": "127.0.0.1:8001", "count": 3, "part": 0.5, "ok": true,
                "took": LogValue(.milliseconds(1500)),
            ])
        #expect(
            lines.all == [
                """
                {"time":"2023-11-14T22:13:20.000Z","level":"notice","message":"The server listens",\
                "server.address":"127.0.0.1:8001","count":3,"part":0.5,"ok":true,"took":1.5}\n
                """
            ])
    }

    @Test func writesForPeople() {
        log(.info, .human).warning("Disk is slow", ["path": "/a b", "note": "x=\"1\"\n", "empty": "", "ms": 12])
        #expect(
            lines.all == [
                #"2023-11-14T22:13:20.000Z WARNING  Disk is slow path="/a b" note="x=\"1\"\n" empty="" ms=12"# + "\n"
            ])
    }

    @Test func leavesOutWhatIsBelowItsLevelWithoutPuttingItTogether() {
        let log = log(.warning)
        log.info("Not now", { preconditionFailure("not wanted") }())
        log.error("Now")
        #expect(lines.all.count == 1 && !log.isEnabled(.notice) && log.isEnabled(.critical))
        #expect(metrics.counter(TelemetryMetric.logLines)["error"].value == 1)
    }

    @Test(arguments: [("INFO", Log.Level.info), ("warn", .warning), ("Warning", .warning), ("loud", nil), ("", nil)])
    func readsLevels(text: String, level: Log.Level?) {
        #expect(Log.Level(text) == level)
    }

    @Test func saysWhereItIs() async throws {
        let context = try #require(fixedContext)
        await LogContext.with(["request.id": "r1", "run.id": "outer"]) {
            await LogContext.with(["run.id": "run_1"]) {
                await TraceContext.$current.withValue(context) {
                    async let done: Void = log().info("Inside", ["request.id": "own"])
                    await done
                }
            }
        }
        log().info("Outside")
        #expect(
            lines.all[0].hasSuffix(
                """
                "message":"Inside","request.id":"own","run.id":"run_1",\
                "trace_id":"000102030405060708090a0b0c0d0e0f","span_id":"0001020304050607"}\n
                """))
        #expect(lines.all[1].hasSuffix("\"message\":\"Outside\"}\n"))
    }

    @Test(arguments: LogFormat.allCases)
    func aSecretIsInNoLine(format: LogFormat) {
        let secrets = ["planted-key-1", "planted \"quoted\"/\\two", "planted-key-1-longer"]
        let log = log(.info, format, redactions: Redactions(secrets.map { SecretText($0) }))
        for secret in secrets {
            log.info(
                "Called",
                [
                    "typed": LogValue(SecretText(secret)), "text": .string("Bearer \(secret)!"), "\(secret)": 1,
                    "described": "\(SecretText(secret))", "twice": .string(secret + secret),
                    "cut": .string(String(repeating: "x", count: 4090) + secret),
                ])
        }
        log.info(
            "Encoded",
            ["url": "https://a/?k=planted%20%22quoted%22%2F%5Ctwo", "body": #"{"k":"planted \"quoted\"/\\two"}"#])
        #expect(lines.all.count == 4)
        #expect(!lines.all.joined().contains("planted"), "\(lines.all)")
        #expect(lines.all[0].contains("Bearer [secret]!"))
        #expect(!lines.all[2].contains("longer"))
    }

    @Test func shortSecretsAreNotLookedFor() {
        #expect(Redactions([SecretText("abc"), SecretText("")]).clean("abcabc") == "abcabc")
    }

    @Test(arguments: LogFormat.allCases)
    func noTextBeginsALineOrSteersATerminal(format: LogFormat) throws {
        let evil = "a\n{\"level\":\"critical\"}\r\u{1B}[2J\u{0}\u{7F}\u{85}\u{2028}\u{202E}b\u{FEFF}"
        log(.info, format).info("Odd", ["text": .string(evil), "k\ney": 1])
        let line = try #require(lines.all.first)
        #expect(line.filter(\.isNewline) == "\n" && line.hasSuffix("\n"))
        let isClean = line.unicodeScalars.dropLast().allSatisfy { scalar in
            scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
        }
        #expect(isClean)
        guard format == .json else { return }
        let value = try CanonicalJSON.decode(JSONValue.self, from: Data(line.utf8))
        #expect(value["text"] == .string(evil) && value["k\ney"] == 1)
    }

    @Test(arguments: LogFormat.allCases)
    func linesAreBounded(format: LogFormat) throws {
        var metadata: LogMetadata = ["long": .string(String(repeating: "\u{1}é", count: 100_000))]
        for index in 0..<2000 { metadata["key.\(index)"] = .string(String(repeating: "é", count: 40)) }
        metadata[String(repeating: "k", count: 100_000)] = 1
        let copy = metadata
        log(.info, format).info("Much", copy)
        let line = try #require(lines.all.first)
        #expect(line.utf8.count <= 16_384 && line.utf8.count > 10_000 && line.contains("log.pairs_left_out"))
        if format == .json { _ = try CanonicalJSON.decode(JSONValue.self, from: Data(line.utf8)) }
    }

    @Test func keysOfTheLineItselfAreKept() throws {
        log().info("Mine", ["level": "critical", "time": 1, "message": "other"])
        let value = try CanonicalJSON.decode(JSONValue.self, from: Data(lines.all[0].utf8))
        #expect(value["level"] == "info" && value["message"] == "Mine" && value["_level"] == "critical")
        #expect(value["_time"] == 1 && value["_message"] == "other")
    }
}

struct LogRepeatTests {
    private let clock = ManualClock()
    private let lines = Collected<String>()
    private let metrics = MetricRegistry()

    private func log() -> Log {
        var settings = LogSettings(level: .info, format: .json)
        settings.repeatsMax = 3
        return Log(settings, clock: clock, metrics: metrics) { [lines] in lines.add($0) }
    }

    private var messages: [String] {
        lines.all.map { line in String(line.split(separator: "\"message\":\"")[1].prefix { $0 != "\"" }) }
    }

    @Test func saysHowManyWereLeftOut() {
        let log = log()
        for _ in 0..<10 { log.warning("Again") }
        log.info("Again")
        log.warning("Other")
        #expect(messages == ["Again", "Again", "Again", "Again", "Other"])
        #expect(metrics.counter(TelemetryMetric.logLinesLeftOut)["warning"].value == 7)
        clock.advance(by: .seconds(10))
        log.info("Later")
        #expect(messages.suffix(2) == ["A message repeated too often and was left out", "Later"])
        #expect(lines.all[5].contains(#""level":"warning""#))
        #expect(lines.all[5].contains(#""log.message":"Again","log.lines_left_out":7"#))
        for _ in 0..<4 { log.warning("Again") }
        #expect(messages.suffix(3) == ["Again", "Again", "Again"])
    }

    @Test func saysItAtTheEnd() {
        let log = log()
        for _ in 0..<5 { log.warning("Again") }
        log.finish()
        log.finish()
        #expect(lines.all.count == 4 && lines.all[3].contains(#""log.lines_left_out":2"#))
    }

    @Test func losesNoneAmongManyTasks() async {
        let log = log()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { for _ in 0..<100 { log.error("Again") } } }
        }
        log.finish()
        #expect(lines.all.count == 4 && lines.all[3].contains(#""log.lines_left_out":1597"#))
    }
}
