import FoundationEssentials
import Glibc
import Synchronization
import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiSandbox

/// When a program has ended, nothing of it is left but what it wrote to its workspace.
@Suite(.serialized, .enabled("this machine lets no sandbox be made") { await SandboxWorld.isThere() })
struct LeavingNothingTests {
    @Test(arguments: await Backend.here()) func cancellingEndsAll(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let hasEnded = Atomic(false)
            let task = Task {
                defer { hasEnded.store(true, ordering: .relaxed) }
                return try await world.shell("(setsid sleep 600 &); touch begun; sleep 600")
            }
            while world.text(of: "begun") == nil, !hasEnded.load(ordering: .relaxed) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(world.processesLeft().isEmpty)
        }
    }

    @Test(arguments: await Backend.here()) func soDoesTime(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let result = try await world.shell("(setsid sleep 600 &); sleep 600") { $0.limits.time = .seconds(2) }
            #expect(result.end == .timedOut)
            #expect(world.processesLeft().isEmpty)
        }
    }

    /// A cancel at any moment of the start.
    @Test(arguments: await Backend.here()) func cancellingEarly(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            for number in 0..<12 {
                let task = Task { try await world.shell("sleep 600") }
                for _ in 0..<number * number * 20 { await Task.yield() }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            #expect(world.processesLeft().isEmpty)
        }
    }

    /// Two hundred side by side; fewer of gVisor, each of which has a kernel.
    @Test(arguments: await Backend.here()) func manySideBySide(backend: Backend) async throws {
        try await SandboxWorld.with(backend) { world in
            let before = try mounts()
            let count = backend.isGVisor ? 16 : 200
            try await withThrowingTaskGroup(of: SandboxResult.self) { group in
                for number in 0..<count {
                    group.addTask { try await world.shell("(sleep 600 &) ; echo \(number) > \(number)") }
                }
                for try await result in group { #expect(result.isSuccess, "\(result.end) \(result.errors.text)") }
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: world.workspace.path)
            #expect(Set(names) == Set((0..<count).map(String.init)))
            #expect(world.processesLeft().isEmpty)
            #expect(try mounts() == before)
        }
    }

    private func mounts() throws -> String { try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) }
}
