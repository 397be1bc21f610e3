import TuttiSandbox

/// Whether programs of agents can be held in, and by what.
enum SandboxCheck {
    static func made(_ choice: SandboxChoice) async -> DoctorCheck {
        do {
            return .ok("sandbox", try await choice.find().description.summary)
        } catch {
            return .note(
                "sandbox", "\(error)", "agents run no programs until there is one; everything else works without")
        }
    }
}
