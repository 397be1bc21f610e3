import Synchronization
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// What is left of a sandbox where there is none.
@Suite struct UnsafeNoSandboxTests {
    private final class Warnings: Sendable {
        let all = Mutex<[String]>([])
    }

    @Test func itIsSaidAtEachRun() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let warnings = Warnings()
        let sandbox = UnsafeNoSandbox { text in warnings.all.withLock { $0.append(text) } }
        for _ in 0..<2 {
            let result = try await sandbox.run(SandboxCommand("sh", ["-c", "pwd; exit 3"], workspace: folder.path))
            #expect(result.end == .exited(3))
            #expect(result.output.text.hasSuffix("\(folder.path)\n"))
        }
        #expect(warnings.all.withLock { $0.count } == 2)
        #expect(warnings.all.withLock { $0.allSatisfy { $0.contains("WITHOUT A SANDBOX") } })
        #expect(sandbox.description.name == "none")
    }

    @Test func timeAndEnvironmentHold() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let sandbox = UnsafeNoSandbox { _ in }
        var command = SandboxCommand("sh", ["-c", "env; sleep 600 & sleep 600"], workspace: folder.path)
        command.environment = ["NAME": "value"]
        command.limits.time = .milliseconds(500)
        let result = try await sandbox.run(command)
        #expect(result.end == .timedOut)
        let names = result.output.text.split(separator: "\n").compactMap { $0.split(separator: "=").first }
        #expect(Set(names) == ["NAME", "PATH", "HOME", "LANG", "PWD"])
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        await #expect {
            try await UnsafeNoSandbox { _ in }.run(SandboxCommand("there-is-none", workspace: folder.path))
        } throws: {
            ($0 as? SandboxError)?.reason == .notFound
        }
    }
}
