package import TuttiSandbox

extension SandboxOnUse {
    /// The sandbox of this machine.
    package static func ofMachine() -> SandboxOnUse { SandboxOnUse { try await BubblewrapSandbox.found() } }
}
