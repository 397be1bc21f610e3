import FoundationEssentials
import Glibc
import Testing
import Tutti
import TuttiComposition
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiStoreSQLite
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti run")
struct RunCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private static let greet = """
        name: greeting
        description: Greets somebody.
        input:
          name: string
          times: {type: integer, default: 1}
        steps:
          - {name: draft, command: [sh, -c, 'echo "{\\"text\\": \\"Hello $1\\"}"', sh, "${{ input.name }}"]}
          - {name: count, command: [sh, ./count.sh]}
        output: "${{ steps.draft.text }}, ${{ input.times }} ${{ steps.count.bytes }}"
        """

    /// A workflow file, with a script beside it that counts what it is handed.
    private func file(_ text: String = greet, _ name: String = "greeting.yaml") throws -> String {
        _ = try desk.write("printf '{\"bytes\": %d}' $(wc -c)\n", to: "count.sh")
        return try desk.write(text, to: name)
    }

    private func runs() async throws -> [RunSummary] {
        let store = try await SQLiteJournalStore.open(desk.homeFolder)
        let runs = try await store.runs(RunFilter(), tenant: "default")
        await store.close()
        return runs
    }

    // MARK: From start to end

    @Test func runsTheStepsAndShowsTheOutput() async throws {
        let answer = await desk.run("run", try file(), "--input", "name=Ada")
        #expect(answer.code == .reached, "\(answer.progress)")
        let lines = answer.output.split(separator: "\n")
        #expect(lines[0] == "● done  greeting, 2 steps")
        #expect(lines[1].hasPrefix("  Hello Ada, 1 ") && lines[1] != "  Hello Ada, 1 0")
        #expect(lines[2].hasPrefix("Run:     run_") && lines[3].hasPrefix("Next:    tutti runs show run_"))
        #expect(answer.progress.contains("  ● draft") && answer.progress.contains("  ● count"))
        let listed = await desk.run("runs", "ls")
        #expect(listed.output.contains("definition") && listed.output.contains("greeting"))
        let shown = await desk.run("runs", "show", "0")
        #expect(shown.output.contains("Title:    greeting") && shown.output.contains("command#1"))
    }

    @Test func jsonIsAllThereIsOnStandardOutput() async throws {
        let answer = await desk.run("run", try file(), "--input", "name=Ada", "--input", "times=3", "--json")
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json["state"] == "completed" && json["workflow"] == "greeting")
        #expect(json["output"]?.stringValue?.hasPrefix("Hello Ada, 3 ") == true)
        #expect(json["run"]?.stringValue?.hasPrefix("run_") == true)
    }

    @Test func theOutputGoesWhereItIsWanted() async throws {
        let path = try file()
        let text = await desk.run("run", path, "--input", "name=Ada", "-o", desk.folder + "/out.txt")
        #expect(text.code == .reached && text.output.contains("Output:  \(desk.folder)/out.txt"))
        #expect(try desk.read(desk.folder + "/out.txt").hasPrefix("Hello Ada, 1 "))
        _ = await desk.run("run", path, "--input", "name=Ada", "-o", desk.folder + "/out.json")
        #expect(try desk.read(desk.folder + "/out.json").hasPrefix("\"Hello Ada"))
        let piped = await desk.run("run", path, "--input", "name=Ada", "-o", "-")
        #expect(piped.output.hasPrefix("Hello Ada, 1 ") && !piped.output.contains("done"))
        #expect(piped.progress.contains("● done  greeting"))
    }

    @Test func inputComesFromAFileAndByName() async throws {
        let given = try desk.write("{\"name\": \"Bea\", \"times\": 2}", to: "given.json")
        let answer = await desk.run("run", try file(), "--input", "@" + given, "--input", "name=Ada", "--json")
        #expect(answer.output.contains("Hello Ada, 2 "), "\(answer.progress)")
    }

    @Test func aFileOfTheHomeRunsByItsName() async throws {
        try FileManager.default.createDirectory(
            atPath: desk.home + "/workflows", withIntermediateDirectories: true)
        try Data(Self.greet.utf8).write(to: URL(filePath: desk.home + "/workflows/hello.yaml"))
        try Data("echo '{\"bytes\": 5}'\n".utf8).write(to: URL(filePath: desk.home + "/workflows/count.sh"))
        for name in ["hello", "hello.yaml"] {
            let answer = await desk.run("run", name, "--input", "name=Ada", "--json")
            #expect(answer.output.contains("Hello Ada, 1 5"), "\(answer.progress)")
        }
        let answer = await desk.run("run", "no-such")
        #expect(answer.code == .usage)
        #expect(answer.progress.contains("there is no workflow 'no-such', neither here nor in \(desk.home)/workflows"))
    }

    @Test func theSameIdStartsItOnce() async throws {
        let path = try file()
        let first = await desk.run("run", path, "--input", "name=Ada", "--id", "k", "--json")
        let again = await desk.run("run", path, "--input", "name=Ada", "--id", "k", "--json")
        #expect(first.code == .reached && first.output == again.output)
        #expect(try await runs().count == 1)
        let other = await desk.run("run", path, "--input", "name=Bea", "--id", "k")
        #expect(other.code == .failed && other.progress.contains("was started with another input"))
    }

    @Test func aDryRunStartsNothing() async throws {
        let answer = await desk.run("run", try file(), "--dry-run")
        #expect(answer.code == .reached && !FileManager.default.fileExists(atPath: desk.home))
        #expect(answer.output.contains("input name  string, required"))
        #expect(answer.output.contains("input times  integer, 1 if not given"))
        let lines = answer.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("1 draft command sh") && lines.contains("2 count command sh draft"))
        let refused = await desk.run("run", try file(), "--dry-run", "--input", "times=1")
        #expect(refused.code == .usage && refused.progress.contains("'/name' is missing"))
    }

    @Test func aTerminalShowsALiveBlockAndGetsItBack() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("w.yaml", "name: live\nsteps: [{name: only, command: [sh, -c, 'echo 1']}]\n")
            let ran = await scratch.tutti("run", path, environment: ["TERM": "xterm"], columns: 60)
            #expect(ran.code == .reached)
            #expect(ran.progress.contains("live") && ran.progress.contains("only"))
            #expect(ran.progress.contains("\u{1B}[?25l") && ran.progress.hasSuffix("\u{1B}[?25h"))
            #expect(ran.output.contains("\"only\" : 1"))
        }
    }

    // MARK: What cannot be used starts nothing

    private func expectRefusal(_ words: [String], _ message: String, line: SourceLocation = #_sourceLocation) async {
        let (output, progress) = (RecordingSink(), RecordingSink())
        let context = CommandContext(
            environment: ["HOME": desk.folder, "TUTTI_HOME": desk.home], output: output, progress: progress)
        let code = await TuttiProgram.program.run(["run"] + words, in: context)
        #expect(code == .usage, sourceLocation: line)
        #expect(output.text == "", sourceLocation: line)
        #expect(progress.text.contains(message), "\(progress.text)", sourceLocation: line)
        #expect(!FileManager.default.fileExists(atPath: desk.home), "nothing was begun", sourceLocation: line)
    }

    @Test func aMistakeIsShownInItsLine() async throws {
        let text = "name: w\nsteps:\n  - name: a\n    command: [x, \"é ${{ steps.b }}\"]\n"
        let answer = await desk.run("run", try file(text, "w.yaml"))
        let path = desk.folder + "/w.yaml"
        #expect(
            answer.progress == """
                tutti: \(path):4:18: steps[0].command[1] refers to the step 'b', which there is not; there is a
                  4 |     command: [x, "é ${{ steps.b }}"]
                    |                  ^

                """)
        #expect(answer.code == .usage && answer.output == "")
    }

    @Test(arguments: [
        ("", "is empty"), ("- a\n", ":1:1: is no mapping"), ("name: w\n", "steps is missing"),
        ("name: w\nsteps: [\n", ":3:1: "), ("name: w\nname: v\nsteps: []\n", ":2:1: "),
        ("name: w\nsteps: [{name: a, commnd: [x]}]\n", "did you mean 'command'?"),
        ("name: w\nsteps: [{name: a, command: []}]\n", "is empty; it takes a program"),
        ("name: w\nsteps: [{name: a, command: [x], timeout: soon}]\n", ":2:42: "),
        ("name: w\nsteps: [{name: a, needs: [a], command: [x]}]\n", "is the step itself"),
        ("name: w\nsteps: [{name: a, roundtable: {file: no-such.md}}]\n", "No such file or directory"),
        (
            "name: w\nsteps: [{name: a, command: [x], environment: [NOT_SET_HERE]}]\n",
            "needs the variable 'NOT_SET_HERE'"
        ),
    ])
    func aWrongFileIsRefused(text: String, message: String) async throws {
        await expectRefusal([try file(text, "w.yaml")], message)
    }

    @Test func whatElseCannotBeUsed() async throws {
        let path = try file()
        await expectRefusal([], "FILE")
        await expectRefusal([desk.folder + "/no.yaml"], "No such file or directory; check the path")
        await expectRefusal([desk.folder], "is a folder")
        await expectRefusal([path], "'/name' is missing; it takes a text")
        await expectRefusal([path, "--input", "name=Ada", "--input", "nmae=x"], "'/nmae' is not known")
        await expectRefusal([path, "--input", "name=Ada", "--input", "name=B"], "--input name is given twice")
        await expectRefusal([path, "--input", "name"], "is neither NAME=VALUE nor @FILE")
        await expectRefusal([path, "--input", "name=A", "--input", "times=two"], "--input times takes a whole number")
        await expectRefusal(
            [path, "--input", "name=A", "--input", "times=2.5"], "'/times' is a number; it takes a whole number")
        await expectRefusal([path, "--input", "@" + path], "holds no JSON object")
        await expectRefusal([path, "--budget", "steps=many"], "--budget 'steps=many' does not fit")
        await expectRefusal([path, "--budget", "hours=2"], "no limit 'hours'")
        await expectRefusal([path, "--input", "name=A", "-o", desk.folder + "/no/a"], "No such file or directory")
        await expectRefusal([path, "--input", "name=A", "-o", "-", "--json"], "would mix on standard output")
    }

    // MARK: Failure

    @Test func aCommandThatFailsTellsWhatItWrote() async throws {
        let text = "name: w\nsteps:\n  - {name: a, command: [sh, -c, 'echo broken >&2; exit 3']}\n"
        let answer = await desk.run("run", try file(text, "w.yaml"))
        #expect(answer.code == .failed && answer.output == "")
        #expect(answer.progress.contains("  ✕ a  'sh' ended with 3: broken\n"))
        #expect(
            answer.progress.contains(
                " failed at steps#1/a/command#1: 'sh' ended with 3: broken\nNext: tutti runs show run_"))
    }

    @Test func aBudgetThatIsUsedUpParksTheRun() async throws {
        let answer = await desk.run("run", try file(), "--input", "name=Ada", "--budget", "steps=1")
        #expect(answer.code == .overBudget, "\(answer.progress)")
        #expect(answer.progress.contains("is at its budget"))
    }

    @Test func noValueOfAVariableIsStored() async throws {
        let secret = "hunter2-and-some-more"
        let text = """
            name: w
            steps:
              - {name: good, environment: [API_KEY], command: [sh, -c, 'test -n "$API_KEY" && echo "{\\"ok\\": true}"']}
              - {name: bad, environment: [API_KEY], command: [sh, -c, 'echo "key $API_KEY" >&2; exit 1']}
            """
        let answer = await desk.run("run", try file(text, "w.yaml"), "-v", setting: ["API_KEY": secret])
        #expect(answer.code == .failed && answer.progress.contains("key [API_KEY]"))
        #expect(!(answer.progress + answer.output).contains(secret))
        for name in try FileManager.default.subpathsOfDirectory(atPath: desk.home) {
            guard let bytes = try? Data(contentsOf: URL(filePath: desk.home + "/" + name)) else { continue }
            #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }

    // MARK: People

    private static let ask = """
        name: release
        steps:
          - {name: draft, command: [sh, -c, 'echo "{\\"version\\": 2}"']}
          - {name: go, approval: {show: "May ${{ steps.draft.version }} go out?"}}
          - {name: send, command: [sh, -c, 'echo "\\"sent by $1\\""', sh, "${{ steps.go.by }}"]}
        """

    /// Agrees as somebody in another terminal does, while nobody works on the run.
    private func approve(_ run: RunID) async throws {
        let tutti = try await Tutti.open(home: desk.home)
        let asked = try #require(try await tutti.engine.pendingApprovals(of: run).first)
        #expect(asked.shown == Data("\"May 2 go out?\"".utf8))
        try await tutti.engine.approve(run, "go", hash: asked.hash, by: "ada")
        await tutti.close()
    }

    @Test func whereNobodyIsWaitedForTheRunIsParked() async throws {
        let answer = await desk.run("run", try file(Self.ask, "w.yaml"), "--no-wait")
        #expect(answer.code == .waiting, "\(answer.progress)")
        let run = try #require(try await runs().first).id
        #expect(answer.progress.contains("    ┃ May 2 go out?\n    tutti runs approve \(run) go\n"))
        #expect(answer.progress.hasSuffix("  tutti runs approve \(run) go\n  tutti runs resume \(run)\n"))
        try await approve(run)
        let resumed = await desk.run("runs", "resume", run.text)
        #expect(resumed.code == .reached, "\(resumed.progress)")
        #expect(resumed.progress.contains("1 recorded step is not done again"))
        #expect(resumed.output.contains("sent by ada"))
    }

    @Test func jsonNamesTheAnswersThatAreMissing() async throws {
        let text = "name: w\nsteps: [{name: a, wait: {signal: go-on}}]\n"
        let answer = await desk.run("run", try file(text, "w.yaml"), "--no-wait", "--json")
        #expect(answer.code == .waiting)
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        let run = try #require(json["run"]?.stringValue)
        #expect(json["state"] == "waiting" && json["answers"] == [.string("tutti runs signal \(run) go-on")])
    }

    @Test func theSameIdGoesOnWithAParkedRun() async throws {
        let path = try file(Self.ask, "w.yaml")
        #expect(await desk.run("run", path, "--no-wait", "--id", "k").code == .waiting)
        let run = try #require(try await runs().first).id
        #expect(await desk.run("run", path, "--no-wait", "--id", "k").code == .waiting)
        try await approve(run)
        let answer = await desk.run("run", path, "--no-wait", "--id", "k")
        #expect(answer.code == .reached && answer.output.contains("sent by ada"), "\(answer.progress)")
        #expect(try await runs().count == 1)
    }

    // MARK: The program as a process

    @Test func ctrlCParksTheRunAndEndsTheCommand() async throws {
        let mark = desk.folder + "/begun"
        let text = """
            name: slow
            steps:
              - {name: first, command: [sh, -c, 'echo 1']}
              - name: hang
                command: [sh, -c, 'if [ -e "$1" ]; then echo 2; else echo $$ > "$1"; sleep 1000; fi', sh, "\(mark)"]
            """
        let program = try ProgramProcess(desk, ["run", try file(text, "slow.yaml")])
        #expect(program.line { $0.contains("◐ hang") } != nil)
        while !FileManager.default.fileExists(atPath: mark) { await Task.yield() }
        program.signal(SIGINT)
        let ended = program.finish()
        #expect(ended.end == .exited(130), "\(ended.errors)")
        #expect(ended.errors.contains("The run is parked and nothing is lost. Go on with:\n  tutti runs resume run_"))
        let run = try #require(try await runs().first)
        #expect(run.status == .waiting)
        let resumed = await desk.run("runs", "resume", run.id.text)
        #expect(resumed.code == .reached && resumed.output.contains("\"hang\" : 2"), "\(resumed.progress)")
    }

    @Test func waitsForThePersonAndGoesOn() async throws {
        let program = try ProgramProcess(desk, ["run", try file(Self.ask, "w.yaml")])
        let line = try #require(program.line { $0.contains("tutti runs approve run_") })
        let run = try #require(line.split(separator: " ").first { $0.hasPrefix("run_") })
        try await approve(RunID(trusted: String(run)))
        let ended = program.finish()
        #expect(ended.end == .exited(0) && ended.output.contains("sent by ada"), "\(ended.errors)")
    }
}

@Suite("The example of a workflow file")
struct WorkflowExampleTests {
    @Test func runsToItsQuestion() async throws {
        let desk = try Desk()
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let answer = await desk.run("run", root + "/Examples/Workflows/document-review.yaml", "--no-wait")
        #expect(answer.code == .waiting, "\(answer.progress)")
        #expect(answer.progress.contains("┃ Open findings: "))
        #expect(!answer.progress.contains("┃ Open findings: 0,"))
    }
}
