import FoundationEssentials
import Glibc
import Synchronization
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// What a program finds in a sandbox, and how its end is told.
@Suite(.enabled("this machine lets no sandbox be made") { await SandboxWorld.isThere() })
struct BubblewrapTests {
    @Test func aProgramWorksInItsWorkspace() async throws {
        try await SandboxWorld.with { world in
            let result = try await world.shell("cat > out.txt; pwd; id -u; echo oops >&2") {
                $0.input = Array("hello".utf8)
            }
            #expect(result.isSuccess)
            #expect(result.output.text == "/work\n1000\n")
            #expect(result.errors.text == "oops\n")
            #expect(world.text(of: "out.txt") == "hello")
            #expect(result.time > .zero && result.processorTime > .zero)
        }
    }

    @Test func itGetsTheVariablesThatAreNamed() async throws {
        _ = unsafe setenv("TUTTI_PLANTED_SECRET", "geheim-0001", 1)
        try await SandboxWorld.with { world in
            let result = try await world.run("/usr/bin/env", []) { $0.environment = ["NAME": "a b=c", "HOME": "/tmp"] }
            let lines = Set(result.output.text.split(separator: "\n").map(String.init))
            #expect(
                lines == ["NAME=a b=c", "HOME=/tmp", "LANG=C.UTF-8", "PATH=\(SandboxCommand.path)", "PWD=/work"])
        }
    }

    @Test func itsEndIsTold() async throws {
        try await SandboxWorld.with { world in
            for (script, end) in [
                ("exit 3", SandboxResult.End.exited(3)), ("kill -SEGV $$", .signalled(SIGSEGV)), ("exit 1", .exited(1)),
                // What bubblewrap says itself, said by a program, is the program's.
                ("echo; echo 'bwrap: no' >&2; exit 1", .exited(1)),
            ] {
                let result = try await world.shell(script)
                #expect(result.end == end)
            }
        }
    }

    @Test func whatCannotBeRunIsSaid() async throws {
        try await SandboxWorld.with { world in
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

    @Test func whatIsReadableIsReadAndNotChanged() async throws {
        let other = try TemporaryFolder()
        defer { other.remove() }
        try Data("theirs".utf8).write(to: URL(filePath: other.path + "/file"))
        try await SandboxWorld.with { world in
            let script = "cat \(other.path)/file; echo x > \(other.path)/file"
            let hidden = try await world.shell(script)
            #expect(!hidden.isSuccess)
            let result = try await world.shell(script) { $0.readable = [other.path] }
            #expect(result.output.text == "theirs" && !result.isSuccess)
        }
        #expect(try String(contentsOfFile: other.path + "/file", encoding: .utf8) == "theirs")
    }

    @Test func outputIsCutAndTheCutIsSaid() async throws {
        try await SandboxWorld.with { world in
            let result = try await world.shell("yes | head -c 100000000; echo end >&2") { $0.limits.outputSize = 1000 }
            #expect(result.isSuccess && result.output.isCut && !result.errors.isCut)
            #expect(result.output.bytes.count == 1000 && result.output.count == 100_000_000)
        }
    }

    @Test func whatItIsSaysHow() async throws {
        let description = try await BubblewrapSandbox.found().description
        #expect(description.name == "bubblewrap" && description.version.contains("."))
        #expect(Set(description.mechanisms.map(\.limit)).isSuperset(of: ["network", "memory", "processes"]))
    }

    @Test func cancellingEndsAll() async throws {
        try await SandboxWorld.with { world in
            let hasEnded = Atomic(false)
            let task = Task {
                defer { hasEnded.store(true, ordering: .relaxed) }
                return try await world.shell("sleep 600 & touch begun; sleep 600")
            }
            while world.text(of: "begun") == nil, !hasEnded.load(ordering: .relaxed) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let left = try processes(naming: world.workspace.path)
            #expect(left.isEmpty)
        }
    }

    /// Two hundred side by side leave nothing behind.
    @Test func manySideBySideLeaveNothing() async throws {
        try await SandboxWorld.with { world in
            let before = try mounts()
            try await withThrowingTaskGroup(of: SandboxResult.self) { group in
                for number in 0..<200 {
                    group.addTask { try await world.shell("(sleep 600 &) ; echo \(number) > \(number)") }
                }
                for try await result in group { #expect(result.isSuccess) }
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: world.workspace.path)
            #expect(Set(names) == Set((0..<200).map(String.init)))
            let left = try processes(naming: world.workspace.path)
            #expect(left.isEmpty)
            let after = try mounts()
            #expect(after == before)
        }
    }

    /// The processes of this machine whose words have a text.
    private func processes(naming text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard name.allSatisfy(\.isNumber), let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: words, as: UTF8.self).contains(text)
        }
    }

    private func mounts() throws -> String { try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) }
}

@Suite struct SandboxTrialTests {
    @Test func whatIsMissingIsSaid() async {
        do {
            _ = try await BubblewrapSandbox.found()
        } catch {
            #expect((error as? SandboxError)?.reason == .unavailable)
            #expect("\(error)".contains("install the package") || "\(error)".contains("user namespaces"))
        }
    }
}
