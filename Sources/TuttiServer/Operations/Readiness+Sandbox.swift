import TuttiSandbox

extension Readiness.Probe {
    /// What holds programs of agents in; a server whose agents run none needs nothing.
    static func sandbox(_ sandbox: SandboxOnUse) -> Readiness.Probe {
        Readiness.Probe(name: "sandbox", type: "sandbox", late: .unknown) {
            do {
                return (.ok, try await sandbox.sandbox.description.summary)
            } catch {
                return (.unknown, "agents run no programs: \(error)")
            }
        }
    }
}
