package import TuttiRuntime

/// Which sandbox is wanted.
package enum SandboxChoice: String, Sendable, CaseIterable {
    /// The first of the others that works on this machine.
    case auto
    /// ``BubblewrapSandbox``
    case bubblewrap
    /// ``GVisorSandbox``
    case gvisor

    /// The sandbox of this machine, after trials.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable` when there is none, which says what is missing for each that
    ///   was tried; `sandbox_failed` when the trial was cancelled.
    package func find(clock: any Timekeeper = SystemTimekeeper()) async throws(SandboxError) -> any Sandbox {
        let means = await HoldingMeans.find()
        var missing: [String] = []
        for choice in self == .auto ? [.bubblewrap, .gvisor] : [self] {
            do {
                return try await choice.found(means, clock)
            } catch let error as SandboxError {
                missing.append("\(choice.rawValue): \(error.message)")
            } catch {
                throw SandboxError(.failed, "the trial of the sandbox was cancelled; start it again")
            }
        }
        throw SandboxError(.unavailable, "no sandbox works on this machine. " + missing.joined(separator: ". "))
    }

    private func found(_ means: HoldingMeans, _ clock: any Timekeeper) async throws -> any Sandbox {
        switch self {
        case .auto, .bubblewrap: try await BubblewrapSandbox.found(means: means, clock: clock)
        case .gvisor: try await GVisorSandbox.found(means: means, clock: clock)
        }
    }
}
