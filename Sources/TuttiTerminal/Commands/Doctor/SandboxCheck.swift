import Tutti
import TuttiSandbox

/// Whether programs of agents can be held in, and by what.
enum SandboxCheck {
    static func made(_ choice: SandboxChoice) async -> DoctorCheck {
        do {
            let sandbox = try await SandboxOnUse.ofMachine(choice).sandbox.description
            let means = sandbox.mechanisms.map { "\($0.limit): \($0.means)" }.joined(separator: "; ")
            return .ok("sandbox", "\(sandbox.name) \(sandbox.version). \(means)")
        } catch {
            return .note(
                "sandbox", "\(error)", "agents run no programs until there is one; everything else works without")
        }
    }
}
