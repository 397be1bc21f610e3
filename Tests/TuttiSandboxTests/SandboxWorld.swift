import FoundationEssentials
import Glibc
import Testing
import TuttiCore

@testable import TuttiSandbox

/// A workspace of one test, and the sandbox of this machine.
struct SandboxWorld {
    let sandbox: BubblewrapSandbox
    let workspace: TemporaryFolder

    /// Whether tests can be run in a sandbox here. Where not, as in a container without user namespaces, they are
    /// skipped, and ``BubblewrapTests/whatIsMissingIsSaid()`` still holds.
    static func isThere() async -> Bool { (try? await BubblewrapSandbox.found()) != nil }

    static func with<Output>(_ body: (SandboxWorld) async throws -> Output) async throws -> Output {
        let workspace = try TemporaryFolder()
        defer { workspace.remove() }
        return try await body(SandboxWorld(sandbox: try await BubblewrapSandbox.found(), workspace: workspace))
    }

    func run(
        _ program: String, _ arguments: [String] = [], _ change: (inout SandboxCommand) -> Void = { _ in }
    ) async throws -> SandboxResult {
        var command = SandboxCommand(program, arguments, workspace: workspace.path)
        command.limits.time = .seconds(30)
        change(&command)
        return try await sandbox.run(command)
    }

    /// What a script of a shell does and says.
    func shell(
        _ script: String, _ change: (inout SandboxCommand) -> Void = { _ in }
    ) async throws -> SandboxResult {
        try await run("/bin/sh", ["-c", script], change)
    }

    func path(_ name: String) -> String { workspace.path + "/" + name }

    func text(of name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }
}

extension SandboxResult {
    var isSuccess: Bool { end == .exited(0) }
}
