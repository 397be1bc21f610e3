package import TuttiSandbox

extension SandboxOnUse {
    /// The sandbox of this machine.
    ///
    /// - Parameters:
    ///   - choice: which is wanted.
    ///   - warnings: where somebody has asked for programs to be run without any, who is told so each time; `nil` to
    ///     have them refused where there is none.
    package static func ofMachine(
        _ choice: SandboxChoice = .auto, unsafely warnings: (@Sendable (String) -> Void)? = nil
    ) -> SandboxOnUse {
        SandboxOnUse {
            if let warnings { return UnsafeNoSandbox(warn: warnings) }
            return try await choice.find()
        }
    }
}
