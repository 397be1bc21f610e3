import Testing
import TuttiConfiguration

@testable import TuttiTerminal

@Suite("Command lines that are wrong")
struct UsageErrorTests {
    static func problem(_ line: String) -> UsageError.Problem? {
        problem(line.split(separator: " ").map(String.init))
    }

    static func problem(_ typed: [String], table: CommandTable = .release) -> UsageError.Problem? {
        do throws(UsageError) {
            _ = try table.understand(typed)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test func namesTheNearestCommand() {
        #expect(Self.problem("roundtabel x.md") == .unknownCommand("roundtabel", suggestion: "'roundtable'"))
        #expect(Self.problem("runs sl") == .unknownCommand("sl", suggestion: "'runs ls'"))
        #expect(Self.problem("bake bread") == .unknownCommand("bake", suggestion: nil))
        #expect(Self.problem("") == .missingCommand(choices: CommandTable.release.continuations(of: [])))
        #expect(Self.problem("db") == .missingCommand(choices: ["status", "upgrade", "downgrade", "prune"]))
    }

    @Test func namesTheNearestFlag() {
        #expect(
            Self.problem("roundtable x.md --max-iteration 3")
                == .unknownFlag("--max-iteration", suggestion: "--max-iterations"))
        #expect(Self.problem("roundtable x.md --banana") == .unknownFlag("--banana", suggestion: nil))
        #expect(Self.problem("rules -q") == .unknownFlag("-q", suggestion: nil))
        #expect(Self.problem("rules --model m") == .unknownFlag("--model", suggestion: nil))
    }

    /// What other programs call so is no command here, and what is meant is told.
    @Test(arguments: [
        ("users list", "users ls"), ("users remove ada", "users rm"), ("keys delete k", "keys revoke"),
        ("audit list", "audit ls"), ("policy check", "policy test"), ("secrets delete s", "secrets rm"),
    ])
    func namesWhatIsMeantByAnotherWord(line: String, meant: String) {
        let typed = String(line.split(separator: " ")[1])
        #expect(Self.problem(line) == .unknownCommand(typed, suggestion: "'\(meant)'"))
    }

    @Test func namesTheFlagThatAPortIsPartOf() {
        #expect(
            Self.problem("serve --port 18011")
                == .unknownFlag("--port", suggestion: "--listen 127.0.0.1:PORT"))
    }

    @Test func sendsAFlagBehindItsCommand() {
        #expect(Self.problem("--json rules") == .flagBeforeCommand("--json", owner: "roundtable"))
        #expect(Self.problem("runs --state failed ls") == .flagBeforeCommand("--state", owner: "runs ls"))
    }

    @Test func wantsAValue() {
        #expect(Self.problem("roundtable x.md --title") == .missingValue(flag: "--title"))
        #expect(Self.problem("roundtable x.md --title --json") == .missingValue(flag: "--title"))
        #expect(Self.problem("roundtable x.md -o") == .missingValue(flag: "--output"))
        #expect(Self.problem("rules --json=yes") == .unexpectedValue(flag: "--json"))
        #expect(Self.problem("runs logs -f=x run_1") == .unexpectedValue(flag: "-f"))
    }

    @Test(arguments: ["0", "11", "-1", "3.0", "three", "99999999999999999999", "0x3", "+ 3"])
    func namesTheRange(value: String) {
        let expected = UsageError.Problem.badValue(
            name: "--max-iterations", typed: value, reason: "does not fit; it takes a whole number from 1 to 10")
        #expect(Self.problem(["roundtable", "x.md", "--max-iterations", value]) == expected)
        #expect(Self.problem(["roundtable", "x.md", "--max-iterations=" + value]) == expected)
    }

    @Test func namesTheWords() {
        #expect(
            Self.problem("roundtable x.md --fail-on sever")
                == .badValue(
                    name: "--fail-on", typed: "sever",
                    reason: "does not fit; it takes critical, high, medium, low or never"))
        #expect(
            Self.problem("roundtable x.md --report out.pdf")
                == .badValue(
                    name: "--report", typed: "out.pdf",
                    reason: "does not fit; it takes a path that ends in .json, .md or .html"))
        #expect(
            Self.problem("completions tcsh")
                == .badValue(name: "SHELL", typed: "tcsh", reason: "does not fit; it takes bash, zsh or fish"))
    }

    @Test func refusesDuplicatesAndTwoNamesForOneThing() {
        #expect(Self.problem("roundtable x.md --title a --title b") == .duplicate(flag: "--title"))
        #expect(Self.problem("rules --json --json") == .duplicate(flag: "--json"))
        #expect(Self.problem("--home a rules --home b") == .duplicate(flag: "--home"))
        #expect(Self.problem("roundtable x.md --input y.md") == .twice(word: "FILE", flag: "--input"))
    }

    @Test func refusesGapsAndSurplus() {
        #expect(Self.problem("roundtable") == .missingWord("FILE"))
        #expect(Self.problem("runs resume") == .missingWord("ID"))
        #expect(Self.problem("roundtable a.md b.md") == .surplusWord("b.md"))
        #expect(Self.problem("version now") == .surplusWord("now"))
        #expect(Self.problem("bench crash --log x") == .missingFlag("--phase"))
        #expect(Self.problem(["roundtable", ""]) != nil)
        #expect(Self.problem(["roundtable", "x.md", "--title="]) != nil)
    }

    /// What was to be kept is not told to whoever reads the output.
    @Test func repeatsNoWordAboutSecrets() {
        for command in ["secrets set NAME", "users add ada", "keys revoke key_1"] {
            let words = command.split(separator: " ").map(String.init) + ["hunter2"]
            let error = #expect(throws: UsageError.self) { try CommandTable.release.understand(words) }
            #expect(error?.problem == .surplusWord("hunter2"))
            #expect(error?.description.contains("hunter2") == false)
            #expect(error?.description.contains(": there is one word too many; ") == true)
        }
    }

    @Test func refusesContradictions() {
        let model = Flag<String?>("model", "M", .text, in: .loop, help: "Model", "The model to use.")
        let command = Command(
            "ask", summary: "Ask", "Asks.", flags: [Flags.offline, model],
            contradictions: [Contradiction(Flags.offline, model, reason: "offline uses no model; leave one out")],
            examples: [])
        let table = CommandTable(program: "tutti", summary: "", groups: [], commands: [command], commonFlags: [])
        #expect(Self.problem(["ask", "--offline"], table: table) == nil)
        #expect(
            Self.problem(["ask", "--model", "m", "--offline"], table: table)
                == .contradiction(
                    flags: ["--offline", "--model"], reason: "offline uses no model; leave one out"))
    }

    @Test func isBounded() {
        let many = ["runs", "resume"] + [String](repeating: "x", count: LineSplitter.argumentsMax)
        #expect(Self.problem(many) == .tooManyWords(limit: LineSplitter.argumentsMax))
        let long = String(repeating: "x", count: ValueKind.lengthMax + 1)
        guard case .badValue? = Self.problem(["roundtable", long]) else {
            Issue.record("a path of \(long.count) bytes was taken")
            return
        }
    }

    @Test(arguments: [
        (
            "roundtable x.md --max-iterations 99",
            """
            tutti roundtable: --max-iterations '99' does not fit; it takes a whole number from 1 to 10
            """
        ),
        ("runs shwo", "tutti runs: there is no command 'shwo'; did you mean 'runs show'?"),
        ("rules --jsn", "tutti rules: there is no flag --jsn; did you mean --json?"),
        ("rules --xyzzy", "tutti rules: there is no flag --xyzzy; 'tutti rules --help' lists the flags"),
        ("--json rules", "tutti: --json belongs behind its command; write 'tutti roundtable ... --json'"),
        ("roundtable", "tutti roundtable: FILE is missing; see 'tutti roundtable --help'"),
        ("db", "tutti db: a command is missing; use one of status, upgrade, downgrade, prune (see 'tutti db --help')"),
    ])
    func saysWhatWhyAndTheWayOutInOneLine(line: String, message: String) {
        let typed = line.split(separator: " ").map(String.init)
        let error = #expect(throws: UsageError.self) { try CommandTable.release.understand(typed) }
        #expect(error?.description == message)
    }

    @Test func echoesNothingThatATerminalWouldObey() throws {
        let hostile = "\u{1b}[2J\u{7}" + String(repeating: "界", count: 500) + "\n"
        let error = try #require(throws: UsageError.self) { try CommandTable.release.understand([hostile]) }
        #expect(!error.description.unicodeScalars.contains { $0.value < 32 })
        #expect(error.description.count < 160)
    }
}
