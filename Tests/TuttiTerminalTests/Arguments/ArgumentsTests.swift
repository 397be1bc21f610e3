import Testing
import TuttiConfiguration
import TuttiTerminal

@Suite("Command lines that are understood")
struct ArgumentsTests {
    static func arguments(_ typed: String...) throws -> Arguments {
        guard case .run(let arguments) = try CommandTable.release.understand(typed) else { throw NoCommand() }
        return arguments
    }

    struct NoCommand: Error {}

    @Test func readsEveryKindOfValue() throws {
        let arguments = try Self.arguments(
            "roundtable", "plan.md", "--title", "A plan", "--max-iterations=5", "--critics", "product, ai-risk",
            "--fail-on", "never", "--report", "a.json", "--report=b.html", "-o", "out.md", "-v")
        #expect(arguments[Words.document] == "plan.md")
        #expect(arguments[Flags.title] == "A plan")
        #expect(arguments[Flags.maxIterations] == 5)
        #expect(arguments[Flags.critics] == ["product", "ai-risk"])
        #expect(arguments[Flags.failOn] == .never)
        #expect(arguments[Flags.report] == ["a.json", "b.html"])
        #expect(arguments[Flags.output] == "out.md")
        #expect(arguments[Flags.verbose] && !arguments[Flags.json] && !arguments[Flags.offline])
        #expect(arguments[Flags.kind] == nil)
    }

    @Test func whatIsNotGivenIsSaidByTheDeclaration() throws {
        let arguments = try Self.arguments("bench", "durable")
        #expect(arguments[BenchFlags.workflows] == 256)
        #expect(arguments[BenchFlags.maxBatch] == nil)
        #expect(try Self.arguments("rules")[Words.rule] == nil)
        #expect(try Self.arguments("runs", "ls")[Flags.states] == [])
    }

    @Test func onlyFlagsThatWereGivenOverrideTheConfiguration() throws {
        #expect(try Self.arguments("roundtable", "x.md").settings == [:])
        #expect(
            try Self.arguments("roundtable", "x.md", "--max-iterations", "2", "--json").settings
                == ["roundtable.max_iterations": .integer(2)])
    }

    @Test func flagsAreTheTopOfTheConfiguration() throws {
        let arguments = try Self.arguments("roundtable", "x.md", "--max-iterations", "2", "--home", "/nowhere/at/all")
        let environment = ["TUTTI_ROUNDTABLE_MAX_ITERATIONS": "9", "TUTTI_ROUNDTABLE_FAIL_ON": "low"]
        let configuration = try arguments.configuration(environment: environment)
        #expect(configuration[ConfigurationKeys.maxIterations] == 2)
        #expect(configuration.source(of: ConfigurationKeys.maxIterations) == .flag("--max-iterations"))
        #expect(configuration[ConfigurationKeys.failOn] == .low)
        #expect(configuration.home == .init(value: "/nowhere/at/all", source: .flag("--home")))
    }

    @Test func takesADocumentFromTheStandardInputOrByFlag() throws {
        #expect(try Self.arguments("roundtable", "-")[Words.document] == "-")
        #expect(try Self.arguments("roundtable", "--input", "-")[Words.document] == "-")
        #expect(try Self.arguments("roundtable", "--input=x.md")[Words.document] == "x.md")
    }

    @Test func nothingBehindTwoDashesIsAFlag() throws {
        #expect(try Self.arguments("roundtable", "--", "--json")[Words.document] == "--json")
        #expect(try Self.arguments("roundtable", "--title=-x-", "a")[Flags.title] == "-x-")
    }

    @Test(arguments: [["-fo", "x"], ["-fox"], ["-fo=x"], ["-f", "-o", "x"], ["--follow", "--output=x"]])
    func shortFlagsCombine(flags: [String]) throws {
        let command = Command("try", summary: "", "", flags: [Flags.follow, Flags.output], examples: [])
        let table = CommandTable(program: "t", summary: "", groups: [], commands: [command], commonFlags: [])
        guard case .run(let arguments) = try table.understand(["try"] + flags) else { throw NoCommand() }
        #expect(arguments[Flags.follow])
        #expect(arguments[Flags.output] == "x")
    }

    @Test func negativeNumbersAreValuesAndWords() throws {
        let offset = Flag<Int>("offset", "N", .integer(-10...10), default: 0, in: .load, help: "", "")
        let number = Word<Int>("N", .integer(-10...10), "")
        let command = Command("try", summary: "", "", words: [number], flags: [offset], examples: [])
        let table = CommandTable(program: "t", summary: "", groups: [], commands: [command], commonFlags: [])
        guard case .run(let arguments) = try table.understand(["try", "--offset", "-3", "-4"]) else {
            throw NoCommand()
        }
        #expect(arguments[offset] == -3)
        #expect(arguments[number] == -4)
    }

    @Test func commonFlagsStandAnywhere() throws {
        #expect(try Self.arguments("--home", "h", "runs", "ls")[Flags.home] == "h")
        #expect(try Self.arguments("runs", "--home=h", "ls", "--no-color")[Flags.home] == "h")
    }

    @Test func severalRunsAtOnce() throws {
        #expect(try Self.arguments("runs", "resume", "a", "--take-over", "b")[Words.runs] == ["a", "b"])
    }

    @Test(arguments: [
        (["--help"], []), (["runs", "-h"], ["runs"]), (["runs", "ls", "--help"], ["runs", "ls"]),
        (["roundtable", "--max-iterations", "99", "--help"], ["roundtable"]),
    ])
    func helpWins(typed: [String], path: [String]) throws {
        guard case .help(path) = try CommandTable.release.understand(typed) else { throw NoCommand() }
    }

    @Test func versionIsAFlagToo() throws {
        guard case .version = try CommandTable.release.understand(["--version"]) else { throw NoCommand() }
    }

    @Test func readingAFlagOfAnotherCommandTraps() async {
        await #expect(processExitsWith: .failure) {
            let arguments = try ArgumentsTests.arguments("rules")
            _ = arguments[Flags.maxIterations]
        }
    }
}
