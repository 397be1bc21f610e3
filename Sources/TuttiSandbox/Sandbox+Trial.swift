import TuttiCore
import TuttiRuntime

extension Sandbox {
    /// Runs a program that does nothing, so that a machine that allows no sandbox is known at the start.
    ///
    /// - Throws: ``SandboxError`` with what the machine has told; `CancellationError`.
    func tryOut(as identity: SandboxIdentity, within time: Duration) async throws {
        let workspace = try TemporaryFolder(for: identity)
        defer { workspace.remove() }
        var command = SandboxCommand("/usr/bin/true", workspace: workspace.path)
        command.limits.time = time
        let result = try await run(command)
        guard result.end == .exited(0) else {
            let told = result.end == .timedOut ? "no answer in time" : result.errors.text
            throw SandboxError(.unavailable, CleanText.line(told, bytesMax: 300))
        }
    }
}

extension SandboxDescription {
    /// On one line: what it is, and how each limit is held.
    package var summary: String {
        let means = mechanisms.map { "\($0.limit): \($0.means)" }.joined(separator: "; ")
        return "\(name) \(version). \(means)"
    }
}
