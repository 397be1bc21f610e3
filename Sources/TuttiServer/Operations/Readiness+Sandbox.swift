import TuttiSandbox

extension Readiness.Probe {
    /// What holds programs of agents in; a server whose agents run none needs nothing.
    static func sandbox(_ sandbox: SandboxOnUse) -> Readiness.Probe {
        Readiness.Probe(name: "sandbox", type: "sandbox", late: .unknown) {
            do {
                let found = try await sandbox.sandbox.description
                let means = found.mechanisms.map { "\($0.limit): \($0.means)" }.joined(separator: "; ")
                return (.ok, "\(found.name) \(found.version). \(means)")
            } catch {
                return (.unknown, "agents run no programs: \(error)")
            }
        }
    }
}
