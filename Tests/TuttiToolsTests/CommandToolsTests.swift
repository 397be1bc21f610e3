import Glibc
import Testing
import TuttiCore
import TuttiRuntime
import TuttiSandbox

@testable import TuttiTools

/// Tools that run programs, in the sandbox of this machine.
@Suite(.enabled("this machine lets no sandbox be made") { await ToolWorld.hasSandbox() })
struct CommandToolsTests {
    @Test func aCommandTellsHowItEnded() async throws {
        try await ToolWorld.with(sandboxed: true) { world in
            let good = try await world.use(RunCommandTool(), ["command": "echo out; echo err >&2; pwd > where"])
            #expect(!good.isError)
            #expect(
                good.text
                    == "The command has succeeded.\n--- standard output\nout\n--- standard error\nerr\n")
            #expect(world.text(of: "where") == "/work\n" && good.data?["exit_code"] == 0)
            let bad = try await world.use(RunCommandTool(), ["command": "exit 3"])
            #expect(bad.isError && bad.text.contains("exit code 3") && bad.data?["exit_code"] == 3)
            let late = try await world.use(RunCommandTool(), ["command": "sleep 60", "timeout_seconds": 1])
            #expect(late.isError && late.text.contains("longer than 1s") && late.data?["timed_out"] == true)
        }
    }

    @Test func longOutputsAreCutAndTheCutIsSaid() async throws {
        try await ToolWorld.with(sandboxed: true) { world in
            let output = try await world.use(
                RunCommandTool(), ["command": "seq 1 100000; printf '\\033[31m' ; seq 1 100000 >&2; exit 1"])
            #expect(output.text.utf8.count <= ToolLimits.textMax + 400)
            #expect(output.text.contains("of 588895 bytes)") && output.text.contains("99999\n100000"))
            #expect(!output.text.utf8.contains(0x1B))
        }
    }

    @Test func whatAFileToolHasWrittenAProgramMayChange() async throws {
        try await ToolWorld.with(sandboxed: true) { world in
            _ = try await world.use(WriteFileTool(), ["path": "new/f.txt", "content": "1"])
            let output = try await world.use(
                RunCommandTool(), ["command": "echo 2 >> new/f.txt && touch new/g && rm new/g && mv new other"])
            #expect(!output.isError)
            #expect(world.text(of: "other/f.txt") == "12\n")
            _ = try await world.use(EditFileTool(), ["path": "other/f.txt", "old": "12", "new": "3"])
            #expect(world.text(of: "other/f.txt") == "3\n")
        }
    }

    @Test func searchesTellLinesWithTheirNumbers() async throws {
        try await ToolWorld.with(sandboxed: true) { world in
            try world.put("alpha\nbeta (x)\n", at: "a.txt")
            try world.put("Alpha\n", at: "b.md")
            let found = try await world.use(SearchFilesTool(), ["pattern": "^al"])
            #expect(found.text == "a.txt:1:alpha\n")
            let both = try await world.use(SearchFilesTool(), ["pattern": "^al", "ignore_case": true])
            #expect(both.data?["lines"] == 2)
            let plain = try await world.use(SearchFilesTool(), ["pattern": "(x", "literal": true, "files": "*.txt"])
            #expect(plain.text == "a.txt:2:beta (x)\n")
            #expect(try await world.use(SearchFilesTool(), ["pattern": "none"]).text == "nothing fits the pattern.")
            #expect(try await world.use(SearchFilesTool(), ["pattern": "(x"]).isError)
            #expect(try await world.use(SearchFilesTool(), ["pattern": "a", "path": "../.."]).isError)
            let option = try await world.use(SearchFilesTool(), ["pattern": "--help", "path": "--version"])
            #expect(option.isError)
        }
    }

    @Test(.enabled(if: unsafe access("/usr/bin/git", X_OK) == 0, "there is no git"))
    func gitKeepsWhatHasChanged() async throws {
        try await ToolWorld.with(sandboxed: true) { world in
            let git = GitTool()
            #expect(try await !world.use(git, ["action": "init"]).isError)
            try world.put("1\n", at: "f")
            let first = try await world.use(git, ["action": "commit", "message": "Begin"])
            #expect(!first.isError, "\(first.text)")
            try world.put("2\n", at: "f")
            #expect(try await world.use(git, ["action": "diff"]).text.contains("+2"))
            #expect(try await !world.use(git, ["action": "branch", "name": "try/it"]).isError)
            #expect(try await !world.use(git, ["action": "commit", "message": "$(touch bad) -m x"]).isError)
            #expect(try await world.use(git, ["action": "log"]).text.contains("$(touch bad)"))
            #expect(try await !world.use(git, ["action": "switch", "name": "main"]).isError)
            #expect(world.text(of: "f") == "1\n" && !world.isThere("bad"))
            for name in ["--orphan", "a..b", "a b", "", "/a", "a;b"] {
                #expect(try await world.use(git, ["action": "branch", "name": .string(name)]).isError)
            }
            #expect(try await world.use(git, ["action": "commit"]).isError)
        }
    }
}

/// What is said where nothing holds programs in.
struct WithoutSandboxTests {
    @Test func noProgramIsRunWithoutOne() async throws {
        try await ToolWorld.with { world in
            let error = await #expect(throws: ToolError.self) {
                try await world.use(RunCommandTool(), ["command": "touch bad"])
            }
            #expect(error?.reason == .noSandbox && error?.message.contains("tutti doctor") == true)
            #expect(!world.isThere("bad"))
        }
    }
}
