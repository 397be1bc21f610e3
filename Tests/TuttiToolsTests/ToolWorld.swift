import FoundationEssentials
import Glibc
import TuttiCore
import TuttiSandbox

@testable import TuttiTools

/// A workspace of one test, and what tools answer there.
struct ToolWorld {
    let folder: TemporaryFolder
    let sandbox: SandboxOnUse?

    static func with(
        sandboxed: Bool = false, _ body: (ToolWorld) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let sandbox = sandboxed ? SandboxOnUse { try await BubblewrapSandbox.found() } : nil
        try await body(ToolWorld(folder: folder, sandbox: sandbox))
    }

    static func hasSandbox() async -> Bool { (try? await BubblewrapSandbox.found()) != nil }

    var call: ToolCall {
        ToolCall(
            run: "run_test", agent: "tester", idempotencyToken: "token", files: WorkspaceFiles(folder: folder.path),
            sandbox: sandbox)
    }

    /// Calls a tool, whose schema has to fit.
    func use(_ tool: some Tool, _ arguments: JSONValue) async throws -> ToolOutput {
        let problems = tool.description.parameters.validate(arguments)
        guard problems.isEmpty else { return .failure(problems.map(\.message).joined(separator: "; ")) }
        return try await tool.call(arguments, call)
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    func put(_ text: String, at name: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }

    func text(of name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

    func isThere(_ name: String) -> Bool {
        var status = stat()
        return unsafe lstat(path(name), &status) == 0
    }
}
