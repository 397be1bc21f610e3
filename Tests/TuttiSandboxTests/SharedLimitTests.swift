import FoundationEssentials
import Glibc
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// Programs that take with many processes or files what each of them may have.
@Suite(.enabled("this machine lets no sandbox be made") { await SandboxWorld.isThere() })
struct SharedLimitTests {
    @Test(.enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.here())
    func memoryOfAllProcesses(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let script = """
                import os, time
                for n in range(8):
                    if os.fork() == 0:
                        x = b'x' * (60 << 20)
                        time.sleep(600)
                time.sleep(600)
                """
            let result = try await world.run("/usr/bin/python3", ["-c", script]) { $0.limits.totalMemory = 320 << 20 }
            #expect(result.end == .overLimit(.memory), "\(result.errors.text)")
            #expect(world.processesLeft().isEmpty)
        }
    }

    /// Memory that is shared on purpose, and that is in files which have no name and belong to nobody.
    @Test(
        .enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.here(),
        [
            "m = [mmap.mmap(-1, 20 << 20) for n in range(30)]\nfor x in m: x.write(b'x' * (20 << 20))",
            "f = [os.memfd_create('x') for n in range(30)]\nfor x in f: os.write(x, b'x' * (20 << 20))",
        ])
    func memoryThatIsShared(backend: Backend, script: String) async throws {
        try await SandboxWorld.with(backend) { world in
            let script = "import mmap, os, time\n\(script)\nprint('done', flush=True)\ntime.sleep(600)"
            let result = try await world.run("/usr/bin/python3", ["-c", script]) {
                $0.limits.totalMemory = 256 << 20
            }
            // Without cgroups the call is not there in bubblewrap's.
            let isRefused = backend == .watchedBubblewrap && result.end == .exited(1)
            #expect(result.end == .overLimit(.memory) || isRefused, "\(result.end) \(result.errors.text)")
        }
    }

    /// Many processes that share what they have are not counted as if each had it.
    @Test(.enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.here())
    func sharedMemoryIsCountedOnce(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let script = """
                import os, time
                x = b'x' * (60 << 20)
                for n in range(8):
                    if os.fork() == 0:
                        time.sleep(1)
                        os._exit(0)
                for n in range(8): os.wait()
                """
            let result = try await world.run("/usr/bin/python3", ["-c", script]) {
                $0.limits.totalMemory = 360 << 20
            }
            #expect(result.isSuccess, "\(result.end) \(result.errors.text)")
        }
    }

    /// What fills a workspace, for as long as it is let.
    static let fillings: [(what: String, script: String)] = [
        ("many files", "while :; do head -c 1000000 /dev/zero > f$n; n=$((n+1)); done"),
        ("empty files", "while :; do : > f$n; n=$((n+1)); done"),
        ("folders in each other", "while :; do mkdir d && cd d; done"),
        (
            "a folder that is shut",
            "mkdir d; cd d; chmod 0300 .; while :; do head -c 1000000 /dev/zero > f$n; n=$((n+1)); done"
        ),
        ("several names", "while :; do head -c 1000000 /dev/zero > f; ln f g$n; rm f; n=$((n+1)); done"),
    ]

    @Test(arguments: await Backend.here(), fillings.map(\.what))
    func workspace(backend: Backend, what: String) async throws {
        let script = try #require(Self.fillings.first { $0.what == what }?.script)
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("n=0; \(script)") {
                $0.limits.workspaceSize = 20 << 20
                $0.limits.workspaceFiles = 1000
            }
            #expect(result.end == .overLimit(.workspace), "\(result.errors.text)")
            #expect(world.processesLeft().isEmpty)
        }
    }

    /// Who is not the administrator is not shown what others have open, and what hides itself only by luck.
    @Test(.enabled(if: Python.isThere, "there is no Python"), arguments: await Backend.here())
    func filesWithoutAName(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let script = """
                import os, time
                kept = []
                for n in range(60):
                    f = open('f', 'wb', buffering=0); kept.append(f); os.unlink('f'); f.write(b'x' * 1000000)
                time.sleep(600)
                """
            let result = try await world.run("/usr/bin/python3", ["-c", script]) {
                $0.limits.workspaceSize = 20 << 20
            }
            #expect(result.end == .overLimit(.workspace), "\(result.errors.text)")
        }
    }

    @Test(arguments: await Backend.programsHere())
    func whatIsTooMuchIsToldOfOneThatHasEnded(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("head -c 3000000 /dev/zero > f") { $0.limits.workspaceSize = 1 << 20 }
            #expect(result.end == .overLimit(.workspace))
        }
    }

    @Test(arguments: await Backend.programsHere()) func whatLinksNameIsNotCounted(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("ln -s /usr usr; ln -s . self; head -c 100000 /dev/zero > f; ln f g") {
                $0.limits.workspaceSize = 150_000
                $0.limits.workspaceFiles = 10
            }
            #expect(result.isSuccess, "\(result.errors.text)")
        }
    }
}
