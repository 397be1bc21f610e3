import FoundationEssentials
import Glibc
import Testing
import TuttiComposition
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti roundtable", .serialized)
struct RoundtableCommandTests {
    private func withDocument<Output>(
        _ text: String = RoundtableSample.poor, _ body: (RoundtableScratch, String) async throws -> Output
    ) async throws -> Output {
        try await RoundtableScratch.with { scratch in try await body(scratch, try scratch.write("plan.md", text)) }
    }

    // MARK: Models that are not used

    @Test("a key that is set is offered in the last line, and used by nobody unasked")
    func offer() async throws {
        try await withDocument(RoundtableSample.good) { scratch, path in
            let set = ["ANTHROPIC_API_KEY": "sk-planted"]
            let ran = await scratch.tutti("roundtable", path, environment: set)
            #expect(ran.code == .reached)
            #expect(ran.progress.hasSuffix("--model anthropic/NAME (`tutti models ls`).\n"), "\(ran.progress)")
            #expect(!(ran.progress + ran.output).contains("planted"))
            let offline = await scratch.tutti("roundtable", path, "--offline", environment: set)
            #expect(!offline.progress.contains("--model"))
            #expect(await !scratch.tutti("roundtable", path).progress.contains("--model"))
        }
    }

    // MARK: Exit codes

    @Test("converged is the goal, at any bar", arguments: ["critical", "high", "medium", "low", "never"])
    func converged(bar: String) async throws {
        try await withDocument(RoundtableSample.good) { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--fail-on", bar)
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(ran.output.contains("converged after 1 round: no open finding is \(bar == "never" ? "high" : bar)"))
        }
    }

    @Test(
        "stable is not, unless nothing is ever too bad",
        arguments: [
            ("critical", ExitCode.notReached), ("high", .notReached), ("low", .notReached), ("never", .reached),
        ])
    func stable(bar: String, code: ExitCode) async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--fail-on", bar)
            #expect(ran.code == code, "\(ran.progress)")
            #expect(ran.output.contains("stable after "))
        }
    }

    @Test("used up rounds", arguments: [("high", ExitCode.notReached), ("never", .reached)])
    func exhausted(bar: String, code: ExitCode) async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--max-iterations", "1", "--fail-on", bar)
            #expect(ran.code == code)
            #expect(ran.output.contains("exhausted after 1 round: the one round is used up"))
        }
    }

    // MARK: Bad input: nothing is done

    private func expectRefusal(
        _ words: [String], _ message: String, in scratch: RoundtableScratch, location: SourceLocation = #_sourceLocation
    ) async {
        let (output, progress) = (RecordingSink(), RecordingSink())
        let context = CommandContext(
            environment: ["TUTTI_HOME": scratch.home], output: output, progress: progress)
        let code = await TuttiProgram.program.run(["roundtable"] + words, in: context)
        #expect(code == .usage, sourceLocation: location)
        #expect(output.text == "", sourceLocation: location)
        #expect(progress.text.contains(message), "\(progress.text)", sourceLocation: location)
        #expect(!FileManager.default.fileExists(atPath: scratch.home), "nothing was begun", sourceLocation: location)
    }

    @Test func refusesWhatItCannotUse() async throws {
        try await withDocument { scratch, path in
            await expectRefusal([], "FILE", in: scratch)
            await expectRefusal([scratch["no.md"]], "No such file or directory; check the path", in: scratch)
            await expectRefusal([scratch.path], "is a folder; name a file in it", in: scratch)
            await expectRefusal(
                [path, "--critics", "prodct"], "no critic 'prodct'; did you mean 'product'?", in: scratch)
            await expectRefusal([path, "--critics", "product,product"], "--critics", in: scratch)
            await expectRefusal([path, "--kind", "poem"], "poem", in: scratch)
            await expectRefusal([path, "--max-iterations", "11"], "1 to 10", in: scratch)
            await expectRefusal([path, "--fail-on", "awful"], "awful", in: scratch)
            await expectRefusal([path, "--report", scratch["a.pdf"]], ".json, .md or .html", in: scratch)
            await expectRefusal([path, "-o", scratch["no/a.md"]], "No such file or directory", in: scratch)
            await expectRefusal([path, "-o", scratch.path], "is a folder; name a file in it", in: scratch)
            await expectRefusal([path, "-o", "-", "--json"], "would mix on standard output", in: scratch)
            await expectRefusal([path, "--input", path], "--input", in: scratch)
            #expect(scratch.names == ["plan.md"])
        }
    }

    @Test func neverWritesToItsInput() async throws {
        try await withDocument { scratch, path in
            try scratch.write("plan.json", RoundtableSample.poor)
            #expect(unsafe symlink("plan.md", scratch["soft.md"]) == 0)
            #expect(unsafe link(path, scratch["hard.md"]) == 0)
            for name in ["plan.md", "./plan.md", "soft.md", "hard.md"] {
                for flag in ["-o", "--report"] {
                    await expectRefusal(
                        [path, flag, scratch[name]], "is the input, which is never changed; name another file",
                        in: scratch)
                }
            }
            #expect(try scratch.read("plan.md") == RoundtableSample.poor)
        }
    }

    @Test func writesNoFileTwice() async throws {
        try await withDocument { scratch, path in
            let same = [path, "-o", scratch["new.md"], "--report", scratch["./new.md"]]
            await expectRefusal(same, "is the same file as -o \(scratch["new.md"])", in: scratch)
            let twice = [path, "--report", scratch["a.html"], "--report", scratch["a.html"]]
            await expectRefusal(twice, "is the same file as --report", in: scratch)
        }
    }

    // MARK: What comes out

    @Test func jsonIsAllThereIsOnStandardOutput() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--json")
            let report = try CanonicalJSON.decode(JSONValue.self, from: Data(ran.output.utf8))
            #expect(report["schema"] == "tutti.roundtable/1")
            #expect(report["outcome"] == "stable")
            #expect(report["title"] == "Product requirements: tea shop")
            #expect(ran.progress.contains("stable after "))
            #expect(ran.progress.contains("round 1 of 3"))
        }
    }

    @Test func twoRunsGiveTheSameReport() async throws {
        try await withDocument { scratch, path in
            let one = try CanonicalJSON.decode(
                JSONValue.self, from: Data(await scratch.tutti("roundtable", path, "--json").output.utf8))
            let other = try CanonicalJSON.decode(
                JSONValue.self, from: Data(await scratch.tutti("roundtable", path, "--json").output.utf8))
            guard case .object(var first) = one, case .object(var second) = other else {
                Issue.record("no objects")
                return
            }
            #expect(first["run"] != second["run"])
            (first["run"], second["run"]) = (nil, nil)
            #expect(first == second)
        }
    }

    @Test func theDocumentGoesToStandardOutput() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "-o", "-")
            #expect(ran.output.hasPrefix("# Product requirements: tea shop\n"))
            #expect(ran.output.contains("**Question:**"))
            #expect(!ran.output.contains("stable after"))
            #expect(ran.progress.contains("stable after "))
        }
    }

    @Test func writesTheDocumentAndReportsOfEachForm() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti(
                "roundtable", path, "-o", scratch["new.md"], "--report", scratch["r.json"], "--report", scratch["r.md"],
                "--report", scratch["r.html"])
            #expect(ran.code == .notReached)
            #expect(scratch.names == ["home", "new.md", "plan.md", "r.html", "r.json", "r.md"])
            let report = try CanonicalJSON.decode(JSONValue.self, from: Data(try scratch.read("r.json").utf8))
            #expect(try report["document"]?.stringValue == scratch.read("new.md"))
            #expect(try scratch.read("r.html").lowercased().hasPrefix("<!doctype html>"))
            #expect(try scratch.read("r.md").hasPrefix("# "))
            #expect(try scratch.read("plan.md") == RoundtableSample.poor)
            let run = try #require(report["run"]?["id"]?.stringValue)
            let folder = "home/runs/\(run)"
            #expect(try scratch.read("\(folder)/document.md") == scratch.read("new.md"))
            #expect(try scratch.read("\(folder)/report.json") == scratch.read("r.json"))
            #expect(try scratch.read("\(folder)/versions/version-1.md") == RoundtableSample.poor)
            #expect(ran.output.contains("Document: \(scratch["new.md"])\n"))
            #expect(ran.output.contains("then: tutti roundtable \(scratch["new.md"])\n"))
        }
    }

    @Test("a full disk costs only what lies on it", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDisk() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "-o", "/dev/full", "--report", scratch["r.md"])
            #expect(ran.code == .failed)
            #expect(ran.output.contains("stable after "))
            #expect(
                ran.progress.contains("tutti: /dev/full could not be written: No space left on device; it is kept in "))
            let report = try scratch.read("r.md")
            #expect(report.hasPrefix("# "))
        }
    }

    @Test func whatWentToADeviceLiesInTheRunsFolder() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "-o", "/dev/null")
            #expect(ran.code == .notReached)
            #expect(ran.output.contains("Document: \(scratch.home)/runs/run_"))
        }
    }

    @Test func namesADocumentWithoutAHeadingByItsFile() async throws {
        try await withDocument("We sell tea in the shop.\n") { scratch, path in
            #expect(await scratch.tutti("roundtable", path, "--json").output.contains("\"title\" : \"plan.md\""))
            let titled = await scratch.tutti("roundtable", path, "--title", "Tea", "--json")
            #expect(titled.output.contains("\"title\" : \"Tea\""))
        }
    }

    @Test func asksOnlyTheCriticsThatAreNamed() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--critics", "ai-risk,product")
            #expect(!ran.progress.contains("engineering"))
            #expect(ran.progress.contains("ai-risk reads"))
        }
    }

    @Test func tellsItsProgressInOrder() async throws {
        try await withDocument { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "--critics", "ai-risk")
            let beginnings = [
                "round 1 of 3", "  ◐ ai-risk reads", "  ● ai-risk: ", "  ", "  ◐ moderator edits", "  ● moderator: ",
                "round 2 of 3", "  ◐ ai-risk reads", "  ● ai-risk: ", "  ",
            ]
            let lines = ran.progress.split(separator: "\n")
            #expect(lines.count >= beginnings.count, "\(ran.progress)")
            for (line, beginning) in zip(lines, beginnings) { #expect(line.hasPrefix(beginning)) }
            #expect(lines.last == "◆ stable")
        }
    }

    @Test func tellsEveryEventWhenAsked() async throws {
        try await withDocument(RoundtableSample.good) { scratch, path in
            let ran = await scratch.tutti("roundtable", path, "-v", "--critics", "product")
            #expect(ran.progress.contains("  1 run.started {\"workflow\":\"roundtable\"}\n"))
            #expect(ran.progress.contains(" step.completed review#1/product/review#1 {"))
            #expect(ran.progress.contains(" run.completed {}\n"), "the last one, too")
        }
    }

    @Test func showsALiveBlockOnATerminalAndTakesItAway() async throws {
        try await withDocument(RoundtableSample.good) { scratch, path in
            let ran = await scratch.tutti("roundtable", path, environment: ["TERM": "xterm"], columns: 80)
            #expect(ran.progress.contains("\u{1B}[?25l"))
            #expect(ran.progress.hasSuffix("\u{1B}[?25h") || ran.progress.contains("\u{1B}[?25h"))
            #expect(ran.code == .reached)
        }
    }

    @Test func quotesWhatAShellWouldMisread() async throws {
        try await RoundtableScratch.with { scratch in
            let path = try scratch.write("my plan.md", RoundtableSample.poor)
            let ran = await scratch.tutti("roundtable", path, "-o", scratch["new plan.md"])
            #expect(ran.output.contains("then: tutti roundtable '\(scratch["new plan.md"])'"))
        }
    }
}
