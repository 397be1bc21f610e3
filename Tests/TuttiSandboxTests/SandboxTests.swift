import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// What a program finds in a sandbox, and how its end is told.
@Suite(.enabled("this machine lets no sandbox be made") { await SandboxWorld.isThere() })
struct SandboxTests {
    @Test(arguments: await Backend.programsHere()) func aProgramWorksInItsWorkspace(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("cat > out.txt; pwd; id -u; echo oops >&2") {
                $0.input = Array("hello".utf8)
            }
            #expect(result.isSuccess)
            // gVisor has no other user than one whose files belong to us here, which is 0; there it has no rights.
            #expect(result.output.text == "/work\n\(backend.isGVisor ? 0 : 1000)\n")
            #expect(result.errors.text == "oops\n")
            #expect(world.text(of: "out.txt") == "hello")
            #expect(result.time > .zero && result.processorTime > .zero)
        }
    }

    @Test(arguments: await Backend.programsHere()) func itGetsTheVariablesThatAreNamed(backend: Backend) async throws {
        _ = unsafe setenv("TUTTI_PLANTED_SECRET", "geheim-0001", 1)
        try await SandboxWorld.with(backend) { world in
            let result = try await world.run("/usr/bin/env", []) { $0.environment = ["NAME": "a b=c", "HOME": "/tmp"] }
            let lines = Set(result.output.text.split(separator: "\n").map(String.init))
            #expect(
                lines.subtracting(["PWD=/work"])
                    == ["NAME=a b=c", "HOME=/tmp", "LANG=C.UTF-8", "PATH=\(SandboxCommand.path)"])
        }
    }

    @Test(arguments: await Backend.programsHere()) func itsEndIsTold(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            for (script, end) in [
                ("exit 3", SandboxResult.End.exited(3)), ("kill -SEGV $$", .signalled(SIGSEGV)), ("exit 1", .exited(1)),
                ("exit 128", .exited(128)),
                // What bubblewrap says itself, said by a program, is the program's.
                ("echo; echo 'bwrap: no' >&2; exit 1", .exited(1)),
            ] {
                let result = try await world.shell(script)
                #expect(result.end == end)
            }
        }
    }

    @Test(arguments: await Backend.programsHere()) func whatCannotBeRunIsSaid(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            await #expect { try await world.run("/usr/bin/there-is-none") } throws: {
                ($0 as? SandboxError)?.reason == .notFound
            }
            for command in [
                SandboxCommand("sh", ["a\0b"], workspace: world.workspace.path),
                SandboxCommand("sh", workspace: "work"), SandboxCommand("sh", workspace: world.path("none")),
            ] {
                await #expect { try await world.sandbox.run(command) } throws: {
                    ($0 as? SandboxError)?.reason == .input
                }
            }
        }
    }

    @Test(arguments: await Backend.programsHere()) func whatIsReadableIsReadAndNotChanged(backend: Backend) async throws
    {
        let other = try TemporaryFolder()
        defer { other.remove() }
        try Data("theirs".utf8).write(to: URL(filePath: other.path + "/file"))
        try await SandboxWorld.with(backend) { world in
            let script = "cat \(other.path)/file; echo x > \(other.path)/file"
            let hidden = try await world.shell(script)
            #expect(!hidden.isSuccess)
            let result = try await world.shell(script) { $0.readable = [other.path] }
            #expect(result.output.text == "theirs" && !result.isSuccess)
        }
        #expect(try String(contentsOfFile: other.path + "/file", encoding: .utf8) == "theirs")
    }

    @Test(arguments: await Backend.programsHere()) func outputIsCutAndTheCutIsSaid(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("yes | head -c 100000000; echo end >&2") { $0.limits.outputSize = 1000 }
            #expect(result.isSuccess && result.output.isCut && !result.errors.isCut)
            #expect(result.output.bytes.count == 1000 && result.output.count == 100_000_000)
        }
    }

    @Test(arguments: await Backend.programsHere()) func whatItIsSaysHow(backend: Backend) async throws {
        let description = try #require(await backend.sandbox).description
        #expect(description.name == backend.rawValue && description.version.contains("."))
        let limits: Set = ["network", "memory", "processes", "workspace size"]
        #expect(Set(description.mechanisms.map(\.limit)).isSuperset(of: limits))
    }
}

/// What is said of a machine, whatever it lets be made.
@Suite struct SandboxTrialTests {
    @Test func whatIsMissingIsSaid() async {
        do {
            _ = try await BubblewrapSandbox.found()
        } catch {
            #expect((error as? SandboxError)?.reason == .unavailable)
            #expect("\(error)".contains("install the package") || "\(error)".contains("user namespaces"))
        }
    }

    @Test(arguments: SandboxChoice.allCases) func aChoiceIsMadeOrRefusedWithReasons(choice: SandboxChoice) async {
        do {
            let sandbox = try await choice.find()
            let names = choice == .auto ? ["bubblewrap", "gvisor"] : [choice.rawValue]
            #expect(names.contains(sandbox.description.name))
        } catch {
            #expect(error.reason == .unavailable)
            #expect(choice == .gvisor || error.message.contains("bubblewrap: "))
            #expect(choice == .bubblewrap || error.message.contains("gvisor: "))
        }
    }
}
